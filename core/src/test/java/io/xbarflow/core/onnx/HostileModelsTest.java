package io.xbarflow.core.onnx;

import static io.xbarflow.core.onnx.TestGraph.attribute;
import static io.xbarflow.core.onnx.TestGraph.list;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Models that state absurd sizes, miss parts or have graphs of unusual form. */
final class HostileModelsTest {
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final long HUGE = Integer.MAX_VALUE;
  private static final int DEEP = 20_000;

  @TempDir Path folder;

  private record Refusal(String name, TestGraph graph, String message) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static TestGraph conv(AttributeProto... attributes) {
    return TestGraph.qLinearConv(attributes);
  }

  static Stream<Refusal> refusals() {
    AttributeProto one = list("kernel_shape", 1, 1);
    return Stream.of(
        // Parts that are missing, or there twice.
        new Refusal(
            "Constant without outputs",
            conv().constantWithoutOutput().output("y"),
            "(Constant): no output 0"),
        new Refusal(
            "input without a name", conv().input("", 3, 1, 2).output("y"), "graph input without"),
        new Refusal("output without a name", conv().output(""), "graph output without a name"),
        new Refusal("output twice", conv().output("y", "y"), "graph output 'y' twice"),
        new Refusal("tensor written", conv().node("Relu", "y", "x_s").output("y"), "'x_s' twice"),
        new Refusal("input twice", conv().input("x", 3, 1, 2).output("y"), "value 'x' twice"),
        new Refusal(
            "value written twice", conv().node("Relu", "y", "y").output("y"), "value 'y' twice"),
        new Refusal(
            "cycle",
            conv().node("Relu", "c2", "c1").node("Identity", "c1", "c2").output("c2", "y"),
            "input 'c2', which no earlier node writes"),
        new Refusal(
            "cycle behind an input",
            new TestGraph()
                .input("x", 3, 1, 2, 3, 3)
                .real("s", 1)
                .node("com.microsoft.QLinearAdd", "x,s,,b,s,,s,", "a")
                .node("Relu", "a", "b")
                .output("b"),
            "input 'b', which no earlier node writes"),
        new Refusal(
            "Split without its first output's name",
            conv().node("Split", "y", ",p1", attribute("axis", 1L)).output("p0", "p1"),
            "graph output p0: no node writes it"),
        // Attributes.
        new Refusal(
            "attribute of another type",
            conv().node("MaxPool", "y", "p", attribute("kernel_shape", 2L)).output("p"),
            "kernel"),
        new Refusal(
            "typed attribute of another type",
            conv()
                .node(
                    "MaxPool",
                    "y",
                    "p",
                    AttributeProto.newBuilder()
                        .setName("kernel_shape")
                        .setType(AttributeType.FLOATS)
                        .addFloats(2)
                        .build())
                .output("p"),
            "attribute kernel_shape of type FLOATS; expected attribute kernel_shape of type INTS"),
        new Refusal(
            "attribute without a value",
            conv()
                .node("Softmax", "y", "p", AttributeProto.newBuilder().setName("axis").build())
                .node("Flatten", "y", "f", AttributeProto.newBuilder().setName("axis").build())
                .output("f"),
            "attribute axis of type UNDEFINED"),
        new Refusal(
            "attribute NaN",
            conv()
                .opset(8)
                .node("DequantizeLinear", "y,y_s,y_z", "f")
                .node("Clip", "f", "c", attribute("min", Float.NaN))
                .node("QuantizeLinear", "c,y_s,y_z", "q")
                .output("q"),
            "attribute min NaN"),
        // Lists where they do not belong.
        new Refusal(
            "float pads",
            conv().reals("p", 1, 8).node("Pad", "y,p", "q").output("q"),
            "input 1 is float [8] 'p'; expected a stored list of integers"),
        new Refusal(
            "axis out of range",
            conv().longs("p", 1, 1).longs("a", 7).node("Pad", "y,p,,a", "q").output("q"),
            "axis 7 of 4"),
        new Refusal(
            "axis twice",
            conv().longs("p", 1, 1, 1, 1).longs("a", 2, -2).node("Pad", "y,p,,a", "q").output("q"),
            "every axis at most once"),
        new Refusal(
            "fewer axes than starts",
            conv()
                .longs("s", 0, 0)
                .longs("e", 2, 2)
                .longs("a", 2)
                .node("Slice", "y,s,e,a", "q")
                .output("q"),
            "as many ends, axes and steps as starts"),
        new Refusal(
            "perm with an axis twice",
            conv().node("Transpose", "y", "q", list("perm", 0, 1, 2, 3, 3)).output("q"),
            "every axis once"),
        new Refusal(
            "empty list times one value",
            conv()
                .longs("l0")
                .longs("l1", 2)
                .node("Mul", "l0,l1", "c")
                .node("Reshape", "y,c", "q")
                .output("q"),
            "from dimensions"),
        new Refusal(
            "bias scales for other channels",
            TestGraph.qdqConv()
                .longs("unused", 1)
                .reals("v_s", 0.25f, 3)
                .reals("u_s", 0.125f, 2)
                .ints("u", 6, 1, 1, 2)
                .node("DequantizeLinear", "w,v_s", "wg", attribute("axis", 0L))
                .node("DequantizeLinear", "u,u_s", "ug", attribute("axis", 0L))
                .node("Conv", "xf,wg,ug", "d")
                .node("QuantizeLinear", "d,y_s,y_z", "q")
                .output("q"),
            "bias is stored quantised tensor int32 [2] 'u' for 3 output channels"),
        // Element types.
        new Refusal(
            "float16 weights",
            new TestGraph()
                .input("x", 3, 1, 2, 6, 6)
                .scale("x", 1, 3, 0)
                .raw(
                    TensorProto.newBuilder()
                        .setName("w")
                        .setDataType(10)
                        .addDims(1)
                        .addInt32Data(0x3C00)
                        .build())
                .node("QLinearConv", "x,x_s,x_z,w,x_s,x_z,x_s,x_z", "y")
                .output("y"),
            "float16 [1] 'w'"),
        new Refusal(
            "input of an unknown type",
            conv().input("z", 77, 1, 3).node("Relu", "z", "r").output("y", "r"),
            "element type 77"),
        // Sizes.
        new Refusal(
            "huge input",
            conv().input("z", 3, 1, 3, 60_000, 60_000).node("Relu", "z", "r").output("r", "y"),
            "a feature map of 3 channels, 60000 rows and 60000 columns"),
        new Refusal(
            "product of dimensions beyond 64 bits",
            conv().input("z", 3, 1, HUGE, HUGE, HUGE).node("Relu", "z", "r").output("r", "y"),
            "a feature map of 2147483647 channels"),
        new Refusal(
            "stored tensor of 2^62 values",
            conv()
                .raw(
                    TensorProto.newBuilder()
                        .setName("big")
                        .setDataType(3)
                        .addDims(1L << 31)
                        .addDims(1L << 31)
                        .build())
                .output("y"),
            "tensor big"),
        new Refusal(
            "negative dimension",
            conv()
                .raw(TensorProto.newBuilder().setName("n").setDataType(3).addDims(-3).build())
                .output("y"),
            "no negative dimension"),
        new Refusal(
            "huge constant",
            conv()
                .longs("n", 1 << 29)
                .node("ConstantOfShape", "n", "z")
                .node("Mul", "y,z", "q")
                .output("q"),
            "more than there is memory for"),
        new Refusal(
            "constant beyond the limit",
            conv().longs("n", HUGE, HUGE).node("ConstantOfShape", "n", "z").output("y", "z"),
            "at most 536,870,912 values"),
        new Refusal(
            "huge pads of Pad",
            conv().longs("p", 0, HUGE, 0, 0, 0, HUGE, 0, 0).node("Pad", "y,p", "q").output("q"),
            "a pad of 2147483647"),
        new Refusal(
            "pads whose sum is small",
            conv().longs("p", 0, 0, HUGE, 0, 0, 0, -HUGE, 0).node("Pad", "y,p", "q").output("q"),
            "a pad of 2147483647"),
        new Refusal(
            "crop far outside of the map",
            conv()
                .longs("p", 0, 0, 4_000_000, 4_000_000, 0, 0, -4_000_000, -4_000_000)
                .node("Pad", "y,p", "q")
                .output("q"),
            "a feature map of 3 channels, 4000004 rows and 4000004 columns"),
        new Refusal(
            "huge pads of a window",
            conv(list("pads", HUGE, HUGE, HUGE, HUGE)).output("y"),
            "a pad of 2147483647"),
        new Refusal(
            "huge kernel",
            conv()
                .node(
                    "MaxPool",
                    "y",
                    "p",
                    list("kernel_shape", HUGE, HUGE),
                    attribute("auto_pad", "SAME_UPPER"))
                .output("p"),
            "2147483647 rows or columns of a kernel"),
        new Refusal(
            "huge stride",
            conv().node("MaxPool", "y", "p", one, list("strides", HUGE, 1)).output("p"),
            "2147483647 rows or columns of a kernel"),
        new Refusal(
            "kernel whose area is huge",
            conv()
                .node(
                    "MaxPool",
                    "y",
                    "p",
                    list("kernel_shape", 1 << 20, 1 << 20),
                    attribute("auto_pad", "SAME_UPPER"))
                .output("p"),
            "at most 4,194,304 taps"),
        new Refusal(
            "group beyond 32 bits",
            conv(attribute("group", 1L << 31)).output("y"),
            "with group 2147483647 over 2 channels"),
        new Refusal("doubling lists", doubled(), "values of a list"),
        new Refusal("doubling maps", doubledMaps(), "at most 1,048,576 channels"),
        new Refusal("layers without end", deep("MaxPool", conv(), one), "2049 layers"));
  }

  /** {@code operator} after {@code operator}, each on the result of the one before. */
  private static TestGraph deep(String operator, TestGraph graph, AttributeProto... attributes) {
    String from = "y";
    for (int i = 0; i < DEEP; i++) {
      graph.node(operator, from, "d" + i, attributes);
      from = "d" + i;
    }
    return graph.output(from);
  }

  private static TestGraph doubled() {
    TestGraph graph = conv().longs("l0", 1);
    for (int i = 0; i < 40; i++) {
      graph.node("Concat", "l" + i + ",l" + i, "l" + (i + 1), attribute("axis", 0L));
    }
    return graph.node("Reshape", "y,l40", "q").output("q");
  }

  private static TestGraph doubledMaps() {
    TestGraph graph = conv().node("Identity", "y", "m0");
    for (int i = 0; i < 40; i++) {
      graph.node("Concat", "m" + i + ",m" + i, "m" + (i + 1), attribute("axis", 1L));
    }
    return graph.output("m40");
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void refuses(Refusal refusal) {
    UserException error =
        assertTimeoutPreemptively(
            LONGEST, () -> assertThrows(UserException.class, () -> refusal.graph().read(folder)));
    assertTrue(error.getMessage().contains(refusal.message()), error.getMessage());
    assertTrue(error.getMessage().length() < 3000, error.getMessage());
  }

  private record Accepted(String name, TestGraph graph, int layers) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Accepted> accepted() {
    return Stream.of(
        new Accepted("deep Identity", deep("Identity", conv()), 1),
        new Accepted("deep Identity behind an input", deepInput(), 1),
        new Accepted("deep Relu of a float result", deepBounds(), 1),
        new Accepted("deep functions", functions("Neg", "%1$s"), 2),
        new Accepted("functions of two equal operands", functions("Add", "%1$s,%1$s"), 2),
        new Accepted("diamonds behind an input", diamonds(), 2),
        new Accepted("branches that are quantised and meet again", branches(), 3),
        new Accepted(
            "stride of a window far larger than the map",
            conv()
                .node(
                    "MaxPool",
                    "y",
                    "p",
                    list("kernel_shape", 1, 1),
                    list("strides", 1 << 22, 1 << 22))
                .output("p"),
            2),
        new Accepted(
            "step of a slice far larger than the map",
            conv()
                .longs("s", 1)
                .longs("e", Long.MAX_VALUE)
                .longs("a", 2)
                .longs("step", HUGE)
                .node("Slice", "y,s,e,a,step", "q")
                .output("q"),
            2),
        new Accepted(
            "split whose second part is unused",
            conv().node("Split", "y", "p0,,p2", attribute("axis", 1L)).output("p0", "p2"),
            3));
  }

  private static TestGraph deepInput() {
    TestGraph graph = new TestGraph().input("x", 3, 1, 2, 6, 6);
    String from = "x";
    for (int i = 0; i < DEEP; i++) {
      graph.node("Identity", from, "d" + i);
      from = "d" + i;
    }
    return graph.node("MaxPool", from, "p", list("kernel_shape", 2, 2)).output("p");
  }

  private static TestGraph deepBounds() {
    TestGraph graph = TestGraph.qdqConv().node("Identity", "c", "b0");
    for (int i = 0; i < DEEP; i++) {
      graph.node("Relu", "b" + i, "b" + (i + 1));
    }
    return graph.node("QuantizeLinear", "b" + DEEP + ",y_s,y_z", "q").output("q");
  }

  /** Functions on functions, with operands of the pattern {@code operands}. */
  private static TestGraph functions(String operator, String operands) {
    TestGraph graph =
        conv().node("DequantizeLinear", "y,y_s,y_z", "g").node("LeakyRelu", "g", "f0");
    for (int i = 0; i < DEEP / 4; i++) {
      graph.node(operator, operands.replace("%1$s", "f" + i), "f" + (i + 1));
    }
    return graph.node("QuantizeLinear", "f" + DEEP / 4 + ",y_s,y_z", "q").output("q");
  }

  /** x * Q(sigmoid(x)) of one another, each channel with another factor. */
  private static TestGraph branches() {
    TestGraph graph =
        new TestGraph()
            .input("m0", 3, 1, 40, 6, 6)
            .scale("y", 0.01f, 3, 0)
            .ints("k", 3, 1, 1, 40, 1, 1);
    for (int i = 0; i < 400; i++) {
      graph
          .node("DequantizeLinear", "m" + i + ",y_s,y_z", "a" + i)
          .node("Sigmoid", "a" + i, "b" + i)
          .node("QuantizeLinear", "b" + i + ",y_s,y_z", "c" + i)
          .node("DequantizeLinear", "c" + i + ",y_s,y_z", "d" + i)
          .node("Mul", "a" + i + ",d" + i, "e" + i)
          .node("QuantizeLinear", "e" + i + ",y_s,y_z", "f" + i)
          .node("com.microsoft.QLinearMul", "f" + i + ",y_s,y_z,k,y_s,y_z,y_s,y_z", "m" + (i + 1));
    }
    return graph.node("MaxPool", "m400", "p", list("kernel_shape", 2, 2)).output("p");
  }

  /** Additions of a map to itself, 2^40 ways from the input to the output. */
  private static TestGraph diamonds() {
    TestGraph graph = new TestGraph().input("m0", 3, 1, 2, 6, 6).scale("y", 2, 3, 0);
    for (int i = 0; i < 41; i++) {
      String from = "m" + i;
      graph.node(
          "com.microsoft.QLinearAdd",
          from + ",y_s,y_z," + from + ",y_s,y_z,y_s,y_z",
          "m" + (i + 1));
    }
    return graph.node("MaxPool", "m41", "p", list("kernel_shape", 2, 2)).output("p");
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void readsInTime(Accepted accepted) throws IOException {
    Network network = assertTimeoutPreemptively(LONGEST, () -> accepted.graph().read(folder));
    assertEquals(accepted.layers(), network.layers().size());
  }
}
