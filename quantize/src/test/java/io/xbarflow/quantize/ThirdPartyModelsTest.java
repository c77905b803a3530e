package io.xbarflow.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.xbarflow.core.network.Network;
import io.xbarflow.core.onnx.OnnxImport;
import io.xbarflow.quantize.calibrate.RangeRule;
import io.xbarflow.quantize.emit.QuantisedGraph;
import io.xbarflow.testsupport.NeedsThirdPartyModels;
import io.xbarflow.testsupport.ThirdPartyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Third-party float models: what is quantised is imported, and ONNX Runtime gives the golden
 * model's bytes in every layer.
 */
@NeedsThirdPartyModels
final class ThirdPartyModelsTest {
  @TempDir Path folder;

  /**
   * A model.
   *
   * @param end the value to end with, empty for the model's outputs
   * @param layers of the network
   * @param notes on what was replaced
   * @param compares whether ONNX Runtime and the golden model are run; the largest take long
   */
  private record Case(
      String model, String images, String end, int layers, int notes, boolean compares) {
    static Case ofFloat(String name, String end, int layers, int notes, boolean compares) {
      String folder = "float/" + name + "/";
      return new Case(folder + "model.onnx", folder + "input_0.npy", end, layers, notes, compares);
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        Case.ofFloat("residual_block_clean", "", 5, 0, true),
        Case.ofFloat("espcn_subpixel", "onnx::DepthToSpace_14", 4, 0, true),
        Case.ofFloat("deeploy_autoencoder1d", "/decoder/linear/Gemm_output_0", 6, 0, true),
        new Case("cnn/mnist8/model.float.onnx", "cnn/mnist8/input_f32", "", 5, 0, true),
        Case.ofFloat("light_squeezenet", "", 38, 0, true),
        Case.ofFloat("light_inception_v1", "", 81, 2, true),
        Case.ofFloat("light_resnet50", "", 72, 0, false),
        Case.ofFloat("light_bvlc_alexnet", "", 11, 2, false),
        Case.ofFloat("light_zfnet512", "", 11, 2, false));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void accepted(Case test) throws IOException {
    Settings settings =
        new Settings(
            new RangeRule(RangeRule.Method.MIN_MAX, 100),
            true,
            new QuantisedGraph.Style(false, false, true),
            true,
            Optional.of(test.end()).filter(end -> !end.isEmpty()));
    Quantizer quantizer =
        Quantizer.of(
            ThirdPartyModels.resolve(test.model()),
            ThirdPartyModels.resolve(test.images()),
            5,
            settings,
            (what, done, total) -> {});
    Quantizer.Result result = quantizer.run();
    Path file = Files.write(folder.resolve("quantised.onnx"), result.file());
    Network network = OnnxImport.read(file);
    assertEquals(test.layers(), network.layers().size());
    assertEquals(
        test.notes(), result.notes().stream().filter(note -> note.contains("(LRN)")).count());
    assertTrue(result.notes().get(0).contains("measured on"), result.notes().toString());
    assertEquals(test.notes() + 1, result.notes().size());
    if (test.compares()) {
      OnnxRuntimeComparison.compare(file, quantizer.images(), result, network);
    }
  }
}
