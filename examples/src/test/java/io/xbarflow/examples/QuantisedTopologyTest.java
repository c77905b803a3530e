package io.xbarflow.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.OnnxImport;
import io.xbarflow.core.tensor.Image;
import io.xbarflow.mapper.choice.Choices;
import io.xbarflow.sim.golden.GoldenModel;
import io.xbarflow.testsupport.NeedsThirdPartyModels;
import io.xbarflow.testsupport.ThirdPartyModels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Quantised topologies compute what the float graph states, as far as 8 bits go. */
final class QuantisedTopologyTest {
  private static final int CHANNELS = 4;
  private static final int SIZE = 6;
  private static final int TAPS = 2 * 3 * 3;

  private final SeededWeights seeded = new SeededWeights(5);
  private final float[] weights = seeded.reals(CHANNELS * TAPS);
  private final float[] bias = seeded.reals(CHANNELS);
  private final float[] gamma = {1.5f, 0.5f, -1, 2};
  private final float[] beta = {0.25f, -0.5f, 1, 0};
  private final float[] mean = {0.5f, 0, -0.25f, 1};
  private final float[] variance = {4, 1, 2, 0.5f};

  private static Network imported(byte[] model, Path folder) throws IOException {
    Path file = folder.resolve("quantised.onnx");
    Files.write(file, model);
    return OnnxImport.read(file);
  }

  /** Conv, BatchNormalization, Relu, and a Dropout, an LRN and a Softmax that are left out. */
  private Path floatModel(Path folder) throws IOException {
    OnnxWriter graph = new OnnxWriter("small");
    graph.input("x", OnnxWriter.FLOAT, 2, SIZE, SIZE);
    graph.output("y", OnnxWriter.FLOAT, CHANNELS, SIZE, SIZE);
    graph.node(
        "",
        "Conv",
        "conv",
        ImmutableList.of(
            "x", graph.floats("w", weights, CHANNELS, 2, 3, 3), graph.floats("b", bias, CHANNELS)),
        "c",
        OnnxWriter.integers("pads", 1, 1, 1, 1));
    graph.node(
        "",
        "BatchNormalization",
        "norm",
        ImmutableList.of(
            "c",
            graph.floats("gamma", gamma, CHANNELS),
            graph.floats("beta", beta, CHANNELS),
            graph.floats("mean", mean, CHANNELS),
            graph.floats("variance", variance, CHANNELS)),
        "n");
    graph.node("", "Relu", "relu", ImmutableList.of("n"), "r");
    graph.node("", "LRN", "lrn", ImmutableList.of("r"), "l", OnnxWriter.integer("size", 5));
    graph.node("", "Dropout", "drop", ImmutableList.of("l"), "d");
    graph.node("", "Softmax", "soft", ImmutableList.of("d"), "y", OnnxWriter.integer("axis", 1));
    Path file = folder.resolve("float.onnx");
    Files.write(file, graph.model(13, false));
    return file;
  }

  @Test
  void computesWhatTheFloatGraphStates(@TempDir Path folder) throws IOException {
    byte[] model = QuantisedTopology.of(floatModel(folder), Optional.empty());
    Network network = imported(model, folder);
    assertEquals(1, network.layers().size());
    Image image =
        Image.of(
            network.tensor("x").shape(), new SeededWeights(6).integers(2 * SIZE * SIZE, 0, 255));
    String output = network.outputs().get(0).tensor();
    Image result = new GoldenModel(network).run(ImmutableMap.of("x", image)).get(output);
    Quantisation from = network.tensor("x").quantisation();
    Quantisation to = network.tensor(output).quantisation();
    int[] x = image.toArray();
    int[] y = result.toArray();
    int inRange = 0;
    for (int channel = 0; channel < CHANNELS; channel++) {
      for (int pixel = 0; pixel < SIZE * SIZE; pixel++) {
        double sum = bias[channel];
        for (int tap = 0; tap < TAPS; tap++) {
          int row = pixel / SIZE + tap % 9 / 3 - 1;
          int column = pixel % SIZE + tap % 3 - 1;
          if (row >= 0 && row < SIZE && column >= 0 && column < SIZE) {
            int value = x[(tap / 9 * SIZE + row) * SIZE + column] - from.zeroPoint();
            sum += weights[channel * TAPS + tap] * value * from.scale();
          }
        }
        double normalised =
            gamma[channel] * (sum - mean[channel]) / Math.sqrt(variance[channel] + 1e-5)
                + beta[channel];
        double expected = Math.max(0, Math.min(255 * (double) to.scale(), normalised));
        double got = y[channel * SIZE * SIZE + pixel] * (double) to.scale();
        // Half a step of the output, and half a step of each weight.
        assertEquals(expected, got, 1.5 * to.scale(), "channel " + channel + ", pixel " + pixel);
        inRange += expected > 0 && normalised < 255 * (double) to.scale() ? 1 : 0;
      }
    }
    assertTrue(inRange > CHANNELS * SIZE * SIZE / 4, inRange + " values within the range");
  }

  @Test
  void saysWhatIsLeftOut(@TempDir Path folder) throws IOException {
    byte[] model = QuantisedTopology.of(floatModel(folder), Optional.empty());
    String text = new String(model, StandardCharsets.ISO_8859_1);
    assertTrue(text.contains("Weights seeded in 0 of 1 layers. Left out: LRN lrn, Softmax soft."));
  }

  @Test
  void refusesWhatIsNotALayer(@TempDir Path folder) throws IOException {
    OnnxWriter graph = new OnnxWriter("up");
    graph.input("x", OnnxWriter.FLOAT, 2, SIZE, SIZE);
    graph.output("y", OnnxWriter.FLOAT, 2, SIZE, SIZE);
    graph.node("", "ConvTranspose", "up", ImmutableList.of("x", "w"), "y");
    Path file = folder.resolve("up.onnx");
    Files.write(file, graph.model(13, false));
    UserException refusal =
        assertThrows(UserException.class, () -> QuantisedTopology.of(file, Optional.empty()));
    assertTrue(refusal.getMessage().startsWith("node up (ConvTranspose)"), refusal::getMessage);
  }

  /** Columns: network, value to end with, convolutions, all layers, macros of 256 x 256. */
  @ParameterizedTest
  @CsvSource({
    "light_bvlc_alexnet,, 8, 11, 954",
    "light_inception_v1,, 58, 108, 212",
    "light_resnet50,, 54, 72, 422",
    "light_squeezenet,, 26, 46, 44",
    "light_zfnet512,, 8, 11, 1333",
    "residual_block_clean,, 3, 5, 3",
    "espcn_subpixel,, 4, 4, 9",
    "deeploy_autoencoder1d, /decoder/linear/Gemm_output_0, 4, 8, 4",
  })
  @NeedsThirdPartyModels
  void thirdPartyTopologies(
      String name, String end, int convolutions, int layers, int macros, @TempDir Path folder)
      throws IOException {
    Network network =
        imported(QuantisedTopology.of(thirdParty(name), Optional.ofNullable(end)), folder);
    assertEquals(
        convolutions,
        network.layers().stream().filter(Layer.Convolution.class::isInstance).count());
    assertEquals(layers, network.layers().size());
    assertEquals(macros, Choices.plain(network, Architectures.named("analog-256")).macros());
  }

  @Test
  @NeedsThirdPartyModels
  void autoencoderIsRefusedAtItsDecoder() {
    Path file = thirdParty("deeploy_autoencoder1d");
    UserException refusal =
        assertThrows(UserException.class, () -> QuantisedTopology.of(file, Optional.empty()));
    assertTrue(
        refusal.getMessage().startsWith("node /decoder/reshape/Reshape (Reshape)"),
        refusal::getMessage);
  }

  private static Path thirdParty(String name) {
    return ThirdPartyModels.resolve("float").resolve(name).resolve("model.onnx");
  }
}
