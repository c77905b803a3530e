package io.xbarflow.core.onnx;

import static io.xbarflow.core.onnx.TestGraph.attribute;
import static io.xbarflow.core.onnx.TestGraph.list;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import com.google.common.collect.ImmutableList;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Quantisation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Concatenation of feature maps in every supported form, and its refusals. */
final class ConcatImportTest {
  private static final AttributeProto CHANNELS = attribute("axis", 1L);

  @TempDir Path folder;

  private record Form(String name, TestGraph graph, String layers, String output) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** Two int8 inputs, 2 x 4 x 4 called a and 3 x 4 x 4 called b, of scales a and b; scale y. */
  private static TestGraph twoInputs() {
    return new TestGraph()
        .input("a", 3, -1, 2, 4, 4)
        .scale("a", 0.5f, 3, 3)
        .input("b", 3, -1, 3, 4, 4)
        .scale("b", 0.25f, 3, -4)
        .scale("y", 1f, 3, 10);
  }

  private static TestGraph qLinearConcat(String inputs, AttributeProto axis) {
    return twoInputs().node("com.microsoft.QLinearConcat", inputs, "y", axis).output("y");
  }

  private static TestGraph ofOneInput(String inputs) {
    return new TestGraph()
        .input("a", 3, -1, 2, 4, 4)
        .scale("a", 0.5f, 3, 3)
        .node("com.microsoft.QLinearConcat", inputs, "y", CHANNELS)
        .output("y");
  }

  /** Both inputs dequantised as af and bf and concatenated as c. */
  private static TestGraph qdqConcat() {
    return twoInputs()
        .node("DequantizeLinear", "a,a_s,a_z", "af")
        .node("DequantizeLinear", "b,b_s,b_z", "bf")
        .node("Concat", "af,bf", "c", CHANNELS);
  }

  /** Layers by letter (see ThirdPartyNetworksTest) and the shape of the output's tensor. */
  static Stream<Form> forms() {
    return Stream.of(
        new Form(
            "both requantised",
            qLinearConcat("y_s,y_z,a,a_s,a_z,b,b_s,b_z", CHANNELS),
            "LLJ",
            "5x4x4"),
        new Form(
            "second as the output, axis from the end",
            qLinearConcat("b_s,b_z,a,a_s,a_z,b,b_s,b_z", attribute("axis", -3L)),
            "LJ",
            "5x4x4"),
        new Form(
            "one tensor three times",
            ofOneInput("a_s,a_z,a,a_s,a_z,a,a_s,a_z,a,a_s,a_z"),
            "J",
            "6x4x4"),
        new Form(
            "QDQ",
            qdqConcat().node("QuantizeLinear", "c,y_s,y_z", "y").output("y"),
            "LLJ",
            "5x4x4"),
        new Form(
            "QDQ and Relu",
            qdqConcat().node("Relu", "c", "r").node("QuantizeLinear", "r,a_s,a_z", "y").output("y"),
            "LJL",
            "5x4x4"),
        new Form(
            "integers",
            TestGraph.qLinearConv()
                .node("MaxPool", "y", "m", list("kernel_shape", 3, 3), list("pads", 1, 1, 1, 1))
                .node("Concat", "m,y", "c", CHANNELS)
                .output("c"),
            "CPJ",
            "6x4x4"),
        new Form(
            "vectors",
            new TestGraph()
                .input("x", 3, 2, 5)
                .scale("x", 1, 3, 0)
                .node("com.microsoft.QLinearConcat", "x_s,x_z,x,x_s,x_z,x,x_s,x_z", "y", CHANNELS)
                .output("y"),
            "J",
            "10x1x1"),
        new Form(
            "rows",
            new TestGraph()
                .input("x", 3, 2, 7, 4)
                .scale("x", 1, 3, 0)
                .ints("w", 3, 0, 1, 4, 6)
                .scale("w", 1, 3, 0)
                .node("QLinearMatMul", "x,x_s,x_z,w,w_s,w_z,x_s,x_z", "m")
                .node(
                    "com.microsoft.QLinearConcat",
                    "x_s,x_z,m,x_s,x_z,x,x_s,x_z",
                    "y",
                    attribute("axis", 2L))
                .output("y"),
            "CJ",
            "10x1x7"));
  }

  @ParameterizedTest
  @MethodSource("forms")
  void imports(Form form) throws IOException {
    Network network = form.graph().read(folder);
    assertEquals(form.layers(), ThirdPartyNetworksTest.kinds(network));
    assertEquals(
        form.output(), network.tensor(network.outputs().get(0).tensor()).shape().toString());
  }

  @Test
  void everyOperandHasTheQuantisationOfTheOutput() throws IOException {
    Network network = qLinearConcat("y_s,y_z,a,a_s,a_z,b,b_s,b_z", CHANNELS).read(folder);
    Layer.Concat layer = (Layer.Concat) network.layers().get(2);
    assertEquals("qlinearconcat_1", layer.name());
    for (String operand : layer.operands()) {
      assertEquals(new Quantisation(1f, 10, true), network.tensor(operand).quantisation());
    }
    // 4 stands for 0.5, which rounds to the even 0; 6 for 1.5, which rounds to 2.
    Layer.Lookup first = (Layer.Lookup) network.layers().get(0);
    assertEquals(ImmutableList.of("a"), first.inputs());
    assertEquals(10, first.table().get(4 + 128));
    assertEquals(12, first.table().get(6 + 128));
    // 127 stands for 32.75.
    Layer.Lookup second = (Layer.Lookup) network.layers().get(1);
    assertEquals(43, second.table().get(255));
  }

  @Test
  void bothFormsGiveEqualLayers() throws IOException {
    Network qOperator = qLinearConcat("y_s,y_z,a,a_s,a_z,b,b_s,b_z", CHANNELS).read(folder);
    Network qdq = qdqConcat().node("QuantizeLinear", "c,y_s,y_z", "y").output("y").read(folder);
    assertEquals(
        qOperator.layers().stream().map(ConcatImportTest::substance).toList(),
        qdq.layers().stream().map(ConcatImportTest::substance).toList());
  }

  private static Object substance(Layer layer) {
    return layer instanceof Layer.Lookup lookup ? lookup.table() : layer.inputs().size();
  }

  private record Refusal(String name, TestGraph graph, String message) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Refusal> refusals() {
    return Stream.of(
        new Refusal(
            "rows of maps with other channels",
            qLinearConcat("y_s,y_z,a,a_s,a_z,b,b_s,b_z", attribute("axis", 2L)),
            "operands of dimensions [2, 4, 4] and [3, 4, 4]"),
        new Refusal(
            "batch",
            qLinearConcat("y_s,y_z,a,a_s,a_z,b,b_s,b_z", attribute("axis", 0L)),
            "concatenation along axis 0 of 4"),
        new Refusal(
            "types",
            twoInputs()
                .scale("u", 1f, 2, 128)
                .node("com.microsoft.QLinearConcat", "u_s,u_z,a,a_s,a_z,b,b_s,b_z", "y", CHANNELS)
                .output("y"),
            "operand 0 and the output differ in type"),
        new Refusal(
            "maps of different size",
            TestGraph.qLinearConv()
                .node("MaxPool", "y", "m", list("kernel_shape", 2, 2))
                .node("Concat", "m,y", "c", CHANNELS)
                .output("c"),
            "operands of dimensions [3, 3, 3] and [3, 4, 4]"),
        new Refusal(
            "flattened maps",
            TestGraph.qLinearConv()
                .node("Flatten", "y", "f")
                .node("Concat", "f,f", "c", CHANNELS)
                .output("c"),
            "concatenation of flattened maps 3x4x4"),
        new Refusal(
            "integers of two meanings",
            TestGraph.qLinearConv()
                .real("s", 2)
                .node("com.microsoft.QLinearGlobalAveragePool", "y,y_s,y_z,s,", "p")
                .node("com.microsoft.QLinearGlobalAveragePool", "y,y_s,y_z,y_s,y_z", "q")
                .node("Concat", "p,q", "c", CHANNELS)
                .output("c"),
            "integers of different meaning"),
        new Refusal(
            "a stored operand",
            TestGraph.qLinearConv()
                .ints("k", 3, 1, 1, 1, 3, 4, 4)
                .node("Concat", "y,k", "c", CHANNELS)
                .output("c"),
            "input 1 is stored tensor int8 [1, 3, 4, 4] 'k'"),
        new Refusal(
            "floats",
            new TestGraph()
                .input("x", 1, 1, 2, 4, 4)
                .node("Concat", "x,x", "c", CHANNELS)
                .output("c"),
            "the model is float"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void refuses(Refusal refusal) {
    UserException error = assertThrows(UserException.class, () -> refusal.graph().read(folder));
    assertTrue(error.getMessage().contains(refusal.message()), error::getMessage);
  }
}
