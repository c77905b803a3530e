package io.xbarflow.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.onnx.OnnxImport;
import io.xbarflow.quantize.calibrate.RangeRule;
import io.xbarflow.quantize.emit.QuantisedGraph;
import io.xbarflow.quantize.graph.Attributes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every function between two convolutions is one table, and equals ONNX Runtime. */
final class FunctionsTest {
  private static final int IMAGES = 4;
  private static final int OPSET = 20;

  @TempDir private Path folder;

  /**
   * A function.
   *
   * @param write writes it, of a as b
   */
  private record Case(String name, UnaryOperator<FloatModel> write) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return Stream.concat(operators(), forms());
  }

  private static Stream<Case> operators() {
    ImmutableSet<String> positive = ImmutableSet.of("Log", "Sqrt", "Reciprocal");
    return ImmutableList.of(
            "Elu",
            "Selu",
            "Celu",
            "Gelu",
            "Mish",
            "Softplus",
            "Softsign",
            "Erf",
            "Exp",
            "Log",
            "Sqrt",
            "Reciprocal",
            "Sin",
            "Cos",
            "Floor",
            "Ceil",
            "Round",
            "Sign",
            "ThresholdedRelu",
            "Shrink",
            "Sigmoid",
            "Tanh",
            "HardSwish",
            "LeakyRelu")
        .stream()
        .map(
            name ->
                positive.contains(name)
                    ? new Case(
                        name,
                        model ->
                            model
                                .node("Abs", "a", "p")
                                .node("Add", "p,one", "q")
                                .node(name, "q", "b"))
                    : new Case(name, model -> model.node(name, "a", "b")));
  }

  private static Stream<Case> forms() {
    return Stream.of(
        new Case(
            "Gelu tanh",
            model ->
                model.node(
                    "Gelu", "a", "b", new Attributes(ImmutableMap.of("approximate", "tanh")))),
        new Case(
            "GELU by Erf",
            model ->
                model
                    .node("Div", "a,two", "p")
                    .node("Erf", "p", "q")
                    .node("Add", "q,one", "r")
                    .node("Mul", "a,r", "s")
                    .node("Mul", "s,half", "b")),
        new Case(
            "GELU by Pow and Tanh",
            model ->
                model
                    .node("Pow", "a,three", "p")
                    .node("Mul", "p,small", "q")
                    .node("Add", "a,q", "r")
                    .node("Mul", "r,half", "s")
                    .node("Tanh", "s", "t")
                    .node("Add", "t,one", "u")
                    .node("Mul", "a,u", "v")
                    .node("Mul", "half,v", "b")),
        new Case(
            "Mish by Softplus",
            model ->
                model.node("Softplus", "a", "p").node("Tanh", "p", "q").node("Mul", "a,q", "b")),
        new Case("LogSigmoid", model -> model.node("Sigmoid", "a", "p").node("Log", "p", "b")),
        new Case("Tanhshrink", model -> model.node("Tanh", "a", "p").node("Sub", "a,p", "b")),
        new Case(
            "Softsign by Abs",
            model -> model.node("Abs", "a", "p").node("Add", "p,one", "q").node("Div", "a,q", "b")),
        new Case(
            "Softshrink by Where",
            model ->
                model
                    .node("Greater", "a,small", "p")
                    .node("Sub", "a,small", "q")
                    .node("Where", "p,q,zero", "r")
                    .node("Less", "a,less", "s")
                    .node("Add", "a,small", "t")
                    .node("Where", "s,t,zero", "u")
                    .node("Add", "r,u", "b")),
        new Case(
            "Hardshrink by Where",
            model ->
                model
                    .node("Greater", "a,small", "p")
                    .node("Less", "a,less", "q")
                    .node("Or", "p,q", "r")
                    .node("Where", "r,a,zero", "b")),
        new Case(
            "hard-swish in steps",
            model ->
                model
                    .node("Add", "a,three", "p")
                    .node("Clip", "p,zero,two", "q")
                    .node("Mul", "a,q", "r")
                    .node("Div", "r,two", "b")),
        new Case("relu(x) - sigmoid(x)", FunctionsTest::difference));
  }

  private static FloatModel difference(FloatModel model) {
    return model.node("Relu", "a", "p").node("Sigmoid", "a", "q").node("Sub", "p,q", "b");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isOneTable(Case function) throws IOException {
    FloatModel model =
        function
            .write()
            .apply(new FloatModel(OPSET, 7, 3, 6, 6).conv("x", "a", 3, 6, 3, 1))
            .conv("b", "y", 6, 4, 3, 1)
            .output("y")
            .withReals("zero", 0)
            .withReals("one", 1)
            .withReals("two", 2)
            .withReals("three", 3)
            .withReals("half", 0.5f)
            .withReals("small", 0.2f)
            .withReals("less", -0.2f);
    for (boolean qdq : new boolean[] {false, true}) {
      Quantizer quantizer =
          Quantizer.of(
              model.write(folder.resolve("float.onnx")),
              model.images(folder.resolve("images.npy"), IMAGES),
              IMAGES,
              new Settings(
                  new RangeRule(RangeRule.Method.MIN_MAX, 100),
                  true,
                  new QuantisedGraph.Style(qdq, false, true),
                  true,
                  Optional.empty()),
              (what, done, total) -> {});
      Quantizer.Result result = quantizer.run();
      Path file = folder.resolve("quantised.onnx");
      Network network = OnnxImport.read(Files.write(file, result.file()));
      assertEquals(3, network.layers().size(), network.layers().toString());
      assertTrue(network.layers().get(1) instanceof Layer.Lookup, network.layers().toString());
      if (!qdq) {
        // In QDQ form ONNX Runtime makes uint8 of int8, and sums saturate on some processors.
        OnnxRuntimeComparison.compare(file, quantizer.images(), result, network);
      }
    }
  }
}
