package io.xbarflow.testbench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.mapping.Figures;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.onnx.OnnxImport;
import io.xbarflow.core.tensor.Image;
import io.xbarflow.testsupport.LongRun;
import io.xbarflow.testsupport.NeedsThirdPartyModels;
import io.xbarflow.testsupport.ThirdPartyModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Chips of real networks: equal to the golden model at every boundary and to stored ONNX Runtime
 * outputs at the end. Where fewer than four images are stored, random ones make up the number.
 */
@NeedsThirdPartyModels
final class ThirdPartyNetworksTest {
  private static final int IMAGES = 4;

  @ParameterizedTest
  @LongRun
  @CsvSource({
    "resnet8_cifar10, model.qop.onnx, input_f32, qop_logits",
    "resnet8_cifar10, model.qdq.onnx, input_f32, qop_logits",
    "mnist8, model.qop_u8s8.onnx, input_f32, qop_u8s8",
    "mnist8, model.qdq_u8s8.onnx, input_f32, qdq_u8s8",
    "magic_wand, model.qop_i8.onnx, input_i8, qop_i8",
    "magic_wand, model.qop.onnx, input_f32, qop_logits",
    "magic_wand, model.qdq.onnx, input_f32, qop_logits",
    "fcae_ad, model.qop_i8.onnx, input_i8, qop_i8",
    "fcae_ad, model.qop.onnx, input_f32, qop_logits",
    "fcae_ad, model.qdq.onnx, input_f32, qop_logits",
    "hps_shared, model.qop_i8.onnx, input_i8, qop_i8",
  })
  void equalsStoredOutputs(
      String name, String model, String inputs, String expected, @TempDir Path folder)
      throws IOException {
    simulate(name, model, inputs, expected, 8, folder);
  }

  @ParameterizedTest
  @ValueSource(ints = 8)
  void resNet8ReachesItsBounds(int mvmCycles, @TempDir Path folder) throws IOException {
    assertBounds(mvmCycles, folder);
  }

  @ParameterizedTest
  @LongRun
  @ValueSource(ints = 130)
  void resNet8ReachesItsBoundsOnSlowMacros(int mvmCycles, @TempDir Path folder) throws IOException {
    assertBounds(mvmCycles, folder);
  }

  private static void assertBounds(int mvmCycles, Path folder) throws IOException {
    CosimReport report =
        simulate("resnet8_cifar10", "model.qop_i8.onnx", "input_i8", "qop_i8", mvmCycles, folder);
    assertEquals(14, report.crossbars());
    double interval = 1024.0 * mvmCycles;
    long cycles = report.cyclesPerImage().orElseThrow();
    long first = report.firstImageCycles().orElseThrow();
    assertTrue(Math.abs(cycles - interval) <= 0.005 * interval, cycles + " cycles per image");
    assertTrue(
        first <= 1.05 * report.boundFirstImageCycles(),
        first + " cycles to the first image, bound " + report.boundFirstImageCycles());
    assertTrue(
        report.activationMemoryBits() <= 1.15 * report.boundActivationMemoryBits(),
        report.activationMemoryBits() + " bits, bound " + report.boundActivationMemoryBits());
  }

  private static CosimReport simulate(
      String name, String model, String inputs, String expected, int mvmCycles, Path folder)
      throws IOException {
    Path root = ThirdPartyModels.resolve("cnn").resolve(name);
    Network network = OnnxImport.read(root.resolve(model));
    Chain chain =
        Chain.of(network, Architectures.named("default").withMvmCycles(mvmCycles), folder);
    List<Path> files = StoredExpectations.files(root.resolve(inputs));
    files = files.subList(0, Math.min(IMAGES, files.size()));
    List<Image> stored = new ArrayList<>();
    for (Path file : files) {
      stored.add(StoredExpectations.images(network, network.inputs().get(0), file).get(0));
    }
    List<ImmutableMap<String, Image>> images =
        new ArrayList<>(StoredExpectations.inputs(network, stored));
    if (images.size() < IMAGES) {
      images.addAll(chain.randomInputs(IMAGES - images.size(), 1));
    }
    CosimResult result = Chain.prove(chain.request(images));
    HostTensor output =
        network.outputs().stream().filter(host -> host.steps().isEmpty()).findFirst().orElseThrow();
    ImmutableList<Image> outputs = result.outputs().get(output.tensor());
    for (int i = 0; i < files.size(); i++) {
      Path file =
          root.resolve("expected")
              .resolve(expected)
              .resolve(String.valueOf(files.get(i).getFileName()));
      StoredExpectations.assertStored(file, network, output, List.of(outputs.get(i)));
    }
    CosimReport report = result.report();
    Figures predicted = chain.mapping().prediction();
    assertEquals(predicted.cyclesPerImage(), report.cyclesPerImage());
    assertEquals(Optional.of(predicted.firstImageCycles()), report.firstImageCycles());
    return report;
  }
}
