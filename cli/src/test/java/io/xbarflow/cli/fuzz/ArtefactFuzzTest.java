package io.xbarflow.cli.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.xbarflow.cli.StagesForTests;
import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.energy.EnergyModel;
import io.xbarflow.core.energy.EnergyTable;
import io.xbarflow.core.synthesis.CriticalPath;
import io.xbarflow.core.synthesis.ModuleSynthesis;
import io.xbarflow.core.synthesis.Resources;
import io.xbarflow.core.synthesis.Synthesis;
import io.xbarflow.testbench.CosimReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Edits artefacts at random and runs the stages that read them: each gives its artefact or one
 * clear message, soon. {@code -Dxbarflow.fuzz=N} sets how many edits, {@code -Dxbarflow.seed=S} the
 * first seed; edit {@code i} has seed {@code S + i}. {@code -Dxbarflow.fuzz.show=true} prints each
 * message.
 */
final class ArtefactFuzzTest {
  private static final int EDITS = Integer.getInteger("xbarflow.fuzz", 100);
  private static final long SEED = Long.getLong("xbarflow.seed", 1);
  private static final boolean SHOW = Boolean.getBoolean("xbarflow.fuzz.show");

  private final ImmutableList<FuzzNetworks.Chip> chips = FuzzNetworks.all();
  private final Map<String, Integer> outcomes = new TreeMap<>();
  private long longestMillis;

  @TempDir private Path folder;

  /**
   * What is edited in one go.
   *
   * @param chip whose artefacts
   * @param edits one behind the other
   */
  private record Attempt(FuzzNetworks.Chip chip, ImmutableList<Edit> edits) {
    ImmutableList<StagesForTests> stages() {
      boolean early =
          edits.stream()
              .anyMatch(
                  edit -> edit.file().equals("network.json") || edit.file().equals("mapping.json"));
      return early || edits.isEmpty()
          ? ImmutableList.copyOf(StagesForTests.values())
          : ImmutableList.of(StagesForTests.REPORT);
    }
  }

  @Test
  void everyEditGivesAnArtefactOrOneClearMessage() throws IOException {
    List<ImmutableMap<String, String>> artefacts = new ArrayList<>();
    for (FuzzNetworks.Chip chip : chips) {
      artefacts.add(artefacts(chip));
      Optional<String> unedited = failure(new Attempt(chip, ImmutableList.of()), artefacts);
      assertEquals(Optional.empty(), unedited, "unedited " + chip.name());
    }
    assertEquals(ImmutableSet.of(), refusals(), "unedited artefacts are refused");
    outcomes.clear();
    List<String> failures = new ArrayList<>();
    for (long seed = SEED; seed < SEED + EDITS && failures.size() < 40; seed++) {
      Attempt attempt = attempt(new Random(seed), artefacts);
      Optional<String> failure = failure(attempt, artefacts);
      if (failure.isPresent()) {
        Attempt least = shrunk(attempt, artefacts);
        failures.add(
            String.format(
                Locale.ROOT,
                "%s: %s: %s%n  again: ./mvnw -o test -pl cli -am -Dtest=ArtefactFuzzTest"
                    + " -Dsurefire.failIfNoSpecifiedTests=false -Dxbarflow.fuzz=1"
                    + " -Dxbarflow.seed=%d",
                least.chip().name(),
                least.edits(),
                failure(least, artefacts).orElse("passes when shrunk: " + failure.get()),
                seed));
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%d edits from seed %d: %s; at most %d ms of processor time a stage%n",
        EDITS,
        SEED,
        outcomes,
        longestMillis);
    assertTrue(failures.isEmpty(), () -> String.join("\n", failures));
  }

  /** What has been refused so far. */
  private ImmutableSet<String> refusals() {
    return outcomes.keySet().stream()
        .filter(outcome -> outcome.endsWith(Judgement.REFUSED))
        .collect(ImmutableSet.toImmutableSet());
  }

  private Attempt attempt(Random random, List<ImmutableMap<String, String>> artefacts) {
    int chip = random.nextInt(chips.size());
    ImmutableMap<String, String> texts = artefacts.get(chip);
    List<String> files = new ArrayList<>(texts.keySet());
    // The network and the mapping are read most.
    String file =
        random.nextInt(5) == 0
            ? files.get(random.nextInt(files.size()))
            : random.nextBoolean() ? "network.json" : "mapping.json";
    ImmutableList.Builder<Edit> edits = ImmutableList.builder();
    for (int i = random.nextInt(4) == 0 ? random.nextInt(3) : 0; i >= 0; i--) {
      edits.add(Edit.random(file, texts.get(file), random));
    }
    return new Attempt(chips.get(chip), edits.build());
  }

  /** The edits of {@code failing} that are enough to fail. */
  private Attempt shrunk(Attempt failing, List<ImmutableMap<String, String>> artefacts)
      throws IOException {
    for (Edit edit : failing.edits()) {
      Attempt alone = new Attempt(failing.chip(), ImmutableList.of(edit));
      if (failing.edits().size() > 1 && failure(alone, artefacts).isPresent()) {
        return alone;
      }
    }
    return failing;
  }

  /** What is wrong with the outcome of {@code attempt}. */
  private Optional<String> failure(Attempt attempt, List<ImmutableMap<String, String>> artefacts)
      throws IOException {
    Path output = folder.resolve("chip");
    if (Files.exists(output)) {
      MoreFiles.deleteRecursively(output, RecursiveDeleteOption.ALLOW_INSECURE);
    }
    Files.createDirectories(output);
    Map<String, String> texts = new LinkedHashMap<>(artefacts.get(chips.indexOf(attempt.chip())));
    attempt.edits().forEach(edit -> texts.computeIfPresent(edit.file(), (f, t) -> edit.apply(t)));
    for (Map.Entry<String, String> text : texts.entrySet()) {
      Files.writeString(output.resolve(text.getKey()), text.getValue());
    }
    for (StagesForTests stage : attempt.stages()) {
      Optional<String> wrong = failure(stage, output);
      if (wrong.isPresent()) {
        return Optional.of(stage.verb() + ": " + wrong.get());
      }
    }
    return Optional.empty();
  }

  private Optional<String> failure(StagesForTests stage, Path output) {
    Judgement judgement = stage(stage, output);
    longestMillis = Math.max(longestMillis, judgement.cpuMillis());
    outcomes.merge(stage.verb() + " " + judgement.outcome(), 1, Integer::sum);
    if (SHOW) {
      System.out.println(stage.verb() + ": " + judgement.message().orElse(judgement.outcome()));
    }
    return judgement.fault();
  }

  /** Runs {@code stage} on {@code output}. */
  static Judgement stage(StagesForTests stage, Path output) {
    return Judgement.of(
        () -> {
          stage.run(output);
          return "artefact";
        });
  }

  /** The artefacts of {@code chip} as the stages would write them, by file name. */
  private static ImmutableMap<String, String> artefacts(FuzzNetworks.Chip chip) {
    CosimReport cosim = cosim(chip);
    ImmutableMap.Builder<String, Long> toggles = ImmutableMap.builder();
    cosim.layers().forEach(link -> toggles.put(link.link(), link.bitToggles()));
    return ImmutableMap.of(
        "network.json",
        Artefacts.toJson(chip.network()),
        "mapping.json",
        Artefacts.toJson(chip.mapping()),
        "cosim.json",
        Artefacts.toJson(cosim),
        "energy.json",
        Artefacts.toJson(
            EnergyModel.estimate(
                chip.network(),
                chip.mapping(),
                EnergyTable.builtIn(),
                toggles.buildOrThrow(),
                cosim.images())),
        "synth.asic.json",
        Artefacts.toJson(synthesis(chip)));
  }

  private static CosimReport cosim(FuzzNetworks.Chip chip) {
    ImmutableList.Builder<CosimReport.Boundary> layers = ImmutableList.builder();
    chip.mapping()
        .links()
        .forEach(
            link ->
                layers.add(
                    new CosimReport.Boundary(
                        link.name(),
                        link.tensor(),
                        "block",
                        20,
                        80,
                        40,
                        0,
                        ImmutableList.of(100L, 200L))));
    return new CosimReport(
        chip.network().model(),
        "default",
        2,
        true,
        0,
        Optional.of(100L),
        Optional.of(90L),
        Optional.of(100L),
        Optional.of(100L),
        90,
        100,
        1000,
        900,
        2,
        1.5,
        0.1,
        200,
        Optional.of(true),
        0,
        Optional.empty(),
        layers.build());
  }

  private static Synthesis synthesis(FuzzNetworks.Chip chip) {
    Resources resources = new Resources(10, 5, 0, 0, 0, 64, 120.5);
    CriticalPath path = new CriticalPath(Optional.of(1.5), 7, "from", "to");
    return new Synthesis(
        chip.network().model(),
        chip.network().modelSha256(),
        "asic",
        "cells",
        "tools",
        "of the test",
        1.0,
        "xbarflow_top",
        resources,
        Optional.of(path),
        ImmutableList.of(
            new ModuleSynthesis(
                "top",
                "xbarflow_top",
                ImmutableMap.of("A", "1"),
                1,
                resources,
                resources,
                Optional.of(path))),
        2.5);
  }
}
