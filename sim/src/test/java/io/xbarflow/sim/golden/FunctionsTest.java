package io.xbarflow.sim.golden;

import static io.xbarflow.sim.golden.OnnxGraph.attribute;
import static io.xbarflow.sim.golden.OnnxGraph.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.OnnxImport;
import io.xbarflow.core.tensor.HostQuantisation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Functions of one value against ONNX Runtime's float kernels, quantised: 256 values of each of 256
 * input scales ({@code -Dxbarflow.long=true}; else of 16).
 */
final class FunctionsTest {
  private static final int SCALES = Boolean.getBoolean("xbarflow.long") ? 256 : 16;
  private static final int VALUES = 256;
  private static final int OPSET = 20;

  @TempDir private Path folder;

  /** What the input may be. */
  private enum Domain {
    ALL,
    NOT_NEGATIVE
  }

  /**
   * A function.
   *
   * @param most of 65,536 values, how many may differ from ONNX Runtime, by one step
   * @param write writes it, of f as g
   */
  private record Case(String name, Domain domain, int most, UnaryOperator<OnnxGraph> write) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Case of(String name, int most, UnaryOperator<OnnxGraph> write) {
    return new Case(name, Domain.ALL, most, write);
  }

  private static Case operator(String operator, int most) {
    return of(operator, most, graph -> graph.node(operator, "f", "g"));
  }

  private static Case notNegative(String operator) {
    return new Case(operator, Domain.NOT_NEGATIVE, 0, graph -> graph.node(operator, "f", "g"));
  }

  private static OnnxGraph number(OnnxGraph graph, String name, float value) {
    return graph.reals(name, new long[0], value);
  }

  static Stream<Case> cases() {
    return Stream.of(
        operator("Elu", 0),
        of("Elu 0.3", 0, graph -> graph.node("Elu", "f", "g", attribute("alpha", 0.3f))),
        operator("Selu", 0),
        operator("Celu", 0),
        of("Celu 0.3", 0, graph -> graph.node("Celu", "f", "g", attribute("alpha", 0.3f))),
        operator("Gelu", 0),
        of("Gelu tanh", 0, graph -> graph.node("Gelu", "f", "g", text("approximate", "tanh"))),
        operator("Mish", 0),
        operator("Softplus", 0),
        operator("Softsign", 0),
        operator("ThresholdedRelu", 0),
        operator("Shrink", 0),
        of(
            "Shrink by 0.4",
            0,
            graph ->
                graph.node("Shrink", "f", "g", attribute("lambd", 0.4f), attribute("bias", 0.4f))),
        operator("Erf", 0),
        operator("Exp", 0),
        operator("Log", 0),
        notNegative("Log"),
        // Its vector kernel multiplies by an approximate root of the reciprocal; the roots of
        // squares
        // lie halfway between two integers now and then.
        operator("Sqrt", 64),
        notNegative("Sqrt"),
        operator("Reciprocal", 0),
        operator("Sin", 0),
        operator("Cos", 0),
        operator("Floor", 0),
        operator("Ceil", 0),
        operator("Round", 0),
        operator("Sign", 0),
        operator("Sigmoid", 0),
        operator("Tanh", 0),
        of("Pow 2", 0, graph -> number(graph, "e", 2).node("Pow", "f,e", "g")),
        of("Pow 3", 0, graph -> number(graph, "e", 3).node("Pow", "f,e", "g")),
        of("Pow of integer 4", 0, graph -> graph.number("e", 4).node("Pow", "f,e", "g")),
        of("Pow -1", 0, graph -> number(graph, "e", -1).node("Pow", "f,e", "g")),
        new Case(
            "Pow 1.7",
            Domain.NOT_NEGATIVE,
            0,
            graph -> number(graph, "e", 1.7f).node("Pow", "f,e", "g")),
        of("2^x", 0, graph -> number(graph, "b", 2).node("Pow", "b,f", "g")),
        of(
            "GELU by Erf",
            0,
            graph ->
                number(number(number(graph, "root", (float) Math.sqrt(2)), "one", 1), "half", 0.5f)
                    .node("Div", "f,root", "a")
                    .node("Erf", "a", "b")
                    .node("Add", "b,one", "c")
                    .node("Mul", "f,c", "d")
                    .node("Mul", "d,half", "g")),
        of(
            "GELU by Tanh and Pow",
            0,
            graph ->
                number(number(number(graph, "three", 3), "one", 1), "half", 0.5f)
                    .reals("k", new long[0], 0.044715f)
                    .reals("root", new long[0], (float) Math.sqrt(2 / Math.PI))
                    .node("Pow", "f,three", "a")
                    .node("Mul", "a,k", "b")
                    .node("Add", "f,b", "c")
                    .node("Mul", "c,root", "d")
                    .node("Tanh", "d", "e")
                    .node("Add", "e,one", "h")
                    .node("Mul", "f,half", "i")
                    .node("Mul", "i,h", "g")),
        of(
            "Mish by Softplus",
            0,
            graph ->
                graph.node("Softplus", "f", "a").node("Tanh", "a", "b").node("Mul", "f,b", "g")),
        of("LogSigmoid by Log", 0, graph -> graph.node("Sigmoid", "f", "a").node("Log", "a", "g")),
        of(
            "LogSigmoid by Softplus",
            1,
            graph -> graph.node("Neg", "f", "a").node("Softplus", "a", "b").node("Neg", "b", "g")),
        of("Tanhshrink", 0, graph -> graph.node("Tanh", "f", "a").node("Sub", "f,a", "g")),
        of(
            "Softsign by Abs",
            0,
            graph ->
                number(graph, "one", 1)
                    .node("Abs", "f", "a")
                    .node("Add", "a,one", "b")
                    .node("Div", "f,b", "g")),
        of(
            "Softshrink by Where",
            0,
            graph ->
                number(number(number(graph, "l", 0.5f), "m", -0.5f), "zero", 0)
                    .node("Greater", "f,l", "a")
                    .node("Sub", "f,l", "b")
                    .node("Where", "a,b,zero", "c")
                    .node("Less", "f,m", "d")
                    .node("Add", "f,l", "e")
                    .node("Where", "d,e,zero", "h")
                    .node("Add", "c,h", "g")),
        of(
            "Hardshrink by Where",
            0,
            graph ->
                number(number(number(graph, "l", 0.5f), "m", -0.5f), "zero", 0)
                    .node("Greater", "f,l", "a")
                    .node("Less", "f,m", "b")
                    .node("Or", "a,b", "c")
                    .node("Where", "c,f,zero", "g")));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalsOnnxRuntime(Case function) throws OrtException, IOException {
    Random random = new Random(function.name().hashCode());
    List<Quantisation> scales = new ArrayList<>();
    float[] input = new float[SCALES * VALUES];
    for (int i = 0; i < SCALES; i++) {
      boolean signed = i % 2 == 0;
      float scale = (float) (Math.exp(random.nextDouble() * 6) / 4096);
      int zero = function.domain() == Domain.ALL ? random.nextInt(1, 255) : 0;
      Quantisation from = new Quantisation(scale, (signed ? -128 : 0) + zero, signed);
      scales.add(from);
      for (int j = 0; j < VALUES; j++) {
        input[i * VALUES + j] = HostQuantisation.dequantise(from.min() + j, from);
      }
    }
    int differing = 0;
    int farther = 0;
    long[] dims = {1, SCALES, 1, VALUES};
    byte[] model =
        function
            .write()
            .apply(of(dims, scales.get(0)).node("Identity", "x", "f"))
            .node("Identity", "g", "y")
            .real("x")
            .real("y")
            .bytes(OPSET);
    for (OptLevel level : List.of(OptLevel.NO_OPT, OptLevel.ALL_OPT)) {
      float[] reals = OnnxRuntimeRun.inOnnxRuntime(model, input, dims, false, level).values();
      int differs = 0;
      for (int i = 0; i < SCALES; i++) {
        Quantisation to = calibrated(reals, i, scales.get(i).signed());
        float[] table = table(function, scales.get(i), to);
        for (int j = 0; j < VALUES; j++) {
          float real = reals[i * VALUES + j];
          int wanted = Float.isNaN(real) ? to.min() : HostQuantisation.quantise(real, to);
          differs += wanted == table[j] ? 0 : 1;
          farther += Math.abs(wanted - table[j]) <= 1 ? 0 : 1;
        }
      }
      System.out.println(
          function + ", " + level + ": " + differs + " of " + SCALES * VALUES + " values differ");
      differing = Math.max(differing, differs);
    }
    assertEquals(0, farther, "by more than one step");
    assertTrue(differing <= function.most(), differing + " differ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Log", "Sqrt"})
  void whatIsNoNumberBecomesTheLeastInteger(String operator) throws OrtException, IOException {
    long[] dims = {1, 1, 1, VALUES};
    for (boolean signed : new boolean[] {false, true}) {
      Quantisation from = new Quantisation(0.1f, signed ? 3 : 120, signed);
      byte[] model =
          of(dims, from)
              .quantisation("x", from)
              .quantisation("y", new Quantisation(0.05f, signed ? -20 : 90, signed))
              .node("DequantizeLinear", "x,x_s,x_z", "f")
              .node(operator, "f", "g")
              .node("QuantizeLinear", "g,y_s,y_z", "y")
              .bytes(OPSET);
      byte[] input = new byte[VALUES];
      for (int j = 0; j < VALUES; j++) {
        input[j] = (byte) (from.min() + j);
      }
      Network network = OnnxImport.read(Files.write(folder.resolve("model.onnx"), model));
      OnnxRuntimeRun.Output found = OnnxRuntimeRun.inGoldenModel(network, input, dims, signed);
      for (OptLevel level : List.of(OptLevel.NO_OPT, OptLevel.ALL_OPT)) {
        assertEquals(
            "", OnnxRuntimeRun.inOnnxRuntime(model, input, dims, signed, level).difference(found));
      }
    }
  }

  private static OnnxGraph of(long[] dims, Quantisation from) {
    return new OnnxGraph(from.signed(), dims);
  }

  /** A quantisation for finite results of scale {@code index}. */
  private static Quantisation calibrated(float[] reals, int index, boolean signed) {
    double least = 0;
    double greatest = 0;
    for (int j = 0; j < VALUES; j++) {
      float real = reals[index * VALUES + j];
      if (Float.isFinite(real)) {
        least = Math.min(least, real);
        greatest = Math.max(greatest, real);
      }
    }
    float scale = (float) Math.max((greatest - least) / 255, 1e-30);
    int zero = (int) Math.max(0, Math.min(255, Math.rint(-least / scale)));
    return new Quantisation(scale, (signed ? -128 : 0) + zero, signed);
  }

  /** What the imported function makes of all integers. */
  private float[] table(Case function, Quantisation from, Quantisation to) throws IOException {
    long[] dims = {1, 1, 1, VALUES};
    byte[] model =
        function
            .write()
            .apply(
                of(dims, from)
                    .quantisation("x", from)
                    .quantisation("y", to)
                    .node("DequantizeLinear", "x,x_s,x_z", "f"))
            .node("QuantizeLinear", "g,y_s,y_z", "y")
            .bytes(OPSET);
    Path file = folder.resolve("model.onnx");
    Files.write(file, model);
    byte[] input = new byte[VALUES];
    for (int j = 0; j < VALUES; j++) {
      input[j] = (byte) (from.min() + j);
    }
    return OnnxRuntimeRun.inGoldenModel(OnnxImport.read(file), input, dims, from.signed()).values();
  }
}
