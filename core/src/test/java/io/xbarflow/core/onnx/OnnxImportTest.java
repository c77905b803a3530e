package io.xbarflow.core.onnx;

import static io.xbarflow.core.onnx.TestGraph.attribute;
import static io.xbarflow.core.onnx.TestGraph.list;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Window;
import io.xbarflow.core.tensor.ImageBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every supported form on small graphs, and every refusal. */
final class OnnxImportTest {
  @TempDir Path folder;

  private record Form(String name, TestGraph graph, String layers, String output) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** Layers by letter (see ThirdPartyNetworksTest) and the shape of the output's tensor. */
  static Stream<Form> forms() {
    AttributeProto half = list("kernel_shape", 2, 2);
    return Stream.of(
        new Form("conv", TestGraph.qLinearConv().output("y"), "C", "3x4x4"),
        new Form(
            "conv pads", TestGraph.qLinearConv(list("pads", 1, 0, 2, 1)).output("y"), "C", "3x7x5"),
        new Form(
            "conv SAME_UPPER",
            TestGraph.qLinearConv(attribute("auto_pad", "SAME_UPPER"), list("strides", 2, 2))
                .output("y"),
            "C",
            "3x3x3"),
        new Form(
            "conv dilated",
            TestGraph.qLinearConv(list("dilations", 2, 1)).output("y"),
            "C",
            "3x2x4"),
        new Form("opset 8", TestGraph.qLinearConv().opset(8).output("y"), "C", "3x4x4"),
        new Form("opset 25", TestGraph.qLinearConv().opset(25).output("y"), "C", "3x4x4"),
        new Form(
            "two outputs on one tensor",
            TestGraph.qLinearConv().node("DequantizeLinear", "y,y_s,y_z", "f").output("y", "f"),
            "C",
            "3x4x4"),
        new Form(
            "max pool",
            TestGraph.qLinearConv().node("MaxPool", "y", "p", half).output("p"),
            "CP",
            "3x3x3"),
        new Form(
            "max pool ceil",
            TestGraph.qLinearConv()
                .node("MaxPool", "y", "p", half, list("strides", 3, 3), attribute("ceil_mode", 1L))
                .output("p"),
            "CP",
            "3x2x2"),
        new Form(
            "average pool",
            TestGraph.qLinearConv()
                .scale("p", 2, 3, 0)
                .node("com.microsoft.QLinearAveragePool", "y,y_s,y_z,p_s,p_z", "p", half)
                .output("p"),
            "CP",
            "3x3x3"),
        new Form(
            "global average pool, no zero points",
            TestGraph.qLinearConv()
                .real("s", 2)
                .node("com.microsoft.QLinearGlobalAveragePool", "y,y_s,y_z,s,", "p")
                .output("p"),
            "CG",
            "3x1x1"),
        new Form(
            "add",
            TestGraph.qLinearConv()
                .scale("p", 2, 3, 0)
                .node("MaxPool", "y", "m", list("kernel_shape", 3, 3), list("pads", 1, 1, 1, 1))
                .node("com.microsoft.QLinearAdd", "m,y_s,y_z,y,y_s,y_z,p_s,p_z", "p")
                .output("p"),
            "CPA",
            "3x4x4"),
        new Form(
            "add constant [C,1,1]",
            TestGraph.qLinearConv()
                .ints("k", 3, 1, 2, 3, 1, 1)
                .scale("k", 1, 3, 0)
                .node("com.microsoft.QLinearAdd", "y,y_s,y_z,k,k_s,k_z,y_s,y_z", "p")
                .output("p"),
            "CK",
            "3x4x4"),
        new Form(
            "add constant scalar first",
            TestGraph.qLinearConv()
                .ints("k", 3, 1, 2)
                .scale("k", 1, 3, 0)
                .node("com.microsoft.QLinearAdd", "k,k_s,k_z,y,y_s,y_z,y_s,y_z", "p")
                .output("p"),
            "CK",
            "3x4x4"),
        new Form(
            "flatten and matmul",
            TestGraph.qLinearConv()
                .ints("m", 3, 0, 1, 48, 5)
                .scale("m", 1, 3, 0)
                .node("Flatten", "y", "f", attribute("axis", 1L))
                .node("QLinearMatMul", "f,y_s,y_z,m,m_s,m_z,y_s,y_z", "p")
                .output("p"),
            "CC",
            "5x1x1"),
        new Form(
            "reshape by [0, -1] and gemm",
            TestGraph.qLinearConv()
                .longs("t", 0, -1)
                .ints("m", 3, 0, 1, 5, 48)
                .scale("m", 1, 3, 0)
                .node("Reshape", "y,t", "f")
                .node(
                    "com.microsoft.QGemm",
                    "f,y_s,y_z,m,m_s,m_z,,y_s,y_z",
                    "p",
                    attribute("transB", 1L))
                .output("p"),
            "CC",
            "5x1x1"),
        new Form(
            "computed reshape",
            TestGraph.qLinearConv()
                .ints("zero", 7, 0, 0)
                .longs("rest", -1)
                .node("Shape", "y", "sh")
                .node("Gather", "sh,zero", "n")
                .node("Unsqueeze", "n,zero", "n1")
                .node("Concat", "n1,rest", "t", attribute("axis", 0L))
                .node("Reshape", "y,t", "f")
                .output("f"),
            "C",
            "3x4x4"),
        new Form(
            "squeeze axes input",
            TestGraph.qLinearConv()
                .longs("a", 2, -1)
                .real("s", 2)
                .node("com.microsoft.QLinearGlobalAveragePool", "y,y_s,y_z,s,", "p")
                .node("Squeeze", "p,a", "q")
                .output("q"),
            "CG",
            "3x1x1"),
        new Form(
            "unsqueeze axes attribute",
            new TestGraph()
                .opset(11)
                .input("x", 2, 4, 5)
                .scale("x", 1, 2, 0)
                .ints("w", 3, 0, 1, 6, 5, 1, 1)
                .scale("w", 1, 3, 0)
                .scale("y", 9, 2, 0)
                .node("Unsqueeze", "x", "u", list("axes", 2, 3))
                .node("QLinearConv", "u,x_s,x_z,w,w_s,w_z,y_s,y_z", "y")
                .output("y"),
            "C",
            "6x1x1"),
        new Form(
            "identity and dropout",
            TestGraph.qLinearConv()
                .node("Identity", "y", "i")
                .node("Dropout", "i", "d")
                .output("d"),
            "C",
            "3x4x4"),
        new Form(
            "rows times matrix",
            new TestGraph()
                .input("x", 3, 2, 7, 4)
                .scale("x", 1, 3, 0)
                .ints("w", 3, 0, 1, 4, 6)
                .scale("w", 1, 3, 0)
                .node("QLinearMatMul", "x,x_s,x_z,w,w_s,w_z,x_s,x_z", "y")
                .output("y"),
            "C",
            "6x1x7"),
        new Form(
            "1D conv",
            new TestGraph()
                .input("x", 3, 1, 2, 9)
                .scale("x", 1, 3, 0)
                .ints("w", 3, 0, 1, 4, 2, 3)
                .scale("w", 1, 3, 0)
                .node("QLinearConv", "x,x_s,x_z,w,w_s,w_z,x_s,x_z", "y")
                .output("y"),
            "C",
            "4x1x7"),
        new Form(
            "clip of int8 fuses",
            TestGraph.qLinearConv()
                .ints("lo", 3, -3, 0)
                .ints("hi", 3, 50, 0)
                .node("Clip", "y,lo,hi", "c")
                .output("c"),
            "C",
            "3x4x4"),
        new Form(
            "relu of int8 that is not the only reader",
            TestGraph.qLinearConv().node("Relu", "y", "c").output("c", "y"),
            "CL",
            "3x4x4"),
        new Form(
            "another scale than the producer's",
            TestGraph.qLinearConv()
                .real("s", 3f)
                .scale("p", 2, 3, 0)
                .node("com.microsoft.QLinearGlobalAveragePool", "y,s,y_z,p_s,p_z", "p")
                .output("p"),
            "CLG",
            "3x1x1"),
        new Form(
            "QDQ conv",
            TestGraph.qdqConv().node("QuantizeLinear", "c,y_s,y_z", "y").output("y"),
            "C",
            "3x4x4"),
        new Form(
            "QDQ requantise",
            TestGraph.qdqConv()
                .node("QuantizeLinear", "c,y_s,y_z", "y")
                .real("s", 1)
                .node("DequantizeLinear", "y,y_s,y_z", "f")
                .node("QuantizeLinear", "f,s,y_z", "z")
                .output("z"),
            "CL",
            "3x4x4"),
        new Form(
            "QDQ requantise with the same parameters",
            TestGraph.qdqConv()
                .node("QuantizeLinear", "c,y_s,y_z", "y")
                .node("DequantizeLinear", "y,y_s,y_z", "f")
                .node("QuantizeLinear", "f,y_s,y_z", "z")
                .output("z"),
            "C",
            "3x4x4"),
        new Form(
            "QDQ max pool with another output scale",
            TestGraph.qdqConv()
                .node("QuantizeLinear", "c,y_s,y_z", "y")
                .real("s", 1)
                .node("DequantizeLinear", "y,y_s,y_z", "f")
                .node("MaxPool", "f", "m", half)
                .node("QuantizeLinear", "m,s,y_z", "z")
                .output("z"),
            "CPL",
            "3x3x3"),
        new Form(
            "QDQ average pool and relu",
            TestGraph.qdqConv()
                .node("QuantizeLinear", "c,y_s,y_z", "y")
                .node("DequantizeLinear", "y,y_s,y_z", "f")
                .node("AveragePool", "f", "m", half)
                .node("Relu", "m", "r")
                .node("QuantizeLinear", "r,y_s,y_z", "z")
                .output("z"),
            "CPL",
            "3x3x3"),
        new Form(
            "QDQ weights from float",
            new TestGraph()
                .input("x", 3, 1, 5)
                .scale("x", 1, 3, 0)
                .reals("w", 3f, 5, 4)
                .scale("w", 0.5f, 3, 0)
                .scale("y", 1, 3, 0)
                .node("QuantizeLinear", "w,w_s,w_z", "wq")
                .node("DequantizeLinear", "wq,w_s,w_z", "wf")
                .node("DequantizeLinear", "x,x_s,x_z", "xf")
                .node("MatMul", "xf,wf", "m")
                .node("QuantizeLinear", "m,y_s,y_z", "y")
                .output("y"),
            "C",
            "4x1x1"),
        new Form(
            "QDQ transposed weights",
            new TestGraph()
                .input("x", 3, 1, 5)
                .scale("x", 1, 3, 0)
                .ints("w", 3, 0, 1, 4, 5)
                .scale("w", 0.5f, 3, 0)
                .scale("y", 1, 3, 0)
                .node("DequantizeLinear", "w,w_s,w_z", "wf")
                .node("Transpose", "wf", "wt")
                .node("DequantizeLinear", "x,x_s,x_z", "xf")
                .node("MatMul", "xf,wt", "m")
                .node("QuantizeLinear", "m,y_s,y_z", "y")
                .output("y"),
            "C",
            "4x1x1"),
        new Form(
            "QDQ softmax on the host",
            new TestGraph()
                .input("x", 3, 1, 5)
                .scale("x", 1, 3, 0)
                .ints("w", 3, 0, 1, 4, 5)
                .scale("w", 0.5f, 3, 0)
                .scale("y", 1, 3, 0)
                .node("DequantizeLinear", "w,w_s,w_z", "wf")
                .node("DequantizeLinear", "x,x_s,x_z", "xf")
                .node("Gemm", "xf,wf", "m", attribute("transB", 1L))
                .node("QuantizeLinear", "m,y_s,y_z", "y")
                .node("DequantizeLinear", "y,y_s,y_z", "f")
                .node("Softmax", "f", "p")
                .output("p"),
            "C",
            "4x1x1"));
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
  void convolutionInDetail() throws IOException {
    Network network = TestGraph.qLinearConv(list("pads", 1, 0, 2, 1)).output("y").read(folder);
    Layer.Convolution layer = (Layer.Convolution) network.layers().get(0);
    assertEquals("qlinearconv_1", layer.name());
    assertEquals(new Window(3, 3, 1, 1, 1, 0, 2, 1, 1, 1), layer.window());
    assertEquals(ImmutableList.of(100, 101, 102), layer.bias());
    assertEquals(ImmutableList.of(0.25f), layer.weightScales());
    assertEquals(-4, layer.weight(0, 0, 0, 1));
    assertEquals(new Quantisation(0.5f, 3, true), network.tensor("x").quantisation());
    assertEquals(new Quantisation(2f, -7, true), network.tensor("y").quantisation());
    assertEquals(
        ImmutableList.of(new HostTensor("x", "x", ImmutableList.of(2, 6, 6), false, false)),
        network.inputs());
  }

  @Test
  void samePaddingPutsTheOddPixelWhereItBelongs() throws IOException {
    AttributeProto strides = list("strides", 2, 2);
    Network upper =
        TestGraph.qLinearConv(attribute("auto_pad", "SAME_UPPER"), strides)
            .output("y")
            .read(folder);
    Network lower =
        TestGraph.qLinearConv(attribute("auto_pad", "SAME_LOWER"), strides)
            .output("y")
            .read(folder);
    assertEquals(new Window(3, 3, 2, 2, 0, 0, 1, 1, 1, 1), window(upper));
    assertEquals(new Window(3, 3, 2, 2, 1, 1, 0, 0, 1, 1), window(lower));
  }

  private static Window window(Network network) {
    return ((Layer.Convolution) network.layers().get(0)).window();
  }

  /** Old exporters list initialisers as graph inputs too, and write constants as nodes. */
  @Test
  void parametersMayBeInputsOrConstantNodes() throws IOException {
    Network plain = TestGraph.qLinearConv().output("y").read(folder);
    Network listed =
        TestGraph.qLinearConv().input("w", 3, 3, 2, 3, 3).input("x_s", 1).output("y").read(folder);
    assertEquals(plain.layers(), listed.layers());
    assertEquals(plain.inputs(), listed.inputs());
    TensorProto raw =
        TensorProto.newBuilder()
            .setDataType(7)
            .addDims(2)
            .setRawData(
                ByteString.copyFrom(
                    new byte[] {0, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1}))
            .build();
    Network constant =
        TestGraph.qLinearConv()
            .node(
                "Constant", "", "t", AttributeProto.newBuilder().setName("value").setT(raw).build())
            .node("Reshape", "y,t", "f")
            .output("f")
            .read(folder);
    assertEquals(ImmutableList.of(48), constant.outputs().get(0).shape());
  }

  @Test
  void tensorFiles() throws IOException {
    Path file = folder.resolve("input_0.pb");
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setDataType(2).addDims(1).addDims(2).addInt32Data(5);
    Files.write(file, tensor.clone().addInt32Data(255).build().toByteArray());
    assertEquals(
        ImageBatch.ofIntegers(false, ImmutableList.of(1, 2), new int[] {5, 255}),
        OnnxTensorFile.read(file));
    Files.write(file, tensor.build().toByteArray());
    assertThrows(UserException.class, () -> OnnxTensorFile.read(file));
    Files.write(file, tensor.clone().addInt32Data(1).setDataType(6).build().toByteArray());
    UserException error = assertThrows(UserException.class, () -> OnnxTensorFile.read(file));
    assertTrue(error.getMessage().contains("element type int32"), error.getMessage());
    Files.write(file, new byte[] {1, 2, 3});
    assertThrows(UserException.class, () -> OnnxTensorFile.read(file));
  }

  @Test
  void matrixIsReadByColumns() throws IOException {
    Network network =
        new TestGraph()
            .input("x", 3, 1, 3)
            .scale("x", 1, 3, 0)
            .ints("w", 3, 0, 1, 3, 2)
            .scale("w", 1, 3, 0)
            .node("QLinearMatMul", "x,x_s,x_z,w,w_s,w_z,x_s,x_z", "y")
            .output("y")
            .read(folder);
    Layer.Convolution layer = (Layer.Convolution) network.layers().get(0);
    assertEquals(1, layer.weight(1, 0, 0, 0));
    assertEquals(2, layer.weight(0, 1, 0, 0));
  }

  @Test
  void rowsAreChannelsLast() throws IOException {
    Form rows = forms().filter(f -> f.name().equals("rows times matrix")).findFirst().orElseThrow();
    Network network = rows.graph().read(folder);
    assertTrue(network.inputs().get(0).channelsLast());
    assertEquals(new Shape(4, 1, 7), network.tensor("x").shape());
    assertEquals(ImmutableList.of(7, 6), network.outputs().get(0).shape());
    assertTrue(network.outputs().get(0).channelsLast());
  }

  /** Clip and Relu become the clamp that ONNX Runtime's fused kernel applies. */
  @Test
  void boundsBecomeClamps() throws IOException {
    TestGraph relu =
        TestGraph.qdqConv().node("Relu", "c", "r").node("QuantizeLinear", "r,y_s,y_z", "y");
    assertClamp(-7, 127, relu.output("y"));
    TestGraph clip =
        TestGraph.qdqConv()
            .real("lo", -5f)
            .real("hi", 6f)
            .node("Clip", "c,lo,hi", "r")
            .node("QuantizeLinear", "r,y_s,y_z", "y");
    // -5 / 2 = -2.5 rounds to -2.
    assertClamp(-9, -4, clip.output("y"));
    TestGraph old =
        TestGraph.qdqConv()
            .opset(10)
            .node("Clip", "c", "r", attribute("min", 0f), attribute("max", 6f))
            .node("QuantizeLinear", "r,y_s,y_z", "y");
    assertClamp(-7, -4, old.output("y"));
    TestGraph integers =
        TestGraph.qLinearConv()
            .ints("lo", 3, -3, 0)
            .ints("hi", 3, 50, 0)
            .node("Clip", "y,lo,hi", "c");
    assertClamp(-3, 50, integers.output("c"));
    TestGraph afterwards =
        TestGraph.qdqConv()
            .node("QuantizeLinear", "c,y_s,y_z", "y")
            .node("DequantizeLinear", "y,y_s,y_z", "f")
            .node("Relu", "f", "r")
            .node("QuantizeLinear", "r,y_s,y_z", "z");
    assertClamp(-7, 127, afterwards.output("z"));
  }

  private void assertClamp(int min, int max, TestGraph graph) throws IOException {
    Network network = graph.read(folder);
    assertEquals(1, network.layers().size());
    Layer.Convolution layer = (Layer.Convolution) network.layers().get(0);
    assertEquals(min, layer.clampMin());
    assertEquals(max, layer.clampMax());
  }

  @Test
  void weightZeroPointsAreTakenOut() throws IOException {
    Network network =
        new TestGraph()
            .input("x", 2, 1, 4)
            .scale("x", 1, 2, 0)
            .ints("w", 2, 120, 1, 4, 3)
            .scale("w", 1, 2, 128)
            .node("QLinearMatMul", "x,x_s,x_z,w,w_s,w_z,x_s,x_z", "y")
            .output("y")
            .read(folder);
    assertEquals(-8, ((Layer.Convolution) network.layers().get(0)).weight(0, 0, 0, 0));
  }

  private record Refusal(String name, TestGraph graph, String message) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Refusal> refusals() {
    AttributeProto half = list("kernel_shape", 2, 2);
    return Stream.of(
        new Refusal(
            "operator",
            TestGraph.qLinearConv().node("Atan", "y", "s").output("s"),
            "node atan_1 (Atan): operator Atan is not supported; expected operators of"
                + " docs/operators.md. Replace it, or compute it in the host before or after the"
                + " chip."),
        new Refusal(
            "operators of which one stands near",
            TestGraph.qLinearConv().node("Softmaks", "y", "s").node("Resize", "s", "r").output("r"),
            "operator Softmaks is not supported; nor are Resize; expected operators of"
                + " docs/operators.md. Did you mean Softmax?"),
        new Refusal(
            "operator of another domain",
            TestGraph.qLinearConv().node("QLinearAdd", "y", "s").output("s"),
            "Did you mean com.microsoft.QLinearAdd?"),
        new Refusal(
            "float network",
            new TestGraph()
                .input("x", 1, 1, 2, 6, 6)
                .reals("w", 1, 3, 2, 3, 3)
                .node("Conv", "x,w", "y")
                .output("y"),
            "ONNX model: the model is float: none of its 1 nodes is quantised; expected a graph that is"
                + " quantised statically, in QOperator or QDQ form. Run `xbarflow quantize` first"
                + " (docs/quantize.md)."),
        new Refusal(
            "old opset",
            TestGraph.qLinearConv().opset(5).output("y"),
            "opset 5; expected ai.onnx opset 6 to 25"),
        new Refusal("new opset", TestGraph.qLinearConv().opset(26).output("y"), "opset 26"),
        new Refusal(
            "open dimension",
            new TestGraph().input("x", 3, -1, 2, -1, 6).node("MaxPool", "x", "y", half).output("y"),
            "open dimensions in [?, 2, ?, 6]; expected fixed dimensions but for the batch axis."
                + " State them with --input-shape x=?x2x?x6"),
        new Refusal(
            "3D",
            new TestGraph()
                .input("x", 3, 1, 2, 6, 6, 6)
                .node("MaxPool", "x", "y", list("kernel_shape", 2, 2, 2))
                .output("y"),
            "5 axes"),
        new Refusal(
            "int32 input",
            new TestGraph().input("x", 6, 1, 2, 6, 6).node("MaxPool", "x", "y", half).output("y"),
            "element type int32"),
        new Refusal(
            "unused input",
            TestGraph.qLinearConv().input("z", 3, 1, 2).output("y"),
            "graph input z: no output depends on it"),
        new Refusal(
            "groups",
            TestGraph.qLinearConv(attribute("group", 3L)).output("y"),
            "with group 3 over 2 channels"),
        new Refusal(
            "kernel_shape",
            TestGraph.qLinearConv(list("kernel_shape", 2, 2)).output("y"),
            "kernel_shape [2, 2]"),
        new Refusal(
            "auto_pad",
            TestGraph.qLinearConv(attribute("auto_pad", "SAME")).output("y"),
            "auto_pad SAME"),
        new Refusal(
            "negative pads",
            TestGraph.qLinearConv(list("pads", -1, 0, 0, 0)).output("y"),
            "negative pads"),
        new Refusal(
            "window too large",
            TestGraph.qLinearConv(list("dilations", 4, 1)).output("y"),
            "a window of 9 over 6"),
        new Refusal(
            "only padding in a window",
            TestGraph.qLinearConv()
                .node("MaxPool", "y", "p", half, list("pads", 2, 0, 0, 0))
                .output("p"),
            "only padding"),
        new Refusal(
            "indices",
            TestGraph.qLinearConv().node("MaxPool", "y", "p,i", half).output("p"),
            "Indices"),
        new Refusal(
            "channels_last",
            TestGraph.qLinearConv()
                .node(
                    "com.microsoft.QLinearGlobalAveragePool",
                    "y,y_s,y_z,y_s,y_z",
                    "p",
                    attribute("channels_last", 1L))
                .output("p"),
            "channels_last 1"),
        new Refusal(
            "activation per channel",
            new TestGraph()
                .input("x", 3, 1, 2)
                .reals("s", 1, 2)
                .ints("z", 3, 0, 0, 2)
                .ints("w", 3, 1, 1, 2, 2)
                .scale("w", 1, 3, 0)
                .node("QLinearMatMul", "x,s,z,w,w_s,w_z,w_s,w_z", "y")
                .output("y"),
            "one scale per channel"),
        new Refusal(
            "scale 0",
            new TestGraph()
                .input("x", 3, 1, 2)
                .scale("x", 0, 3, 0)
                .ints("w", 3, 1, 1, 2, 2)
                .scale("w", 1, 3, 0)
                .node("QLinearMatMul", "x,x_s,x_z,w,w_s,w_z,w_s,w_z", "y")
                .output("y"),
            "scale 0.0"),
        new Refusal(
            "computed weights",
            new TestGraph()
                .input("x", 3, 1, 2)
                .input("w", 3, 2, 2)
                .scale("x", 1, 3, 0)
                .node("QLinearMatMul", "x,x_s,x_z,w,x_s,x_z,x_s,x_z", "y")
                .output("y"),
            "input 3 is quantised tensor w"),
        new Refusal(
            "add of unequal maps",
            TestGraph.qLinearConv()
                .node("MaxPool", "y", "m", half)
                .node("com.microsoft.QLinearAdd", "m,y_s,y_z,y,y_s,y_z,y_s,y_z", "p")
                .output("p"),
            "operands of dimensions [3, 3, 3] and [3, 4, 4]"),
        new Refusal(
            "constant per pixel",
            TestGraph.qLinearConv()
                .ints("k", 3, 1, 2, 1, 4, 4)
                .scale("k", 1, 3, 0)
                .node("com.microsoft.QLinearAdd", "y,y_s,y_z,k,k_s,k_z,y_s,y_z", "p")
                .output("p"),
            "constant int8 [1, 4, 4]"),
        new Refusal(
            "constant of more axes than the map, which the sum would have too",
            new TestGraph()
                .input("x", 3, 1, 2)
                .scale("x", 1, 3, 0)
                .ints("k", 3, 1, 1, 1, 1, 1)
                .node("com.microsoft.QLinearAdd", "x,x_s,x_z,k,x_s,x_z,x_s,x_z", "y")
                .output("y"),
            "constant int8 [1, 1, 1] 'k' added to dimensions [2]"),
        new Refusal(
            "factor of more axes than the map",
            new TestGraph()
                .input("x", 3, 1, 2)
                .scale("x", 1, 3, 0)
                .ints("k", 3, 1, 1, 1, 1, 1)
                .node("com.microsoft.QLinearMul", "k,x_s,x_z,x,x_s,x_z,x_s,x_z", "y")
                .output("y"),
            "constant int8 [1, 1, 1] 'k' times dimensions [2]"),
        new Refusal(
            "reshape that moves values",
            TestGraph.qLinearConv().longs("t", -1, 4, 3, 4).node("Reshape", "y,t", "r").output("r"),
            "from dimensions [N, 3, 4, 4] to [N, 4, 3, 4]"),
        new Refusal(
            "flatten axis",
            TestGraph.qLinearConv().node("Flatten", "y", "f", attribute("axis", 2L)).output("f"),
            "node flatten_1 (Flatten)"),
        new Refusal(
            "gemm alpha",
            new TestGraph()
                .input("x", 3, 1, 2)
                .scale("x", 1, 3, 0)
                .ints("w", 3, 1, 1, 2, 2)
                .node(
                    "com.microsoft.QGemm",
                    "x,x_s,x_z,w,x_s,x_z,,x_s,x_z",
                    "y",
                    attribute("alpha", 2f))
                .output("y"),
            "alpha 2.0"),
        new Refusal(
            "float result",
            new TestGraph()
                .input("x", 3, 1, 2)
                .scale("x", 1, 3, 0)
                .ints("w", 3, 1, 1, 2, 2)
                .node("com.microsoft.QGemm", "x,x_s,x_z,w,x_s,x_z", "y")
                .output("y"),
            "no output scale"),
        new Refusal(
            "softmax inside",
            TestGraph.qLinearConv()
                .node("DequantizeLinear", "y,y_s,y_z", "f")
                .node("Softmax", "f", "s")
                .node("QuantizeLinear", "s,y_s,y_z", "q")
                .node("MaxPool", "q", "m", half)
                .output("m"),
            "node maxpool_1 (MaxPool): input is what the host computes from node softmax_1 (Softmax)"
                + " on; expected operators behind it that the host computes, up to the graph"
                + " outputs. Cut the network at the input of node softmax_1 (Softmax)."),
        new Refusal(
            "softmax over images",
            TestGraph.qLinearConv()
                .node("DequantizeLinear", "y,y_s,y_z", "f")
                .node("Softmax", "f", "s", attribute("axis", 0L))
                .output("s"),
            "node softmax_1 (Softmax): axis 0 of 4 axes; expected an axis of one image, not the"
                + " batch axis."),
        new Refusal(
            "softmax of integers",
            TestGraph.qLinearConv().node("Softmax", "y", "s").output("s"),
            "of INT8; expected float values, such as the output of DequantizeLinear"),
        new Refusal(
            "more values than there are",
            TestGraph.qLinearConv()
                .longs("k", 5)
                .node("TopK", "y,k", "v,i", attribute("axis", 1L))
                .output("v"),
            "the first 5 of 3; expected 1 to 3 values, sorted"),
        new Refusal(
            "softmax of a graph input",
            TestGraph.qdqConv()
                .input("z", 1, 1, 4)
                .node("QuantizeLinear", "c,y_s,y_z", "y")
                .node("Softmax", "z", "s")
                .output("y", "s"),
            "Softmax of float graph input z"),
        new Refusal(
            "constants over two axes of a graph input",
            TestGraph.qdqConv()
                .input("z", 1, 1, 2, 4)
                .reals("k", 2, 2, 4)
                .node("QuantizeLinear", "c,y_s,y_z", "y")
                .node("Mul", "z,k", "zk")
                .node("QuantizeLinear", "zk,y_s,y_z", "zq")
                .output("y", "zq"),
            "constant float [2, 4] 'k' over dimensions [2, 4]; expected one finite value, or one for"
                + " each position of an axis"),
        new Refusal(
            "mode of a pad",
            TestGraph.qLinearConv()
                .longs("pads", 0, 0, 1, 1, 0, 0, 1, 1)
                .node("Pad", "y,pads", "p", attribute("mode", "reflect"))
                .output("p"),
            "mode reflect"),
        new Refusal(
            "real value of a pad between two integers",
            TestGraph.qLinearConv()
                .longs("pads", 0, 0, 1, 1, 0, 0, 1, 1)
                .real("v", 3)
                .node("DequantizeLinear", "y,y_s,y_z", "f")
                .node("Pad", "f,pads,v", "p")
                .output("p"),
            "value 3.0, which no integer of scale 2.0 stands for"),
        new Refusal(
            "images padded",
            TestGraph.qLinearConv()
                .longs("pads", 1, 0, 0, 0, 0, 0, 0, 0)
                .node("Pad", "y,pads", "p")
                .output("p"),
            "pads [1, 0, 0, 0, 0, 0, 0, 0] of dimensions [3, 4, 4]"),
        new Refusal(
            "slice in reverse",
            TestGraph.qLinearConv()
                .longs("from", 3)
                .longs("to", 0)
                .longs("axes", 2)
                .longs("steps", -1)
                .node("Slice", "y,from,to,axes,steps", "s")
                .output("s"),
            "steps [-1]"),
        new Refusal(
            "slice of a flattened map",
            TestGraph.qLinearConv()
                .longs("from", 3)
                .longs("to", 9)
                .longs("axes", 1)
                .node("Flatten", "y", "f")
                .node("Slice", "f,from,to,axes", "s")
                .output("s"),
            "of dimensions [48]"),
        new Refusal(
            "split into parts of another sum",
            TestGraph.qLinearConv()
                .longs("parts", 1, 1)
                .node("Split", "y,parts", "p0,p1", attribute("axis", 1L))
                .output("p0", "p1"),
            "parts [1, 1] of 3"),
        new Refusal(
            "rows gathered",
            TestGraph.qLinearConv()
                .longs("which", 2, 0)
                .node("Gather", "y,which", "s", attribute("axis", 2L))
                .output("s"),
            "along axis 2"),
        new Refusal(
            "product of two feature maps",
            TestGraph.qLinearConv()
                .node("MaxPool", "y", "m", list("kernel_shape", 1, 1))
                .node("com.microsoft.QLinearMul", "y,y_s,y_z,m,y_s,y_z,y_s,y_z", "p")
                .output("p"),
            "the product of two feature maps"),
        new Refusal(
            "a factor for every pixel",
            TestGraph.qLinearConv()
                .ints("k", 3, 1, 1, 1, 3, 4, 4)
                .node("com.microsoft.QLinearMul", "y,y_s,y_z,k,y_s,y_z,y_s,y_z", "p")
                .output("p"),
            "one factor, or one per channel"),
        new Refusal(
            "float product of two feature maps",
            TestGraph.qLinearConv()
                .node("MaxPool", "y", "m", list("kernel_shape", 1, 1))
                .node("DequantizeLinear", "y,y_s,y_z", "f")
                .node("DequantizeLinear", "m,y_s,y_z", "g")
                .node("Mul", "f,g", "p")
                .node("QuantizeLinear", "p,y_s,y_z", "q")
                .output("q"),
            "Mul of two feature maps"),
        new Refusal(
            "greatest of a function that falls",
            TestGraph.qLinearConv()
                .node("DequantizeLinear", "y,y_s,y_z", "f")
                .node("Neg", "f", "n")
                .node("MaxPool", "n", "m", list("kernel_shape", 2, 2))
                .node("QuantizeLinear", "m,y_s,y_z", "q")
                .output("q"),
            "do not rise"),
        new Refusal(
            "mean over the channels",
            TestGraph.qLinearConv()
                .node("DequantizeLinear", "y,y_s,y_z", "f")
                .node("ReduceMean", "f", "m", list("axes", 1))
                .node("QuantizeLinear", "m,y_s,y_z", "q")
                .output("q"),
            "the mean over axes [1]"),
        new Refusal(
            "blocks",
            TestGraph.qLinearConv()
                .node("DequantizeLinear", "y,y_s,y_z", "f", attribute("block_size", 2L))
                .output("f"),
            "block_size 2"),
        new Refusal(
            "no layer",
            new TestGraph()
                .input("x", 1, 1, 2)
                .scale("x", 1, 3, 0)
                .node("QuantizeLinear", "x,x_s,x_z", "y")
                .output("y"),
            "graph output y: is a graph input"),
        new Refusal(
            "missing value",
            TestGraph.qLinearConv()
                .node("com.microsoft.QLinearAdd", "y,y_s,y_z,nowhere,y_s,y_z,y_s,y_z", "p")
                .output("p"),
            "input 'nowhere', which no earlier node writes"),
        new Refusal(
            "damaged tensor",
            TestGraph.qLinearConv()
                .raw(
                    TensorProto.newBuilder()
                        .setName("k")
                        .setDataType(1)
                        .addDims(4)
                        .addFloatData(1)
                        .build())
                .output("y"),
            "tensor k: 1 values; expected 4 values of float"),
        new Refusal(
            "value out of range",
            TestGraph.qLinearConv().ints("k", 3, 128, 0).output("y"),
            "tensor k: value 128; expected values of int8"),
        new Refusal(
            "external data",
            TestGraph.qLinearConv()
                .raw(
                    TensorProto.newBuilder()
                        .setName("k")
                        .setDataType(1)
                        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                        .build())
                .output("y"),
            "external data"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void refuses(Refusal refusal) {
    UserException error = assertThrows(UserException.class, () -> refusal.graph().read(folder));
    assertTrue(error.getMessage().contains(refusal.message()), error.getMessage());
  }

  @Test
  void filesThatAreNotOnnx() throws IOException {
    byte[] whole = TestGraph.qLinearConv().output("y").bytes();
    ImmutableList<byte[]> files =
        ImmutableList.of(new byte[0], new byte[] {1, 2, 3}, Arrays.copyOf(whole, whole.length / 2));
    for (byte[] bytes : files) {
      Path file = folder.resolve("bad.onnx");
      Files.write(file, bytes);
      UserException error = assertThrows(UserException.class, () -> OnnxImport.read(file));
      assertTrue(error.getMessage().contains("bad.onnx: not an ONNX model"), error.getMessage());
    }
    UserException error =
        assertThrows(UserException.class, () -> OnnxImport.read(folder.resolve("none.onnx")));
    assertTrue(error.getMessage().contains("cannot be read"), error.getMessage());
  }

  @Test
  void ofSeveralTensorsOfOneNameTheLastIsTaken() throws IOException {
    Network network = TestGraph.qLinearConv().real("x_s", 0.75f).output("y").read(folder);
    assertEquals(0.75f, network.tensor("x").quantisation().scale());
  }
}
