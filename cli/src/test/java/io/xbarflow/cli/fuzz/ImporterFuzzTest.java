package io.xbarflow.cli.fuzz;

import static io.xbarflow.cli.fuzz.SeedGraph.list;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a model says, import and map end in artefacts or in one clear message, within 10 s of
 * processor time and 1 GiB. {@code -Dxbarflow.fuzz=N} tries N changed models, {@code
 * -Dxbarflow.seed=S} starts with seed S.
 */
final class ImporterFuzzTest {
  private static final long COUNT = Long.getLong("xbarflow.fuzz", 100);
  private static final long FIRST = Long.getLong("xbarflow.seed", 1);

  @TempDir Path folder;

  static IntStream seeds() {
    return IntStream.range(0, Seeds.ALL.size());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void seedsAreMapped(int seed) {
    Judgement judged = judged(new FuzzedModel(seed, ImmutableList.of(), 0));
    assertEquals(Optional.empty(), judged.fault());
    assertEquals("mapped", judged.outcome(), judged.message().orElse(""));
  }

  /**
   * Half as many additions as a network may have layers, in {@code ./verify --long} as many, each
   * with a fork and a FIFO before it: half, because a slow machine needs a margin.
   */
  @Test
  void longNetworkIsMapped() throws IOException {
    int layers = Boolean.getBoolean("xbarflow.long") ? 2048 : 1024;
    SeedGraph graph = new SeedGraph().input("t0", SeedGraph.INT8, 1, 4, 8, 8);
    graph.scale("x", 0.5f, SeedGraph.INT8, 3);
    for (int layer = 0; layer < layers; layer += 2) {
      // A sum with itself would be a table.
      String map = "t" + layer;
      String pooled = "t" + (layer + 1);
      graph.node("MaxPool", map, pooled, list("kernel_shape", 3, 3), list("pads", 1, 1, 1, 1));
      graph.node(
          "com.microsoft.QLinearAdd",
          map + ",x_s,x_z," + pooled + ",x_s,x_z,x_s,x_z",
          "t" + (layer + 2));
    }
    Path file = folder.resolve("model.onnx");
    Files.write(file, graph.output("t" + layers).model().toByteArray());
    Judgement judged = Judgement.of(() -> ModelStages.importAndMap(file, folder));
    assertEquals(Optional.empty(), judged.fault());
    assertEquals("mapped", judged.outcome(), judged.message().orElse(""));
  }

  @Test
  void seedsHaveEveryOperator() throws IOException {
    Path page = Path.of(System.getProperty("xbarflow.root")).resolve("docs/operators.md");
    String text = Files.readString(page);
    Matcher names =
        Pattern.compile("`([A-Z]\\w*)`")
            .matcher(
                text.substring(0, text.indexOf("\n## Blocks"))
                    .lines()
                    .filter(line -> line.startsWith("| `"))
                    .map(line -> line.substring(0, line.indexOf('|', 1)))
                    .reduce("", String::concat));
    Set<String> documented = new TreeSet<>();
    while (names.find()) {
      documented.add(names.group(1));
    }
    Set<String> used = new TreeSet<>();
    for (ModelProto seed : Seeds.ALL) {
      seed.getGraph().getNodeList().stream().map(NodeProto::getOpType).forEach(used::add);
    }
    assertTrue(documented.size() > 40, documented.toString());
    assertEquals(ImmutableSortedSet.copyOf(documented), ImmutableSortedSet.copyOf(used));
  }

  @Test
  void changedModelsEndInArtefactsOrOneMessage() {
    Map<String, Integer> outcomes = new TreeMap<>();
    List<String> faults = new ArrayList<>();
    long millis = 0;
    for (long seed = FIRST; seed < FIRST + COUNT; seed++) {
      FuzzedModel model = FuzzedModel.of(seed);
      Judgement judged = judged(model);
      outcomes.merge(judged.outcome(), 1, Integer::sum);
      millis = Math.max(millis, judged.cpuMillis());
      if (judged.fault().isPresent()) {
        faults.add(report(seed, shrunk(model)));
      }
    }
    String counts =
        String.format(
            Locale.ROOT,
            "%d changed models from seed %d: %s; at most %d ms of processor time",
            COUNT,
            FIRST,
            outcomes,
            millis);
    System.out.println(counts);
    if (!faults.isEmpty()) {
      fail(counts + "\n" + String.join("\n", faults));
    }
  }

  /** {@code model} with as little done to it as still ends badly. */
  private FuzzedModel shrunk(FuzzedModel model) {
    for (FuzzedModel smaller : model.smaller()) {
      if (judged(smaller).fault().isPresent()) {
        return shrunk(smaller);
      }
    }
    return model;
  }

  private String report(long seed, FuzzedModel model) {
    Path file = Path.of("target", "fuzz", "model-" + seed + ".onnx");
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, model.bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return String.format(
        Locale.ROOT,
        "seed %d (./verify --fuzz 1 %d), shrunk to cli/%s: %s",
        seed,
        seed,
        file,
        judged(model).fault().orElse("does not fail again"));
  }

  private Judgement judged(FuzzedModel model) {
    Path file = folder.resolve("model.onnx");
    try {
      Files.write(file, model.bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Judgement.of(() -> ModelStages.importAndMap(file, folder));
  }
}
