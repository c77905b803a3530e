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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
