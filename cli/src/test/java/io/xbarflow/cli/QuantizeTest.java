package io.xbarflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.testsupport.NeedsThirdPartyModels;
import io.xbarflow.testsupport.ThirdPartyModels;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The verb quantize on third-party float models, up to a mapping of what it wrote. */
final class QuantizeTest {
  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(Object... arguments) {
    Host host =
        new Host(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            ImmutableMap.of(),
            ToolRunner.ofPath(),
            false,
            System::nanoTime);
    return new Program(host, new ChipStages())
        .run(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
  }

  /**
   * A float model.
   *
   * @param layers of the network that is mapped
   * @param decibels that the output reaches at least
   */
  private record Accepted(
      String model, String calibration, List<String> options, int layers, double decibels) {}

  static Stream<Accepted> accepted() {
    return Stream.of(
        new Accepted(
            "float/residual_block_clean/model.onnx",
            "float/residual_block_clean/input_0.npy",
            ImmutableList.of("--form", "qdq"),
            5,
            40),
        new Accepted(
            "float/espcn_subpixel/model.onnx",
            "float/espcn_subpixel/input_0.npy",
            ImmutableList.of("--end", "onnx::DepthToSpace_14"),
            4,
            36),
        new Accepted(
            "float/deeploy_autoencoder1d/model.onnx",
            "float/deeploy_autoencoder1d/input_0.npy",
            ImmutableList.of("--end", "/decoder/linear/Gemm_output_0", "--activations", "uint8"),
            6,
            36),
        new Accepted(
            "cnn/mnist8/model.float.onnx",
            "cnn/mnist8/input_f32",
            ImmutableList.of("--method", "mse", "--images", "20"),
            5,
            38));
  }

  @ParameterizedTest
  @MethodSource("accepted")
  @NeedsThirdPartyModels
  void accepted(Accepted test) throws IOException {
    Path file = folder.resolve("int8.onnx");
    ImmutableList.Builder<Object> arguments = ImmutableList.builder();
    arguments.add("quantize", ThirdPartyModels.resolve(test.model()), "-o", file);
    arguments.add("--calibration", ThirdPartyModels.resolve(test.calibration()));
    arguments.addAll(test.options());
    assertEquals(ExitCode.DONE, run(arguments.build().toArray()), err.toString());
    JsonNode report = new ObjectMapper().readTree(folder.resolve("int8.quantize.json").toFile());
    double decibels = report.at("/outputs/0/signalToNoiseDecibels").asDouble();
    assertTrue(decibels > test.decibels(), decibels + " dB");
    Path mapped = folder.resolve("mapped");
    assertEquals(
        ExitCode.DONE, run("map", file, "--effort", "quick", "-o", mapped), err.toString());
    JsonNode network = new ObjectMapper().readTree(mapped.resolve("network.json").toFile());
    assertEquals(test.layers(), network.get("layers").size());
    assertTrue(Files.isRegularFile(mapped.resolve("mapping.json")));
  }

  @Test
  void aFileThatQuantizeDidNotWriteStays() throws IOException {
    Path example =
        Path.of(System.getProperty("xbarflow.root"), "examples/small_cnn").toAbsolutePath();
    for (String name : List.of("other.onnx", "other.quantize.json")) {
      Path file = Files.writeString(folder.resolve(name), "the user's");
      assertEquals(
          ExitCode.BAD_INPUT,
          run(
              "quantize",
              example.resolve("model.onnx"),
              "--calibration",
              example.resolve("input.npy"),
              "-o",
              folder.resolve("other.onnx")));
      assertTrue(err.toString().contains(name), err::toString);
      assertEquals("the user's", Files.readString(file));
      Files.delete(file);
    }
  }

  /** The light graph that is soonest mapped; docs/quantize.md has all five. */
  @Test
  @NeedsThirdPartyModels
  void lightGraph() {
    Path model = ThirdPartyModels.resolve("float/light_squeezenet");
    Path file = folder.resolve("int8.onnx");
    assertEquals(
        ExitCode.DONE,
        run(
            "quantize",
            model.resolve("model.onnx"),
            "--calibration",
            model.resolve("input_0.npy"),
            "-o",
            file),
        err.toString());
    assertEquals(
        ExitCode.DONE,
        run("map", file, "--effort", "quick", "-o", folder.resolve("mapped")),
        err.toString());
  }

  @Test
  @NeedsThirdPartyModels
  void classesOfQuantisedDigits() throws IOException {
    Path digits = ThirdPartyModels.resolve("cnn/mnist8");
    Path file = folder.resolve("int8.onnx");
    assertEquals(
        ExitCode.DONE,
        run(
            "quantize",
            digits.resolve("model.float.onnx"),
            "--calibration",
            digits.resolve("input_f32"),
            "-o",
            file),
        err.toString());
    Path mapped = folder.resolve("mapped");
    assertEquals(
        ExitCode.DONE, run("map", file, "--effort", "quick", "-o", mapped), err.toString());
    List<Object> simulate = new ArrayList<>(List.of("simulate", mapped));
    simulate.addAll(List.of("--labels", digits.resolve("labels.csv")));
    try (Stream<Path> images = Files.list(digits.resolve("input_f32"))) {
      images.sorted().forEach(image -> simulate.addAll(List.of("--input", image)));
    }
    assertEquals(ExitCode.DONE, run(simulate.toArray()), err.toString());
    JsonNode accuracy =
        new ObjectMapper().readTree(mapped.resolve("simulation.json").toFile()).get("accuracy");
    // The float model misses one of the first hundred digits.
    assertTrue(accuracy.get("right").asInt() >= 49, accuracy.toString());
    assertEquals(50, accuracy.get("images").asInt());
  }

  /** A command line that is refused, and parts of the message. */
  private record Refused(String model, List<String> options, String... says) {}

  static Stream<Refused> refused() {
    return Stream.of(
        new Refused(
            "float/deeploy_autoencoder1d",
            ImmutableList.of(),
            "(ConvTranspose)",
            "no integer form",
            "--end /decoder/reshape/Reshape_output_0"),
        new Refused("float/espcn_subpixel", ImmutableList.of(), "(DepthToSpace)"),
        new Refused(
            "float/light_bvlc_alexnet", ImmutableList.of("--lrn", "refuse"), "node n2 (LRN)"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  @NeedsThirdPartyModels
  void refused(Refused test) {
    Path model = ThirdPartyModels.resolve(test.model());
    Path file = folder.resolve("int8.onnx");
    ImmutableList.Builder<Object> arguments = ImmutableList.builder();
    arguments.add("quantize", model.resolve("model.onnx"), "-o", file);
    arguments.add("--calibration", model.resolve("input_0.npy")).addAll(test.options());
    assertEquals(ExitCode.BAD_INPUT, run(arguments.build().toArray()));
    for (String part : test.says()) {
      assertTrue(err.toString().contains(part), err.toString());
    }
    assertFalse(Files.exists(file));
  }

  @Test
  void wrongUse() throws IOException {
    Path model = Files.writeString(folder.resolve("float.onnx"), "text");
    Path images = folder.resolve("images.npy");
    Object[][] lines = {
      {"quantize", model, "-o", folder.resolve("a.onnx")},
      {"quantize", model, "--calibration", images, "-o", folder.resolve("a.onnx")},
      {"quantize", model, "--calibration", folder, "-o", model},
      {"quantize", folder, "--calibration", folder, "-o", folder.resolve("a.onnx")},
      {
        "quantize",
        model,
        "--calibration",
        folder,
        "-o",
        "a.onnx",
        "--method",
        "percentile",
        "--percentile",
        "30"
      },
      {"quantize", model, "--calibration", folder, "-o", "a.onnx", "--images", "0"},
      {"quantize", model, "--calibration", folder, "-o", "a.onnx", "--method", "guess"}
    };
    String[] says = {
      "--calibration", "is not there", "another file", "is not a file", "30.0", "'0'", "guess"
    };
    for (int i = 0; i < lines.length; i++) {
      err.getBuffer().setLength(0);
      assertEquals(ExitCode.BAD_INPUT, run(lines[i]), says[i]);
      assertTrue(err.toString().contains(says[i]), err.toString());
    }
    assertEquals("text", Files.readString(model));
  }
}
