package io.xbarflow.sim.golden;

import static io.xbarflow.sim.golden.OnnxGraph.attribute;
import static io.xbarflow.sim.golden.OnnxGraph.ints;
import static io.xbarflow.sim.golden.OnnxGraph.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.OnnxImport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Average pools in every form against ONNX Runtime, over random quantisations. */
final class AveragePoolFormsTest {
  private static final int CHANNELS = 40;

  @TempDir Path folder;

  /** Ways to say that one window covers the map. */
  private enum WholeMap {
    STRIDE_1,
    STRIDE_OF_THE_MAP,
    CEIL,
    INCLUDE_PAD,
    SAME,
    VALID,
    BETWEEN_QDQ;

    private AttributeProto[] attributes(int height, int width) {
      AttributeProto kernel = ints("kernel_shape", height, width);
      AttributeProto strides = ints("strides", height, width);
      return switch (this) {
        case STRIDE_1, BETWEEN_QDQ -> new AttributeProto[] {kernel};
        case STRIDE_OF_THE_MAP -> new AttributeProto[] {kernel, strides};
        case CEIL -> new AttributeProto[] {kernel, strides, attribute("ceil_mode", 1)};
        case INCLUDE_PAD -> new AttributeProto[] {kernel, attribute("count_include_pad", 1)};
        case SAME -> new AttributeProto[] {kernel, strides, text("auto_pad", "SAME_UPPER")};
        case VALID -> new AttributeProto[] {kernel, text("auto_pad", "VALID")};
      };
    }
  }

  @ParameterizedTest
  @EnumSource(WholeMap.class)
  void overTheWholeMapIsAGlobalAverage(WholeMap form) throws OrtException, IOException {
    Random random = new Random(form.name().hashCode());
    for (int i = 0; i < 60; i++) {
      boolean signed = random.nextBoolean();
      int height = 1 + random.nextInt(8);
      int width = 1 + random.nextInt(8);
      long[] dims = {1, CHANNELS, height, width};
      Quantisation x = quantisation(random, signed);
      Quantisation y =
          i % 2 == 0
              ? new Quantisation(x.scale(), zeroPoint(random, signed), signed)
              : near(random, x);
      AttributeProto[] attributes = form.attributes(height, width);
      OnnxGraph graph = new OnnxGraph(signed, dims).quantisation("x", x).quantisation("y", y);
      if (form == WholeMap.BETWEEN_QDQ) {
        graph
            .node("DequantizeLinear", "x,x_s,x_z", "f")
            .node("AveragePool", "f", "g", attributes)
            .node("QuantizeLinear", "g,y_s,y_z", "y");
      } else {
        graph.node("QLinearAveragePool", "x,x_s,x_z,y_s,y_z", "y", attributes);
      }
      Network network = imported(graph.bytes());
      assertInstanceOf(Layer.GlobalAveragePool.class, network.layers().get(0));
      byte[] input = new byte[CHANNELS * height * width];
      random.nextBytes(input);
      assertEquals(
          "",
          OnnxRuntimeRun.inOnnxRuntime(graph.bytes(), input, dims, signed, OptLevel.ALL_OPT)
              .difference(OnnxRuntimeRun.inGoldenModel(network, input, dims, signed)),
          () -> height + " x " + width + " " + x + " " + y);
    }
  }

  /**
   * Where an AveragePool stands between QuantizeLinear and DequantizeLinear, and the run of ONNX
   * Runtime 1.20 that is its meaning.
   *
   * @param quantised whether a QuantizeLinear of a float input stands before the first
   *     DequantizeLinear
   * @param dequantised whether a DequantizeLinear stands behind the last QuantizeLinear
   * @param alike whether both runs give the same values
   * @param relu whether a Relu stands behind the pool
   */
  private record Place(
      String name,
      boolean signed,
      boolean quantised,
      boolean dequantised,
      int opset,
      OptLevel meaning,
      boolean alike,
      boolean relu) {
    Place(
        String name,
        boolean signed,
        boolean quantised,
        boolean dequantised,
        int opset,
        OptLevel meaning,
        boolean alike) {
      this(name, signed, quantised, dequantised, opset, meaning, alike, false);
    }

    @Override
    public String toString() {
      return name;
    }

    byte[] model(OnnxGraph graph, AttributeProto... attributes) {
      if (quantised) {
        graph.real("x").node("QuantizeLinear", "x,x_s,x_z", "q");
      }
      graph
          .node("DequantizeLinear", quantised ? "q,x_s,x_z" : "x,x_s,x_z", "f")
          .node("AveragePool", "f", relu ? "a" : "g", attributes);
      if (relu) {
        graph.node("Relu", "a", "g");
      }
      graph.node("QuantizeLinear", "g,y_s,y_z", dequantised ? "p" : "y");
      if (dequantised) {
        graph.real("y").node("DequantizeLinear", "p,y_s,y_z", "y");
      }
      return graph.bytes(opset);
    }

    OnnxRuntimeRun.Output run(byte[] model, byte[] input, float[] real, long[] dims, OptLevel level)
        throws OrtException {
      return quantised
          ? OnnxRuntimeRun.inOnnxRuntime(model, real, dims, signed, level)
          : OnnxRuntimeRun.inOnnxRuntime(model, input, dims, signed, level);
    }
  }

  private static Stream<Place> places() {
    OptLevel fused = OptLevel.ALL_OPT;
    return Stream.of(
        new Place("int8 on both sides", true, false, false, 18, fused, false),
        new Place("uint8 on both sides", true, true, true, 18, fused, false),
        new Place("int8 before, uint8 behind", true, false, true, 18, fused, true),
        new Place("uint8 before, int8 behind", true, true, false, 18, fused, true),
        new Place("int8 before, uint8 behind, opset 19", true, false, true, 19, fused, true),
        new Place("uint8 inputs", false, false, false, 18, fused, false),
        new Place("uint8 between pairs", false, true, true, 18, fused, false),
        new Place("uint8 with Relu", false, false, false, 18, fused, true, true),
        new Place("int8 with Relu", true, false, false, 18, fused, true, true),
        new Place("uint8 on both sides, with Relu", true, true, true, 18, fused, true, true),
        new Place("uint8 with Relu, opset 19", false, true, true, 19, fused, true, true));
  }

  @ParameterizedTest
  @MethodSource("places")
  void betweenQdqHasTheMeaningOfTheOptimisedRun(Place place) throws OrtException, IOException {
    Random random = new Random(place.name().hashCode());
    boolean signed = place.signed();
    int apart = 0;
    int columns = 0;
    for (int i = 0; i < 80; i++) {
      int height = 5 + random.nextInt(6);
      int width = 5 + random.nextInt(6);
      long[] dims = {1, CHANNELS / 8, height, width};
      Quantisation x = quantisation(random, signed);
      Quantisation y = i % 2 == 0 ? x : near(random, x);
      int kernelHeight = 1 + random.nextInt(4);
      int kernelWidth = 1 + random.nextInt(4);
      byte[] model =
          place.model(
              new OnnxGraph(signed, dims).quantisation("x", x).quantisation("y", y),
              ints("kernel_shape", kernelHeight, kernelWidth),
              ints("strides", 1 + random.nextInt(3), 1 + random.nextInt(3)),
              ints(
                  "pads",
                  random.nextInt(kernelHeight),
                  random.nextInt(kernelWidth),
                  random.nextInt(kernelHeight),
                  random.nextInt(kernelWidth)),
              attribute("count_include_pad", random.nextInt(2)));
      byte[] input = new byte[CHANNELS / 8 * height * width];
      random.nextBytes(input);
      float[] real = new float[input.length];
      for (int j = 0; j < real.length; j++) {
        real[j] = x.scale() * ((signed ? input[j] : input[j] & 255) - x.zeroPoint());
      }
      Network network = imported(model);
      OnnxRuntimeRun.Output golden =
          place.quantised()
              ? OnnxRuntimeRun.inGoldenModel(network, real, dims)
              : OnnxRuntimeRun.inGoldenModel(network, input, dims, signed);
      OnnxRuntimeRun.Output wanted = place.run(model, input, real, dims, place.meaning());
      assertEquals("", wanted.difference(golden), () -> network.layers() + " " + x + " " + y);
      apart += wanted.differences(place.run(model, input, real, dims, OptLevel.NO_OPT));
      columns +=
          network.layers().get(0) instanceof Layer.Pool pool
                  && pool.kind() == Layer.Pool.Kind.FLOAT_AVERAGE_BY_COLUMNS
              ? 1
              : 0;
    }
    assertEquals(place.alike(), apart == 0, "values in which the runs differ: " + apart);
    assertEquals(place.alike() && place.opset() < 19, columns > 10, "by columns " + columns);
  }

  private Network imported(byte[] model) throws IOException {
    Path file = folder.resolve("graph.onnx");
    Files.write(file, model);
    return OnnxImport.read(file);
  }

  private static int zeroPoint(Random random, boolean signed) {
    return random.nextInt(256) - (signed ? 128 : 0);
  }

  private static Quantisation quantisation(Random random, boolean signed) {
    float scale = (float) Math.exp(-3 + random.nextGaussian());
    return new Quantisation(scale, zeroPoint(random, signed), signed);
  }

  private static Quantisation near(Random random, Quantisation x) {
    float scale = (float) (x.scale() * Math.exp(0.4 * random.nextGaussian()));
    return new Quantisation(scale, zeroPoint(random, x.signed()), x.signed());
  }
}
