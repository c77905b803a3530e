package io.xbarflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import io.xbarflow.core.tensor.ImageBatch;
import io.xbarflow.core.tensor.NpyFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The command line with the real stages, on the examples of the repository. */
final class EndToEndTest {
  private static final Path ROOT = Path.of(System.getProperty("xbarflow.root"));
  private static final ImmutableSet<String> COSIM_KEYS =
      ImmutableSet.of(
          "model",
          "architecture",
          "images",
          "bitExact",
          "mismatches",
          "cyclesPerImage",
          "boundCyclesPerImage",
          "predictedCyclesPerImage",
          "firstImageCycles",
          "boundFirstImageCycles",
          "predictedFirstImageCycles",
          "activationMemoryBits",
          "boundActivationMemoryBits",
          "crossbars",
          "verilateSeconds",
          "simulateSeconds",
          "simulatedCycles");

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(Object... arguments) {
    Host host =
        new Host(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            ImmutableMap.copyOf(System.getenv()),
            ToolRunner.ofPath(),
            false,
            System::nanoTime);
    return new Program(host, new ChipStages())
        .run(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
  }

  private static JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }

  static List<Path> examples() throws IOException {
    try (Stream<Path> files = Files.list(ROOT.resolve("examples"))) {
      return files.filter(path -> Files.exists(path.resolve("model.onnx"))).sorted().toList();
    }
  }

  /** The images of {@code example}, of which there are at least three. */
  private static Path images(Path example) {
    Path input = example.resolve("input.npy");
    return Files.exists(input) ? input : example.resolve("images.npy");
  }

  @Test
  void thereAreThreeExamples() throws IOException {
    assertEquals(3, examples().size());
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyExampleRunsEndToEnd(Path example) throws IOException {
    Path output = folder.resolve("out");

    assertEquals(
        0,
        run(
            "run",
            example.resolve("model.onnx"),
            "--input",
            images(example),
            "--images",
            3,
            "-o",
            output,
            "--dump",
            folder.resolve("rtl"),
            "--coverage"),
        err::toString);

    JsonNode report = json(output.resolve("cosim.json"));
    ImmutableSet<String> keys = ImmutableSet.copyOf(report.fieldNames());
    assertTrue(keys.containsAll(COSIM_KEYS), () -> Sets.difference(COSIM_KEYS, keys).toString());
    assertTrue(report.get("bitExact").asBoolean());
    assertEquals(3, report.get("images").asInt());
    assertEquals(
        report.get("predictedCyclesPerImage").asLong(), report.get("cyclesPerImage").asLong());
    assertEquals(
        report.get("predictedFirstImageCycles").asLong(), report.get("firstImageCycles").asLong());
    assertTrue(
        report.get("cyclesPerImage").asLong() <= 1.005 * report.get("boundCyclesPerImage").asLong(),
        report::toString);
    assertTrue(out.toString().contains("cycles per image"), out::toString);

    JsonNode energy = json(output.resolve("energy.json"));
    JsonNode parts = energy.get("parts");
    assertTrue(parts.get("macros").asDouble() > 0 && parts.get("wires").asDouble() >= 0);
    double sum = 0;
    for (JsonNode block : energy.get("blocks")) {
      sum += block.get("total").asDouble();
    }
    assertEquals(energy.get("total").asDouble(), sum, 1e-6 * sum);

    JsonNode coverage = json(output.resolve("coverage.json"));
    long points = coverage.get("points").asLong();
    long reached = coverage.get("reached").asLong();
    long holes = 0;
    for (JsonNode cell : coverage.get("cells")) {
      holes += cell.get("holes").size();
    }
    assertTrue(points > 200 && reached > points / 2, points + ", " + reached);
    assertEquals(points - reached, holes);
    assertTrue(out.toString().contains("| mvm_control.v "), out::toString);

    // The golden model alone gives the same outputs, and the prediction of the mapping holds.
    assertEquals(
        0,
        run(
            "simulate",
            output,
            "--input",
            images(example),
            "--images",
            3,
            "--dump",
            folder.resolve("golden")));
    assertEquals(
        report.get("cyclesPerImage").asLong(),
        json(output.resolve("simulation.json")).get("cyclesPerImage").asLong());
    int compared = 0;
    try (Stream<Path> dumped = Files.list(folder.resolve("rtl"))) {
      for (Path file : dumped.filter(each -> each.toString().endsWith(".npy")).toList()) {
        assertEquals(
            NpyFile.read(folder.resolve("golden").resolve(file.getFileName())),
            NpyFile.read(file),
            file.toString());
        compared++;
      }
    }
    assertTrue(compared >= 1);
  }

  @Test
  void stagesOneByOneGiveTheSameFilesAndOtherImagesNeedNoBuild() throws IOException {
    Path model = ROOT.resolve("examples/small_cnn/model.onnx");
    Path together = folder.resolve("together");
    Path apart = folder.resolve("apart");
    assertEquals(0, run("run", model, "-o", together, "--images", 2), err::toString);

    assertEquals(0, run("map", model, "-o", apart), err::toString);
    assertEquals(0, run("generate", apart), err::toString);
    assertEquals(0, run("cosim", apart, "--images", 1, "--seed", 7), err::toString);

    JsonNode report = json(apart.resolve("cosim.json"));
    assertTrue(report.get("cyclesPerImage").isNull());
    assertEquals(0, report.get("verilateSeconds").asDouble(), "built again for other images");
    try (Stream<Path> files = Files.walk(together)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path name = together.relativize(file);
        boolean artefact =
            name.startsWith("rtl")
                || name.startsWith("mem")
                || name.startsWith("syn")
                || name.startsWith("mapping.json")
                || name.startsWith("network.json");
        if (artefact) {
          assertEquals(-1, Files.mismatch(file, apart.resolve(name)), name.toString());
        }
      }
    }
  }

  @Test
  void aPatchChangedByHandIsGeneratedAndProven() throws IOException {
    Path model = ROOT.resolve("examples/small_cnn/model.onnx");
    Path out = folder.resolve("edited");
    assertEquals(0, run("map", model, "-o", out, "--ii", 64, "--effort", "quick"), err::toString);
    Path mapping = out.resolve("mapping.json");
    JsonNode before = json(mapping);
    String patch = "\"height\" : 4,\n        \"width\" : 4";
    String text = Files.readString(mapping);
    assertTrue(text.contains(patch), text);
    Files.writeString(mapping, text.replaceFirst(patch, "\"height\" : 1,\n        \"width\" : 3"));
    assertEquals(0, run("generate", out), err::toString);
    assertTrue(err.toString().contains("derived again"), err::toString);
    assertNotEquals(before.get("prediction"), json(mapping).get("prediction"));
    assertEquals(0, run("cosim", out, "--images", 2), err::toString);
  }

  @Test
  void anIntervalBeyondReachIsRefusedWithTheBest() {
    Path model = ROOT.resolve("examples/small_cnn/model.onnx");
    Path out = folder.resolve("beyond");
    for (String[] beyond : new String[][] {{"--ii", "1"}, {"--images-per-second", "1e12"}}) {
      assertEquals(2, run("map", model, "-o", out, beyond[0], beyond[1]), err::toString);
      assertTrue(err.toString().matches("(?s).*at least \\d+ cycles.*"), err.toString());
      assertFalse(Files.exists(out.resolve("mapping.json")));
    }
  }

  @Test
  void stallsChangeNoOutput() {
    Path model = ROOT.resolve("examples/small_cnn/model.onnx");
    assertEquals(
        0, run("run", model, "-o", folder.resolve("out"), "--stall-seed", 3), err::toString);
  }

  private record Mistake(String name, String[] arguments, String... expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Mistake> mistakes() {
    String model = ROOT.resolve("examples/residual_cnn/model.onnx").toString();
    return Stream.of(
        new Mistake(
            "truncated model",
            new String[] {"run", "TRUNCATED", "-o", "OUT"},
            "truncated.onnx",
            "truncated"),
        new Mistake(
            "input of another shape",
            new String[] {"run", model, "--input", "SHAPE", "-o", "OUT"},
            "shape.npy",
            "[1, 3, 5, 5]",
            "[images, 3, 16, 16]"),
        new Mistake(
            "input of another type",
            new String[] {"run", model, "--input", "TYPE", "-o", "OUT"},
            "type.npy",
            "INT8",
            "FLOAT32"),
        new Mistake(
            "macro too small",
            new String[] {"map", model, "--crossbar", "8x8", "-o", "OUT"},
            "8 rows",
            "3 x 3",
            "--crossbar"),
        new Mistake(
            "output folder is a file", new String[] {"run", model, "-o", "FILE"}, "FILE", "folder"),
        new Mistake(
            "labels of random images",
            new String[] {"run", model, "--labels", "FILE", "-o", "OUT"},
            "--labels",
            "random images"),
        new Mistake(
            "names of no class",
            new String[] {"run", model, "--classes", "FILE", "-o", "OUT"},
            "FILE",
            "0 names",
            "10 names"),
        new Mistake(
            "names that are not there",
            new String[] {"run", model, "--classes", "none.txt", "-o", "OUT"},
            "--classes",
            "none.txt"),
        new Mistake(
            "nothing there yet", new String[] {"cosim", "OUT"}, "no such folder", "xbarflow"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void mistakesGetOneMessageAndLeaveNothingThatLooksFinished(Mistake mistake) throws IOException {
    byte[] whole = Files.readAllBytes(ROOT.resolve("examples/residual_cnn/model.onnx"));
    Path truncated = folder.resolve("truncated.onnx");
    Files.write(truncated, Arrays.copyOf(whole, whole.length / 2));
    Path shape = folder.resolve("shape.npy");
    NpyFile.write(shape, ImageBatch.ofFloats(ImmutableList.of(1, 3, 5, 5), new float[75]));
    Path type = folder.resolve("type.npy");
    NpyFile.write(type, ImageBatch.ofIntegers(true, ImmutableList.of(1, 3, 16, 16), new int[768]));
    Path file = folder.resolve("FILE");
    Files.writeString(file, "");
    Path output = folder.resolve("out");
    ImmutableMap<String, Path> names =
        ImmutableMap.of(
            "TRUNCATED", truncated, "SHAPE", shape, "TYPE", type, "FILE", file, "OUT", output);

    int exitCode =
        run(
            Arrays.stream(mistake.arguments())
                .map(word -> names.containsKey(word) ? names.get(word) : word)
                .toArray());

    assertEquals(2, exitCode, err::toString);
    List<String> errors =
        err.toString().lines().filter(line -> line.startsWith("error: ")).toList();
    assertEquals(1, errors.size(), err::toString);
    for (String part : mistake.expected()) {
      assertTrue(errors.get(0).contains(part), () -> part + " in " + errors.get(0));
    }
    assertFalse(Files.exists(output.resolve("rtl/filelist.f")));
    assertFalse(Files.exists(output.resolve("cosim.json")));
  }
}
