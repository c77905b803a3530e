package io.xbarflow.sim.golden;

import static io.xbarflow.sim.golden.OnnxGraph.attribute;
import static io.xbarflow.sim.golden.OnnxGraph.ints;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.xbarflow.core.diagnostic.UserException;
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
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Scales over the whole range of float32 in every family of operators: the bytes of ONNX Runtime,
 * or a refusal that names the node.
 */
final class ExtremeScalesTest {
  private static final int CASES = 250;
  private static final long[] MAP = {1, 3, 5, 4};

  @TempDir Path folder;

  /** Adds the nodes between x, quantised by x_s and x_z, and y; c is a third quantisation. */
  private interface Body {
    OnnxGraph in(OnnxGraph graph, Random random);
  }

  /**
   * A family.
   *
   * @param real whether the graph input is float32
   */
  private record Family(String name, boolean real, Body body) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Family of(String name, Body body) {
    return new Family(name, false, body);
  }

  private static Stream<Family> families() {
    return Stream.of(
        of(
            "QLinearConv",
            (graph, random) ->
                graph
                    .int8("w", new long[] {2, 3, 2, 2}, random.ints(24, -60, 61).toArray())
                    .reals("w_s", new long[] {2}, scale(random), scale(random))
                    .int8("w_z", new long[] {2}, 0, 0)
                    .node("QLinearConv", "x,x_s,x_z,w,w_s,w_z,y_s,y_z", "y")),
        of(
            "QLinearMatMul",
            (graph, random) ->
                graph
                    .int8("w", new long[] {60, 2}, random.ints(120, -60, 61).toArray())
                    .reals("w_s", new long[0], scale(random))
                    .int8("w_z", new long[0], 0)
                    .node("Flatten", "x", "v")
                    .node("QLinearMatMul", "v,x_s,x_z,w,w_s,w_z,y_s,y_z", "y")),
        of(
            "QGemm",
            (graph, random) ->
                graph
                    .int8("w", new long[] {60, 2}, random.ints(120, -60, 61).toArray())
                    .reals("w_s", new long[0], scale(random))
                    .int8("w_z", new long[0], 0)
                    .node("Flatten", "x", "v")
                    .node("QGemm", "v,x_s,x_z,w,w_s,w_z,,y_s,y_z", "y")),
        of(
            "QLinearAdd of two maps",
            (graph, random) ->
                graph
                    .quantisation("c", quantisation(random, graph.signed()))
                    .node("QLinearAdd", "x,x_s,x_z,x,x_s,x_z,c_s,c_z", "d")
                    .node("QLinearAdd", "x,x_s,x_z,d,c_s,c_z,y_s,y_z", "y")),
        of(
            "QLinearAdd of a constant",
            (graph, random) ->
                constant(graph, random).node("QLinearAdd", "x,x_s,x_z,k,k_s,k_z,y_s,y_z", "y")),
        of(
            "QLinearMul by a constant",
            (graph, random) ->
                constant(graph, random).node("QLinearMul", "x,x_s,x_z,k,k_s,k_z,y_s,y_z", "y")),
        of(
            "QLinearAveragePool",
            (graph, random) ->
                graph.node(
                    "QLinearAveragePool", "x,x_s,x_z,y_s,y_z", "y", ints("kernel_shape", 2, 3))),
        new Family(
            "AveragePool in float32",
            false,
            (graph, random) ->
                graph
                    .real("y")
                    .node("DequantizeLinear", "x,x_s,x_z", "f")
                    .node("AveragePool", "f", "g", ints("kernel_shape", 2, 3))
                    .node("QuantizeLinear", "g,y_s,y_z", "p")
                    .node("DequantizeLinear", "p,y_s,y_z", "y")),
        of(
            "QLinearGlobalAveragePool",
            (graph, random) -> graph.node("QLinearGlobalAveragePool", "x,x_s,x_z,y_s,y_z", "y")),
        of(
            "QLinearConcat",
            (graph, random) ->
                graph.node(
                    "QLinearConcat", "y_s,y_z,x,x_s,x_z,x,y_s,y_z", "y", attribute("axis", 1))),
        of(
            "QLinearSigmoid",
            (graph, random) -> graph.node("QLinearSigmoid", "x,x_s,x_z,y_s,y_z", "y")),
        of(
            "QLinearLeakyRelu",
            (graph, random) ->
                graph.node("QLinearLeakyRelu", "x,x_s,x_z,y_s,y_z", "y", attribute("alpha", 0.1f))),
        of(
            "DequantizeLinear, QuantizeLinear",
            (graph, random) ->
                graph
                    .node("DequantizeLinear", "x,x_s,x_z", "f")
                    .node("QuantizeLinear", "f,y_s,y_z", "y")),
        new Family(
            "QuantizeLinear of the input",
            true,
            (graph, random) ->
                graph
                    .real("x")
                    .node("QuantizeLinear", "x,y_s,y_z", "q")
                    .node("MaxPool", "q", "y", ints("kernel_shape", 1, 2))));
  }

  private static OnnxGraph constant(OnnxGraph graph, Random random) {
    Quantisation k = quantisation(random, graph.signed());
    return graph.quantisation("k", k).integers("k", new long[] {1}, k.min() + random.nextInt(256));
  }

  /** From the least subnormal number to the greatest, half of them within a plausible range. */
  private static float scale(Random random) {
    if (random.nextInt(4) == 0) {
      return (float) Math.pow(10, -45 + 83 * random.nextDouble());
    }
    return (float) Math.pow(10, random.nextInt(3) == 0 ? -16 + 22 * random.nextDouble() : -2);
  }

  private static Quantisation quantisation(Random random, boolean signed) {
    float scale = Math.max(Float.MIN_VALUE, scale(random));
    return new Quantisation(scale, (signed ? -128 : 0) + random.nextInt(256), signed);
  }

  @ParameterizedTest
  @MethodSource("families")
  void equalsOnnxRuntimeOrIsRefused(Family family) throws OrtException, IOException {
    Random random = new Random(family.name().hashCode());
    int equal = 0;
    int refused = 0;
    boolean means = family.name().equals("QLinearGlobalAveragePool");
    for (int i = 0; i < CASES; i++) {
      boolean signed = random.nextBoolean();
      Quantisation x = quantisation(random, signed);
      Quantisation y = quantisation(random, signed);
      OnnxGraph graph = new OnnxGraph(signed, MAP).quantisation("x", x).quantisation("y", y);
      byte[] model = family.body().in(graph, random).bytes();
      byte[] input = new byte[60];
      random.nextBytes(input);
      float[] real = new float[60];
      for (int j = 0; j < real.length; j++) {
        real[j] = input[j] * scale(random);
      }
      Path file = folder.resolve("graph.onnx");
      Files.write(file, model);
      Network network;
      try {
        network = OnnxImport.read(file);
      } catch (UserException e) {
        assertTrue(e.getMessage().startsWith("node "), e.getMessage());
        if (means) {
          // ONNX Runtime refuses the same scales.
          assertThrows(
              OrtException.class,
              () -> OnnxRuntimeRun.inOnnxRuntime(model, input, MAP, signed, OptLevel.ALL_OPT),
              () -> x + " " + y);
        }
        refused++;
        continue;
      }
      OnnxRuntimeRun.Output wanted =
          family.real()
              ? OnnxRuntimeRun.inOnnxRuntime(model, real, MAP, signed, OptLevel.ALL_OPT)
              : OnnxRuntimeRun.inOnnxRuntime(model, input, MAP, signed, OptLevel.ALL_OPT);
      OnnxRuntimeRun.Output golden =
          family.real()
              ? OnnxRuntimeRun.inGoldenModel(network, real, MAP)
              : OnnxRuntimeRun.inGoldenModel(network, input, MAP, signed);
      assertEquals("", wanted.difference(golden), () -> x + " " + y + " " + network.layers());
      equal++;
    }
    assertTrue(equal > CASES / 3, "equal " + equal + ", refused " + refused);
  }
}
