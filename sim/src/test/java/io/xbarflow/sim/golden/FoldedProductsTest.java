package io.xbarflow.sim.golden;

import static io.xbarflow.sim.golden.OnnxGraph.attribute;
import static io.xbarflow.sim.golden.OnnxGraph.ints;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.OnnxImport;
import io.xbarflow.sim.golden.OnnxRuntimeRun.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Convolutions and products with a bias in any form, and factors, summands and normalisations
 * behind them, folded into one layer, beside ONNX Runtime's evaluation of the same graph in
 * float32.
 *
 * <p>{@code -Dxbarflow.folded=N} takes N models.
 */
final class FoldedProductsTest {
  private static final int MODELS = Integer.getInteger("xbarflow.folded", 400);

  @TempDir Path folder;

  /** A random graph: the same for the same seed, whatever it is quantised by. */
  private static final class Model {
    private final Random random;
    private final OnnxGraph graph;
    private final boolean conv;
    private final int outputs;
    private final long[] dims;
    private final Quantisation x;
    private String last = "product";

    Model(int seed) {
      random = new Random(seed);
      boolean signed = random.nextBoolean();
      conv = random.nextInt(3) > 0;
      int inputs = 1 + random.nextInt(conv ? 12 : 200);
      outputs = 1 + random.nextInt(12);
      dims = conv ? new long[] {1, inputs, 7, 6} : new long[] {1, inputs};
      x =
          new Quantisation(
              (float) Math.exp(-4 + random.nextGaussian()),
              (signed ? -128 : 0) + random.nextInt(256),
              signed);
      graph = new OnnxGraph(signed, dims).quantisation("x", x);
      graph.node("DequantizeLinear", "x,x_s,x_z", "f");
      product(inputs);
      for (int i = random.nextInt(4); i > 0; i--) {
        step("s" + i);
      }
      if (random.nextInt(3) == 0) {
        next("Relu", last, "relu");
      }
    }

    private void product(int inputs) {
      boolean gemm = !conv && random.nextBoolean();
      long[] weightDims = conv ? new long[] {outputs, inputs, 3, 3} : new long[] {inputs, outputs};
      int[] weights = new int[outputs * inputs * (conv ? 9 : 1)];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = random.nextInt(255) - 127;
      }
      float[] scales = reals(outputs, -5, 0.7);
      graph
          .int8("w", weightDims, weights)
          .reals("w_s", perOutput(), scales)
          .node("DequantizeLinear", "w,w_s", "wf", attribute("axis", conv ? 0 : 1));
      double reach = 74 * 74 * Math.sqrt(weights.length / (double) outputs) * x.scale();
      boolean biased = bias(scales, reach);
      String operands = biased && (conv || gemm) ? "f,wf,b" : "f,wf";
      if (conv) {
        graph.node("Conv", operands, last, ints("pads", 1, 1, 1, 1));
      } else {
        graph.node(gemm ? "Gemm" : "MatMul", operands, last);
      }
      if (biased && !conv && !gemm) {
        next("Add", random.nextBoolean() ? last + ",b" : "b," + last, "biased");
      }
    }

    /** A bias b in one of its forms; whether there is one. */
    private boolean bias(float[] scales, double reach) {
      int form = random.nextInt(4);
      float[] bias = new float[outputs];
      for (int i = 0; i < outputs; i++) {
        bias[i] = (float) (reach * scales[i] * random.nextGaussian());
      }
      float scale = (float) (reach * scales[0] / 100);
      switch (form) {
        case 0 -> {
          return false;
        }
        case 1 -> graph.reals("b", perOutput(), bias);
        case 2 -> {
          int[] bytes = random.ints(outputs, -128, 128).toArray();
          graph.int8("bi", perOutput(), bytes).reals("b_s", new long[0], scale);
        }
        default -> {
          int[] integers = random.ints(outputs, -100_000, 100_000).toArray();
          graph.int32("bi", perOutput(), integers).reals("b_s", new long[0], scale / 1000);
        }
      }
      if (form > 1) {
        graph.node("DequantizeLinear", "bi,b_s", "b");
      }
      return true;
    }

    private long[] perOutput() {
      return new long[] {outputs};
    }

    private void next(String operator, String operands, String name) {
      graph.node(operator, operands, name);
      last = name;
    }

    /** One affine operator. */
    private void step(String name) {
      boolean each = random.nextBoolean();
      long[] constantDims =
          !each ? new long[0] : conv ? new long[] {outputs, 1, 1} : new long[] {1, outputs};
      int values = each ? outputs : 1;
      switch (random.nextInt(6)) {
        case 0 -> {
          graph.reals(name + "_c", constantDims, signed(reals(values, 0, 0.5)));
          next("Mul", last + "," + name + "_c", name);
        }
        case 1 -> {
          graph.reals(name + "_c", constantDims, signed(reals(values, 0, 0.5)));
          next("Div", last + "," + name + "_c", name);
        }
        case 2 -> {
          graph.reals(name + "_c", constantDims, signed(reals(values, -1, 1)));
          next("Add", name + "_c," + last, name);
        }
        case 3 -> {
          graph.reals(name + "_c", constantDims, signed(reals(values, -1, 1)));
          boolean first = random.nextBoolean();
          next("Sub", first ? last + "," + name + "_c" : name + "_c," + last, name);
        }
        case 4 -> next("Neg", last, name);
        default -> {
          graph
              .reals(name + "_g", perOutput(), signed(reals(outputs, 0, 0.7)))
              .reals(name + "_b", perOutput(), signed(reals(outputs, -1, 1)))
              .reals(name + "_m", perOutput(), signed(reals(outputs, -1, 1)))
              .reals(name + "_v", perOutput(), reals(outputs, 0, 1));
          next(
              "BatchNormalization",
              last + "," + name + "_g," + name + "_b," + name + "_m," + name + "_v",
              name);
        }
      }
    }

    private float[] reals(int count, double centre, double spread) {
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = (float) Math.exp(centre + spread * random.nextGaussian());
      }
      return values;
    }

    /** About a third of them negative. */
    private float[] signed(float[] values) {
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextInt(3) == 0 ? -values[i] : values[i];
      }
      return values;
    }

    byte[] input() {
      byte[] input = new byte[(int) (dims[1] * (conv ? dims[2] * dims[3] : 1))];
      random.nextBytes(input);
      return input;
    }

    /** With the float32 result as output. */
    byte[] floating() {
      return graph.node("Identity", last, "y").real("y").bytes();
    }

    /** With the result quantised by {@code y}. */
    byte[] quantised(Quantisation y) {
      return graph.quantisation("y", y).node("QuantizeLinear", last + ",y_s,y_z", "y").bytes();
    }
  }

  private static Quantisation calibrated(Output output, boolean signed) {
    double low = 0;
    double high = 0;
    for (float value : output.values()) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    double scale = Math.max(high - low, 1e-6) / 255;
    int zero = (int) Math.rint(-low / scale);
    return new Quantisation((float) scale, (signed ? -128 : 0) + zero, signed);
  }

  @Test
  void areAtMostOneStepFromFloat() throws OrtException, IOException {
    int values = 0;
    int differing = 0;
    for (int seed = 0; seed < MODELS; seed++) {
      Model first = new Model(seed);
      boolean signed = first.x.signed();
      Output real =
          OnnxRuntimeRun.inOnnxRuntime(
              first.floating(), first.input(), first.dims, signed, OptLevel.NO_OPT);
      Model second = new Model(seed);
      byte[] input = second.input();
      byte[] model = second.quantised(calibrated(real, signed));
      Path file = folder.resolve("graph.onnx");
      Files.write(file, model);
      Network network = OnnxImport.read(file);
      assertEquals(1, network.layers().size());
      assertTrue(network.layers().get(0) instanceof Layer.Convolution);
      Output wanted =
          OnnxRuntimeRun.inOnnxRuntime(model, input, second.dims, signed, OptLevel.NO_OPT);
      Output got = OnnxRuntimeRun.inGoldenModel(network, input, second.dims, signed);
      assertEquals(wanted.dims(), got.dims());
      for (int i = 0; i < wanted.values().length; i++) {
        float distance = Math.abs(wanted.values()[i] - got.values()[i]);
        assertTrue(distance <= 1, "model " + seed + ", value " + i + ": " + distance + " steps");
        differing += distance == 0 ? 0 : 1;
      }
      values += wanted.values().length;
    }
    System.out.println(
        String.format(
            Locale.ROOT,
            "%d folded products: %d of %d values one step from float32, none further",
            MODELS,
            differing,
            values));
    assertTrue(differing * 1000L <= values, differing + " of " + values);
  }
}
