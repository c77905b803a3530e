package io.xbarflow.sim.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
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
 * Add and Mul between DequantizeLinear and QuantizeLinear of a map and a constant, or of branches
 * of a map, equal what ONNX Runtime's default options make of them: integer kernels or float32.
 */
final class FusedOperatorsTest {
  private static final int DRAWS = 3;

  @TempDir private Path folder;

  /** What the operands are. */
  private enum Operands {
    MAP_AND_CONSTANT,
    CONSTANT_AND_MAP,
    MAP_AND_CHANNEL_CONSTANTS,
    MAP_TWICE,
    MAP_AND_FUNCTION,
    FUNCTION_AND_MAP,
    TWO_FUNCTIONS,
    FLOAT_AND_FUNCTION,
    RESHAPED_AND_FUNCTION
  }

  /** What reads the result. */
  private enum Behind {
    QUANTIZE_LINEAR,
    RELU,
    CLIP,
    TWO_READERS,
    QUANTISED_FOR_TWO
  }

  /**
   * A form of graph.
   *
   * @param floatInput whether a QuantizeLinear writes the map
   * @param floatOutput whether a DequantizeLinear reads the result
   */
  private record Form(
      String operator,
      boolean signed,
      Operands operands,
      Behind behind,
      boolean floatInput,
      boolean floatOutput) {}

  static Stream<Form> forms() {
    return Stream.of("Add", "Mul")
        .flatMap(operator -> Stream.of(false, true).flatMap(signed -> forms(operator, signed)));
  }

  private static Stream<Form> forms(String operator, boolean signed) {
    return Stream.of(Operands.values())
        .flatMap(
            operands ->
                Stream.of(Behind.values())
                    .flatMap(
                        behind ->
                            Stream.of(0, 1, 2, 3)
                                .map(
                                    ends ->
                                        new Form(
                                            operator,
                                            signed,
                                            operands,
                                            behind,
                                            ends % 2 == 1,
                                            ends > 1))));
  }

  @ParameterizedTest
  @MethodSource("forms")
  void equalsOnnxRuntimeWithDefaultOptions(Form form) throws OrtException, IOException {
    for (int draw = 0; draw < DRAWS; draw++) {
      Random random = new Random(form.toString().hashCode() * 31L + draw);
      byte[] model = graph(form, random).bytes();
      Path file = folder.resolve("model.onnx");
      Files.write(file, model);
      Network network = OnnxImport.read(file);
      long[] dims = {1, 2, 16, 16};
      OnnxRuntimeRun.Output wanted;
      OnnxRuntimeRun.Output found;
      if (form.floatInput()) {
        float[] input = new float[512];
        for (int i = 0; i < input.length; i++) {
          input[i] = (i % 256 - 128) * 0.05f;
        }
        wanted = OnnxRuntimeRun.inOnnxRuntime(model, input, dims, form.signed(), OptLevel.ALL_OPT);
        found = OnnxRuntimeRun.inGoldenModel(network, input, dims);
      } else {
        byte[] input = new byte[512];
        for (int i = 0; i < input.length; i++) {
          input[i] = (byte) i;
        }
        wanted = OnnxRuntimeRun.inOnnxRuntime(model, input, dims, form.signed(), OptLevel.ALL_OPT);
        found = OnnxRuntimeRun.inGoldenModel(network, input, dims, form.signed());
      }
      assertEquals("", wanted.difference(found));
      assertTrue(
          network.layers().stream().noneMatch(layer -> layer.inputs().size() > 1),
          "a table or a sum with a constant");
    }
  }

  /** Scales are often powers of two, so that results lie halfway between integers. */
  private static Quantisation drawn(Random random, boolean signed, double reach) {
    double scale =
        random.nextBoolean()
            ? Math.scalb(1.0, Math.getExponent(reach / 256) + random.nextInt(2))
            : reach / 256 * (0.5 + random.nextDouble());
    int least = signed ? Byte.MIN_VALUE : 0;
    int zero = random.nextInt(4) == 0 ? 0 : random.nextInt(256);
    return new Quantisation((float) scale, least + zero, signed);
  }

  private static OnnxGraph graph(Form form, Random random) {
    boolean signed = form.signed();
    OnnxGraph graph =
        new OnnxGraph(signed, 1, 2, 16, 16)
            .quantisation("x", drawn(random, signed, 8))
            .quantisation("f", drawn(random, signed, 2))
            .quantisation("y", drawn(random, signed, 8));
    if (form.floatInput()) {
      graph.real("x").node("QuantizeLinear", "x,x_s,x_z", "q");
    } else {
      graph.node("Identity", "x", "q");
    }
    String operands = operands(form, graph.node("DequantizeLinear", "q,x_s,x_z", "d"), random);
    graph.node(form.operator(), operands, "m");
    String result = "m";
    switch (form.behind()) {
      case RELU -> {
        graph.node("Relu", "m", "r");
        result = "r";
      }
      case CLIP -> {
        graph.reals("low", new long[0], -1).reals("high", new long[0], random.nextInt(20));
        graph.node("Clip", "m,low,high", "r");
        result = "r";
      }
      case TWO_READERS -> {
        graph.node("Neg", "m", "n").node("Max", "m,n", "r");
        result = "r";
      }
      default -> {}
    }
    boolean two = form.behind() == Behind.QUANTISED_FOR_TWO;
    String quantised = form.floatOutput() || two ? "i" : "y";
    graph.node("QuantizeLinear", result + ",y_s,y_z", quantised);
    if (two) {
      graph
          .node("DequantizeLinear", "i,y_s,y_z", "j")
          .node("Tanh", "j", "w")
          .node("Max", "j,w", "u")
          .node("QuantizeLinear", "u,y_s,y_z", form.floatOutput() ? "v" : "y");
    }
    if (form.floatOutput()) {
      graph.real("y").node("DequantizeLinear", (two ? "v" : "i") + ",y_s,y_z", "y");
    }
    return graph;
  }

  private static String operands(Form form, OnnxGraph graph, Random random) {
    switch (form.operands()) {
      case MAP_AND_CONSTANT, CONSTANT_AND_MAP, MAP_AND_CHANNEL_CONSTANTS -> {
        int constant = (form.signed() ? Byte.MIN_VALUE : 0) + random.nextInt(256);
        boolean channels = form.operands() == Operands.MAP_AND_CHANNEL_CONSTANTS;
        if (channels) {
          graph.integers("k", new long[] {2, 1, 1}, constant, constant / 2);
        } else {
          graph.integers("k", new long[0], constant);
        }
        graph.node("DequantizeLinear", "k,f_s,f_z", "c");
        return form.operands() == Operands.CONSTANT_AND_MAP ? "c,d" : "d,c";
      }
      case MAP_TWICE -> {
        return "d,d";
      }
      case TWO_FUNCTIONS, FLOAT_AND_FUNCTION -> {
        graph
            .node("Tanh", "d", "t")
            .node("Sigmoid", "t", "s")
            .node("QuantizeLinear", "s,f_s,f_z", "e")
            .node("DequantizeLinear", "e,f_s,f_z", "g")
            .node("Neg", "t", "h");
        if (form.operands() == Operands.FLOAT_AND_FUNCTION) {
          return "h,g";
        }
        graph.node("QuantizeLinear", "h,f_s,f_z", "o").node("DequantizeLinear", "o,f_s,f_z", "p");
        return "p,g";
      }
      default -> {
        graph
            .node("Sigmoid", "d", "s")
            .node("QuantizeLinear", "s,f_s,f_z", "e")
            .node("DequantizeLinear", "e,f_s,f_z", "g");
        if (form.operands() == Operands.RESHAPED_AND_FUNCTION) {
          graph
              .list("dims", 1, 2, 16, 16)
              .node("Reshape", "d,dims", "a")
              .node("Reshape", "g,dims", "b");
          return "a,b";
        }
        return form.operands() == Operands.MAP_AND_FUNCTION ? "d,g" : "g,d";
      }
    }
  }
}
