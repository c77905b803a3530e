package io.xbarflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.artefact.ManagedFolder;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.onnx.OnnxImport;
import io.xbarflow.mapper.Mapper;
import io.xbarflow.mapper.MappingOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExploreTest {
  private static final Path MODEL =
      Path.of(System.getProperty("xbarflow.root")).resolve("examples/small_cnn/model.onnx");
  private static final String RANGES =
      "--crossbar 16x16,32x32 --mvm-cycles 4..8x4 --memory ring,rows --lanes 1,2";

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int explore(String output, String options) {
    Host host =
        new Host(
            new PrintWriter(out),
            new PrintWriter(err),
            ImmutableMap.of(),
            command -> Optional.empty(),
            false,
            System::nanoTime);
    ImmutableList.Builder<String> words = ImmutableList.builder();
    words.add("explore", MODEL.toString(), "-o", folder.resolve(output).toString());
    words.addAll(Splitter.on(' ').omitEmptyStrings().split(options));
    return new Program(host, new ChipStages()).run(words.build().toArray(new String[0]));
  }

  private String file(String name) throws IOException {
    return Files.readString(folder.resolve(name));
  }

  /** {@code explore.json} up to what depends on the run. */
  private String report(String output) throws IOException {
    String text = file(output + "/explore.json");
    return text.substring(0, text.indexOf("\"evaluatedPoints\""));
  }

  private int evaluated(String output) {
    return Artefacts.read(folder.resolve(output + "/explore.json"), ExploreReport.class)
        .evaluatedPoints();
  }

  @Test
  void anInterruptedSweepGoesOnWhereItStopped() throws IOException {
    assertEquals(0, explore("whole", RANGES), err::toString);
    int points = evaluated("whole");
    assertTrue(points > 100, "points " + points);
    String log = file("whole/explore.jsonl");
    assertEquals(points + 1, log.lines().count());

    // Cut in the middle of a line, without the rest and without the report.
    int cut = log.length() / 2;
    while (log.charAt(cut) == '\n' || log.charAt(cut - 1) == '\n') {
      cut++;
    }
    Files.createDirectories(folder.resolve("cut"));
    Files.writeString(folder.resolve("cut/explore.jsonl"), log.substring(0, cut));
    Files.copy(
        folder.resolve("whole").resolve(ManagedFolder.MANIFEST),
        folder.resolve("cut").resolve(ManagedFolder.MANIFEST));
    long kept = log.substring(0, cut).lines().count() - 2;
    assertEquals(0, explore("cut", RANGES), err::toString);
    assertEquals(points - kept, evaluated("cut"));
    assertEquals(report("whole"), report("cut"));
    assertEquals(
        log.lines().sorted().toList(), file("cut/explore.jsonl").lines().sorted().toList());

    // A sweep that is complete has nothing left to do; wider ranges keep what is there.
    assertEquals(0, explore("cut", RANGES), err::toString);
    assertEquals(0, evaluated("cut"));
    assertEquals(report("whole"), report("cut"));
    assertEquals(0, explore("cut", RANGES + ",4"), err::toString);
    assertEquals(points / 2, evaluated("cut"));
  }

  @Test
  void outcomesOfAnotherModelOrArchitectureAreNotReused() throws IOException {
    String range = "--crossbar 32x32 --crossbars 9 --memory ring --lanes 1";
    assertEquals(0, explore("out", range), err::toString);
    assertEquals(0, explore("out", range + " --arch analog-256"), err::toString);
    assertEquals(1, evaluated("out"));
    String log = file("out/explore.jsonl");
    Files.writeString(
        folder.resolve("out/explore.jsonl"),
        log.replaceFirst("\"modelSha256\":\"[0-9a-f]", "\"modelSha256\":\"x"));
    assertEquals(0, explore("out", range + " --arch analog-256"), err::toString);
    assertEquals(1, evaluated("out"));
    assertEquals(log, file("out/explore.jsonl"));
  }

  /** The mapping that the options of {@code command} ask for. */
  private static Mapping map(Network network, String command) {
    List<String> words = Splitter.on(' ').splitToList(command);
    String[] macro = option(words, "--crossbar").orElseThrow().split("x", -1);
    Architecture architecture =
        Architectures.named("default")
            .withCrossbar(Integer.parseInt(macro[0]), Integer.parseInt(macro[1]))
            .withMvmCycles(Integer.parseInt(option(words, "--mvm-cycles").orElseThrow()))
            .withMemory(
                ActivationMemoryPolicy.parse("--memory", option(words, "--memory").orElseThrow()));
    assertEquals(Optional.of("quick"), option(words, "--effort"));
    return Mapper.map(
        network,
        architecture,
        new MappingOptions(
            option(words, "--crossbars").map(Integer::valueOf),
            Optional.empty(),
            Integer.parseInt(option(words, "--lanes").orElseThrow()),
            ImmutableMap.of(),
            MappingOptions.Effort.QUICK));
  }

  private static Optional<String> option(List<String> words, String name) {
    int at = words.indexOf(name);
    return at < 0 ? Optional.empty() : Optional.of(words.get(at + 1));
  }

  @Test
  void commandsOfTheFrontReproduceTheirPoints() {
    assertEquals(0, explore("out", RANGES), err::toString);
    ExploreReport report = Artefacts.read(folder.resolve("out/explore.json"), ExploreReport.class);
    Network network = OnnxImport.read(MODEL);
    assertTrue(report.front().size() >= 3, report::toString);
    assertTrue(report.distinctTimings() < report.points(), report::toString);
    for (ExploreReport.Best best : report.front()) {
      assertTrue(best.command().startsWith("xbarflow run " + MODEL + " -o OUT --"), best::command);
      Mapping mapping = map(network, best.command());
      assertEquals(mapping.prediction(), best.prediction(), best::command);
      assertEquals(mapping.bound(), best.bound(), best::command);
      assertTrue(
          out.toString().contains(best.command().substring(best.command().indexOf("--"))),
          out::toString);
    }
  }

  @Test
  void pointsThatCannotBeAreRecorded() throws IOException {
    assertEquals(0, explore("out", "--crossbar 2x2,64x64 --crossbars 1,50"), err::toString);
    ExploreReport report = Artefacts.read(folder.resolve("out/explore.json"), ExploreReport.class);
    assertTrue(report.infeasible() > 0 && report.infeasible() < report.points(), report::toString);
    String reasons = file("out/explore.jsonl");
    assertTrue(reasons.contains("crossbar of 64x64; expected at least"), reasons);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--crossbar 64|--crossbar: '64'",
        "--crossbar 64x64,|--crossbar: ''",
        "--crossbar 0x4|crossbar.rows is 0",
        "--crossbars 5..4|'5..4'; expected a range from a lower",
        "--crossbars 1..9x0|'1..9x0'; expected a range from a lower",
        "--crossbars 1..9000000|at most 100000 values",
        "--crossbars 0|--crossbars is 0",
        "--crossbars 12345678901|'12345678901'; expected numbers such as",
        "--mvm-cycles 8,x|'x'; expected numbers such as",
        "--mvm-cycles 1..2000000|mvmCycles is 2000000",
        "--memory ring,tape|unknown activation memory policy 'tape'",
        "--lanes 0|--lanes is 0",
        "--lanes 1..70000|--lanes is 70000",
        "--core nothing|unknown core type 'nothing'",
        "--crossbars 1..50000 --lanes 1..100|at most 1000000 points"
      })
  void badRangesAreRefused(String options, String says) {
    assertEquals(ExitCode.BAD_INPUT, explore("out", options));
    assertEquals(1, err.toString().lines().count(), err::toString);
    assertTrue(err.toString().contains(says), err::toString);
    assertFalse(Files.exists(folder.resolve("out")), Arrays.toString(folder.toFile().list()));
  }
}
