package io.xbarflow.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.quantize.calibrate.RangeRule;
import io.xbarflow.quantize.emit.QuantisedGraph;
import io.xbarflow.quantize.graph.Attributes;
import io.xbarflow.quantize.graph.Bounds;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Node;
import io.xbarflow.quantize.graph.Stored;
import io.xbarflow.quantize.onnx.OnnxFile;
import io.xbarflow.quantize.onnx.OnnxModel;
import io.xbarflow.quantize.runtime.FloatRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every rewrite leaves the operators that it should, and ONNX Runtime computes the same floats for
 * each value that is left as for the value of the original model that it stands for.
 */
final class RewritesTest {
  @TempDir Path folder;

  /**
   * A model.
   *
   * @param operators what is left; with + where a clamp has become part of it
   */
  private record Case(String name, String operators, FloatModel model) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static FloatModel model() {
    return new FloatModel(13, 3, 4, 6, 6);
  }

  private static final Attributes TWO = Attributes.of("kernel_shape", List.of(2, 2));

  static Stream<Case> cases() {
    return Stream.of(
        new Case(
            "batch normalisation into a convolution",
            "Conv",
            model().conv("x", "a", 4, 5, 3, 1).normalise("a", "y", 5).output("y")),
        new Case(
            "into a grouped convolution without bias",
            "Conv",
            model()
                .node("Conv", "x,w", "a", Attributes.of("group", 2))
                .withWeights("w", 6, 2, 3, 3)
                .normalise("a", "y", 6)
                .output("y")),
        new Case(
            "a factor goes into all convolutions behind it",
            "Conv Conv Add",
            model()
                .node("Div", "x,c", "a")
                .withReals("c", 255)
                .conv("a", "b", 4, 4, 3, 1)
                .conv("a", "d", 4, 4, 3, 1, 2)
                .node("Add", "b,d", "y")
                .output("y")),
        new Case(
            "a Slice of what padding made, with the Relu behind it",
            "Conv+",
            model()
                .conv("x", "a", 4, 5, 3, 1)
                .node("Slice", "a,from,to,axes", "b")
                .node("Relu", "b", "y")
                .with("from", 0, 1)
                .with("to", -1, 1 << 30)
                .with("axes", 2, 3)
                .output("y")),
        new Case(
            "a Relu before the Slice that cuts off more",
            "Conv+ Slice",
            model()
                .conv("x", "a", 4, 5, 3, 1)
                .node("Slice", "a,from,to,axes", "b")
                .node("Relu", "b", "y")
                .with("from", 2)
                .with("to", 6)
                .with("axes", 2)
                .output("y")),
        new Case(
            "what does nothing",
            "Conv Conv",
            model()
                .node("Concat", "x", "a", Attributes.of("axis", 1))
                .conv("a", "b", 4, 5, 3, 1)
                .node("Pad", "b,none", "c")
                .with("none", 0, 0, 0, 0, 0, 0, 0, 0)
                .node("AveragePool", "c", "d", Attributes.of("kernel_shape", List.of(1, 1)))
                .conv("d", "y", 5, 3, 1, 1)
                .output("y")),
        new Case(
            "one row of a map",
            "Conv Slice Reshape",
            model()
                .conv("x", "a", 4, 5, 3, 1)
                .node("Gather", "a,last", "y", Attributes.of("axis", 2))
                .withPlace("last", -1)
                .output("y")),
        new Case(
            "bounds above 0",
            "Conv+ Clip",
            model()
                .conv("x", "a", 4, 5, 3, 1)
                .node("Clip", "a,low,high", "y")
                .withReals("low", 0.1f)
                .withReals("high", 1)
                .output("y")),
        new Case(
            "a product of one pixel with axes around it",
            "Conv GlobalAveragePool Reshape Reshape Gemm+ Reshape",
            model()
                .conv("x", "a", 4, 5, 3, 1)
                .node("GlobalAveragePool", "a", "b")
                .node("Transpose", "b", "c", Attributes.of("perm", List.of(0, 2, 3, 1)))
                .matmul("c", "d", 5, 7)
                .node("Add", "bias,d", "e")
                .withWeights("bias", 7)
                .node("Relu", "e", "y")
                .output("y")),
        new Case(
            "into a product",
            "Flatten Gemm+",
            model()
                .node("Flatten", "x", "a")
                .gemm("a", "b", 144, 5)
                .normalise("b", "c", 5)
                .node("Relu", "c", "y")
                .output("y")),
        new Case(
            "of a vector into the product behind it",
            "Flatten Gemm",
            model()
                .node("Flatten", "x", "a")
                .normalise("a", "b", 144)
                .node("Mul", "b,two", "c")
                .matmul("c", "y", 144, 5)
                .withReals("two", 2)
                .output("y")),
        new Case(
            "alone, and behind a Relu",
            "Conv+ Conv",
            model()
                .normalise("x", "a", 4)
                .node("Relu", "a", "b")
                .normalise("b", "y", 4)
                .output("y")),
        new Case(
            "not into a convolution that something else reads",
            "Conv Conv Add",
            model()
                .conv("x", "a", 4, 5, 3, 1)
                .normalise("a", "b", 5)
                .node("Add", "a,b", "y")
                .output("y")),
        new Case(
            "bias as an Add, constants on either side",
            "Conv",
            model()
                .plainConv("x", "a", 4, 5, 3)
                .node("Add", "bias,a", "b")
                .node("Sub", "one,b", "c")
                .node("Mul", "c,factors", "d")
                .node("Div", "d,one", "y")
                .withWeights("bias", 5, 1, 1)
                .withWeights("factors", 1, 5, 1, 1)
                .withReals("one", 1.5f)
                .output("y")),
        new Case(
            "a positive factor passes a Relu, a negative one does not",
            "Conv+ Conv",
            model()
                .conv("x", "a", 4, 5, 3, 1)
                .node("Relu", "a", "b")
                .node("Mul", "b,two", "c")
                .node("Mul", "c,minus", "y")
                .withReals("two", 2)
                .withReals("minus", -1)
                .output("y")),
        new Case(
            "a factor does not pass a Clip",
            "Conv+ Conv",
            model()
                .conv("x", "a", 4, 5, 3, 1)
                .node("Clip", "a,low,high", "b")
                .node("Mul", "b,two", "y")
                .withReals("low", -0.5f)
                .withReals("high", 0.5f)
                .withReals("two", 2)
                .output("y")),
        new Case(
            "a Clip of a Relu",
            "Conv+",
            model()
                .conv("x", "a", 4, 5, 3, 1)
                .node("Relu", "a", "b")
                .node("Clip", "b,,high", "y")
                .withReals("high", 0.5f)
                .output("y")),
        new Case(
            "a Relu of a map with two readers stays",
            "Conv Relu Add+",
            model()
                .conv("x", "a", 4, 4, 3, 1)
                .node("Relu", "a", "b")
                .node("Add", "a,b", "c")
                .node("Relu", "c", "y")
                .output("y")),
        new Case(
            "a Relu goes before the pool",
            "Conv+ MaxPool",
            model()
                .conv("x", "a", 4, 5, 3, 1)
                .node("MaxPool", "a", "b", TWO)
                .node("Relu", "b", "y")
                .output("y")),
        new Case(
            "a Relu stays behind a pool of a map with two readers",
            "Conv MaxPool Relu MaxPool Add",
            model()
                .conv("x", "a", 4, 5, 3, 1)
                .node("MaxPool", "a", "b", TWO)
                .node("Relu", "b", "c")
                .node("MaxPool", "a", "d", TWO)
                .node("Add", "c,d", "y")
                .output("y")),
        new Case(
            "means over the map",
            "GlobalAveragePool GlobalAveragePool Reshape Gemm",
            model()
                .node(
                    "ReduceMean",
                    "x",
                    "a",
                    Attributes.of("axes", List.of(-1, -2)).with("keepdims", 1))
                .node(
                    "ReduceMean",
                    "a",
                    "b",
                    Attributes.of("axes", List.of(2, 3)).with("keepdims", 0))
                .gemm("b", "y", 4, 3)
                .output("y")),
        new Case(
            "the greatest of the map",
            "MaxPool",
            model().node("GlobalMaxPool", "x", "y").output("y")),
        new Case(
            "alpha, beta and one bias for all",
            "Flatten Gemm Gemm",
            model()
                .node("Flatten", "x", "a")
                .node("Gemm", "a,w,c", "b", Attributes.NONE)
                .node("Gemm", "b,v,c", "y", factors())
                .withWeights("w", 144, 5)
                .withWeights("v", 6, 5)
                .withWeights("c", 1)
                .output("y")),
        new Case(
            "MatMul and its bias",
            "Flatten Gemm",
            model()
                .node("Flatten", "x", "a")
                .matmul("a", "b", 144, 5)
                .node("Add", "b,bias", "y")
                .withWeights("bias", 5)
                .output("y")),
        new Case(
            "padding into a convolution that pads",
            "Conv",
            model()
                .node("Pad", "x,pads", "a")
                .conv("a", "y", 4, 5, 3, 1)
                .with("pads", 0, 0, 1, 2, 0, 0, 3, 0)
                .output("y")),
        new Case(
            "padding with ones stays",
            "Pad Conv",
            model()
                .node("Pad", "x,pads,one", "a")
                .conv("a", "y", 4, 5, 3, 1)
                .with("pads", 0, 0, 1, 2, 0, 0, 3, 0)
                .withReals("one", 1)
                .output("y")),
        new Case(
            "nothing of Identity and Dropout",
            "Conv+ Conv",
            model()
                .conv("x", "a", 4, 5, 3, 1)
                .node("Identity", "a", "b")
                .node("Relu", "b", "c")
                .node("Dropout", "c", "d")
                .conv("d", "y", 5, 5, 3, 1)
                .output("y")),
        new Case(
            "sums of one, two and four",
            "Conv Add Add Add Add+",
            model()
                .conv("x", "a", 4, 4, 3, 1)
                .node("Sum", "a,x", "b")
                .node("Sum", "b", "c")
                .node("Sum", "a,x,c,x", "d")
                .node("Relu", "d", "y")
                .output("y")),
        new Case(
            "computed constants",
            "Conv Reshape",
            model()
                .node("ConstantOfShape", "shape", "w", filler())
                .node("Add", "bias,bias", "b")
                .node("Conv", "x,w,b", "a")
                .node("Shape", "a", "s")
                .node("Gather", "s,zero", "n")
                .node("Concat", "n,rest", "target", Attributes.of("axis", 0))
                .node("Reshape", "a,target", "y")
                .with("shape", 5, 4, 3, 3)
                .withWeights("bias", 5)
                .with("zero", 0)
                .with("rest", -1)
                .output("y")));
  }

  private static Attributes factors() {
    return new Attributes(ImmutableMap.of("transB", 1L, "alpha", 0.5f, "beta", -2f));
  }

  private static Attributes filler() {
    return new Attributes(ImmutableMap.of("value", Stored.ofReals(ImmutableList.of(1), 0.25f)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void keepsWhatIsComputed(Case test) throws IOException {
    Path file = test.model().write(folder.resolve("float.onnx"));
    Settings settings =
        new Settings(
            new RangeRule(RangeRule.Method.MIN_MAX, 100),
            true,
            new QuantisedGraph.Style(false, false, true),
            true,
            Optional.empty());
    Quantizer quantizer =
        Quantizer.of(
            file, test.model().images(folder.resolve("x.npy"), 1), 1, settings, (a, b, c) -> {});
    Graph rewritten = quantizer.run().rewritten();
    assertEquals(
        test.operators(),
        rewritten.nodes().stream()
            .map(node -> node.opType() + (node.bounds().equals(Bounds.NONE) ? "" : "+"))
            .collect(Collectors.joining(" ")));
    List<String> values = rewritten.nodes().stream().map(Node::output).toList();
    ImmutableMap<String, Stored> found =
        run(OnnxFile.bytes(clamping(rewritten), "test"), values, quantizer.images());
    ImmutableMap<String, Stored> expected =
        run(
            Files.readAllBytes(file),
            values.stream().map(v -> rewritten.reference(v).value()).distinct().toList(),
            quantizer.images());
    for (String value : values) {
      Graph.Reference reference = rewritten.reference(value);
      compare(value, expected.get(reference.value()), reference.bounds(), found.get(value));
    }
  }

  private static void compare(String value, Stored expected, Bounds bounds, Stored found) {
    assertEquals(expected.size(), found.size(), value);
    double greatest = 0;
    for (int i = 0; i < expected.size(); i++) {
      greatest = Math.max(greatest, Math.abs(expected.real(i)));
    }
    assertTrue(greatest > 0, value);
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(bounds.clamp(expected.real(i)), found.real(i), 1e-5 * greatest, value + " " + i);
    }
  }

  private ImmutableMap<String, Stored> run(
      byte[] model, List<String> outputs, CalibrationImages images) throws IOException {
    Path file = Files.write(folder.resolve("run.onnx"), model);
    byte[] all = OnnxModel.read(file).withOutputs(outputs, ImmutableSet.of("x"));
    try (FloatRun run = FloatRun.open(all, "x")) {
      return run.run(images.dims(), images.image(0));
    }
  }

  /** {@code graph} with the clamps that are part of nodes as nodes of their own. */
  private static Graph clamping(Graph graph) {
    List<Node> nodes = new ArrayList<>();
    Graph result = graph;
    for (Node node : graph.nodes()) {
      if (node.bounds().equals(Bounds.NONE)) {
        nodes.add(node);
      } else {
        String free = node.output() + "_free";
        result =
            result.storing(
                ImmutableMap.of(
                    free + "_least", scalar(node.bounds().least()),
                    free + "_greatest", scalar(node.bounds().greatest())));
        nodes.add(node.withOutput(free));
        nodes.add(
            Node.of(
                node.name() + "_clip",
                "Clip",
                ImmutableList.of(free, free + "_least", free + "_greatest"),
                node.output(),
                Attributes.NONE));
      }
    }
    return result.withNodes(nodes);
  }

  private static Stored scalar(float value) {
    return Stored.ofReals(ImmutableList.of(), value);
  }

  @Test
  void comparisonCanFail() {
    Stored expected = Stored.ofReals(ImmutableList.of(2), 1f, 2f);
    Stored found = Stored.ofReals(ImmutableList.of(2), 1f, 2.001f);
    assertThrows(AssertionError.class, () -> compare("v", expected, Bounds.NONE, found));
  }
}
