package io.xbarflow.core.onnx;

import static io.xbarflow.core.onnx.TestGraph.attribute;
import static io.xbarflow.core.onnx.TestGraph.list;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Longs;
import com.google.protobuf.ByteString;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Element types, blocks of scales and open dimensions: the same network as in the plain form. */
final class FormatsTest {
  private static final int FLOAT16 = 10;
  private static final int DOUBLE = 11;
  private static final int BFLOAT16 = 16;
  private static final int UINT4 = 21;
  private static final int INT4 = 22;

  @TempDir Path folder;

  /** A graph, and one that means the same. */
  private record Same(String name, TestGraph graph, TestGraph plain) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static TensorProto.Builder tensor(String name, int type, long... dims) {
    return TensorProto.newBuilder().setName(name).setDataType(type).addAllDims(Longs.asList(dims));
  }

  private static TensorProto shorts(String name, int type, int bits) {
    return tensor(name, type).addInt32Data(bits).build();
  }

  /** A QDQ convolution of x, 2x4x4, with scales x_s, w_s and y_s that are still to be stored. */
  private static TestGraph convolution(int inputType) {
    return new TestGraph()
        .opset(21)
        .input("x", inputType, 1, 2, 4, 4)
        .ints("x_z", 3, 1, 0)
        .ints("w", 3, -5, 1, 3, 2, 1, 1)
        .ints("w_z", 3, 0, 0)
        .ints("y_z", 3, -7, 0)
        .node("QuantizeLinear", "x,x_s,x_z", "xq")
        .node("DequantizeLinear", "xq,x_s,x_z", "xf")
        .node("DequantizeLinear", "w,w_s,w_z", "wf")
        .node("Conv", "xf,wf", "c")
        .node("QuantizeLinear", "c,y_s,y_z", "y")
        .output("y");
  }

  private static TestGraph plainConvolution() {
    return convolution(1).real("x_s", 0.5f).real("w_s", 0.25f).real("y_s", 1.5f);
  }

  private static TestGraph shortScales(int inputType, int type, int half, int quarter, int more) {
    return convolution(inputType)
        .raw(shorts("x_s", type, half))
        .raw(shorts("w_s", type, quarter))
        .raw(shorts("y_s", type, more));
  }

  /** A convolution of x, 4x3x3, with weights w whose DequantizeLinear {@code weights} adds. */
  private static TestGraph weighted(UnaryOperator<TestGraph> weights) {
    TestGraph graph =
        new TestGraph()
            .opset(21)
            .input("x", 3, 1, 4, 3, 3)
            .scale("x", 0.5f, 3, 0)
            .scale("y", 2, 3, 0)
            .node("DequantizeLinear", "x,x_s,x_z", "xf");
    return weights
        .apply(graph)
        .node("Conv", "xf,wf", "c")
        .node("QuantizeLinear", "c,y_s,y_z", "y")
        .output("y");
  }

  private static TestGraph perChannel(int... weights) {
    return weighted(
        graph ->
            graph
                .raw(weights(3, weights))
                .raw(reals("w_s", new long[] {2}, 0.25f, 0.5f))
                .node("DequantizeLinear", "w,w_s", "wf", attribute("axis", 0L)));
  }

  private static TensorProto weights(int type, int... values) {
    TensorProto.Builder weights = tensor("w", type, 2, 4, 1, 1);
    for (int value : values) {
      weights.addInt32Data(value);
    }
    return weights.build();
  }

  private static TensorProto reals(String name, long[] dims, float... values) {
    TensorProto.Builder reals = tensor(name, 1, dims);
    for (float value : values) {
      reals.addFloatData(value);
    }
    return reals.build();
  }

  private static TestGraph blocked(long blockSize, TensorProto weights, float... scales) {
    return weighted(
        graph ->
            graph
                .raw(weights)
                .raw(reals("w_s", new long[] {2, scales.length / 2, 1, 1}, scales))
                .node(
                    "DequantizeLinear",
                    "w,w_s",
                    "wf",
                    attribute("axis", 1L),
                    attribute("block_size", blockSize)));
  }

  /** A product of x, 4 values, with a 4x2 matrix in blocks of two rows, or with a plain matrix. */
  private static TestGraph product(boolean blocks) {
    TestGraph graph =
        new TestGraph()
            .opset(21)
            .input("x", 3, 1, 4)
            .scale("x", 0.5f, 3, 0)
            .scale("y", 2, 3, 0)
            .node("DequantizeLinear", "x,x_s,x_z", "xf");
    TensorProto.Builder weights = tensor("w", 3, 4, 2);
    weights.addAllInt32Data(
        blocks
            ? ImmutableList.of(1, 2, 3, 4, 5, 6, 7, 8)
            : ImmutableList.of(1, 4, 3, 8, 15, 6, 21, 8));
    graph.raw(weights.build());
    return (blocks
            ? graph
                .raw(reals("w_s", new long[] {2, 2}, 0.25f, 0.5f, 0.75f, 0.25f))
                .node(
                    "DequantizeLinear",
                    "w,w_s",
                    "wf",
                    attribute("axis", 0L),
                    attribute("block_size", 2L))
            : graph.reals("w_s", 0.25f, 2).node("DequantizeLinear", "w,w_s", "wf"))
        .node("MatMul", "xf,wf", "m")
        .node("QuantizeLinear", "m,y_s,y_z", "y")
        .output("y");
  }

  private static TestGraph nibbles(TensorProto weights, int type, int zero) {
    return weighted(
        graph ->
            graph
                .raw(weights)
                .raw(reals("w_s", new long[] {2}, 0.25f, 0.5f))
                .raw(tensor("w_z", type, 2).addInt32Data(zero | zero << 4).build())
                .node("DequantizeLinear", "w,w_s,w_z", "wf", attribute("axis", 0L)));
  }

  static Stream<Same> forms() {
    int[] small = {7, -8, 0, 1, -1, 5, -3, 2};
    byte[] packed = {(byte) 0x87, 0x10, 0x5F, 0x2D};
    return Stream.of(
        new Same("opset 25", plainConvolution().opset(25), plainConvolution()),
        new Same(
            "float16 scales", shortScales(1, FLOAT16, 0x3800, 0x3400, 0x3E00), plainConvolution()),
        new Same(
            "float16 input",
            shortScales(FLOAT16, FLOAT16, 0x3800, 0x3400, 0x3E00),
            plainConvolution()),
        new Same(
            "bfloat16 scales",
            shortScales(1, BFLOAT16, 0x3F00, 0x3E80, 0x3FC0),
            plainConvolution()),
        new Same(
            "float64 scales that are float32",
            convolution(1)
                .raw(tensor("x_s", DOUBLE).addDoubleData(0.5).build())
                .raw(tensor("w_s", DOUBLE).addDoubleData(0.25).build())
                .raw(tensor("y_s", DOUBLE).addDoubleData(1.5).build()),
            plainConvolution()),
        new Same(
            "int4 in raw data",
            nibbles(
                tensor("w", INT4, 2, 4, 1, 1).setRawData(ByteString.copyFrom(packed)).build(),
                INT4,
                0),
            perChannel(small)),
        new Same(
            "int4 in typed data",
            nibbles(
                tensor("w", INT4, 2, 4, 1, 1)
                    .addAllInt32Data(ImmutableList.of(0x87, 0x10, 0x5F, 0x2D))
                    .build(),
                INT4,
                0),
            perChannel(small)),
        new Same(
            "uint4 with zero points",
            nibbles(
                tensor("w", UINT4, 2, 4, 1, 1)
                    .addAllInt32Data(ImmutableList.of(0x0F, 0x98, 0xD7, 0xA5))
                    .build(),
                UINT4,
                8),
            perChannel(small)),
        new Same(
            "blocks of one scale",
            blocked(2, weights(3, small), 0.25f, 0.25f, 0.5f, 0.5f),
            perChannel(small)),
        new Same(
            "blocks of multiples",
            blocked(2, weights(3, small), 0.25f, 0.75f, 1f, 0.5f),
            perChannel(7, -8, 0, 3, -2, 10, -3, 2)),
        new Same(
            "blocks of 2 and 3 units, the last one shorter",
            blocked(3, weights(3, small), 0.5f, 0.75f, 0.5f, 0.5f),
            perChannel(14, -16, 0, 3, -1, 5, -3, 2)),
        new Same("blocks of a matrix", product(true), product(false)),
        new Same(
            "blocks of 4-bit weights",
            blocked(
                4,
                tensor("w", INT4, 2, 4, 1, 1).setRawData(ByteString.copyFrom(packed)).build(),
                0.25f,
                0.5f),
            perChannel(small)));
  }

  @ParameterizedTest
  @MethodSource("forms")
  void sameNetwork(Same c) throws IOException {
    Network plain = c.plain().read(folder);
    Network network = c.graph().read(folder);
    assertEquals(convolution(plain), convolution(network));
    assertEquals(plain.inputs(), network.inputs());
  }

  private static Layer convolution(Network network) {
    return network.layers().get(0);
  }

  /** A graph and what the message about it says. */
  private record Refused(String name, TestGraph graph, String says) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Refused> refusals() {
    return Stream.of(
        new Refused(
            "float64 scale between two float32",
            convolution(1)
                .raw(tensor("x_s", DOUBLE).addDoubleData(0.1).build())
                .real("w_s", 1)
                .real("y_s", 1),
            "scale 0.1 in 'x_s', which float32 does not hold"),
        new Refused(
            "blocks that are no multiples",
            blocked(2, weights(3, 100, 1, 1, 1, 1, 1, 1, 1), 0.25f, 0.3f, 0.5f, 0.5f),
            "block_size 2 in 'w', where the scales of output channel 0 are no whole multiples"),
        new Refused(
            "blocks whose products leave int8",
            blocked(2, weights(3, 1, 1, 1, 1, 1, 1, 100, 1), 0.5f, 0.5f, 0.25f, 0.5f),
            "output channel 1"),
        new Refused(
            "scales of another number of blocks",
            blocked(3, weights(3, 1, 1, 1, 1, 1, 1, 1, 1), 1, 1, 1, 1, 1, 1),
            "a scale, and a zero point if any, for each block along axis 1"),
        new Refused(
            "blocks of activations",
            plainConvolution()
                .node("DequantizeLinear", "y,y_s,y_z", "f", attribute("block_size", 2L))
                .output("f"),
            "block_size 2; expected one scale for a feature map"),
        new Refused(
            "int16 activations",
            new TestGraph()
                .input("x", 1, 1, 2, 4, 4)
                .real("x_s", 1)
                .raw(shorts("x_z", 5, 0))
                .node("com.microsoft.QuantizeLinear", "x,x_s,x_z", "y")
                .output("y"),
            "int16 activations; expected int8 or uint8 activations"),
        new Refused(
            "uint16 activations by output_dtype",
            new TestGraph()
                .opset(21)
                .input("x", 1, 1, 2, 4, 4)
                .real("x_s", 1)
                .node("QuantizeLinear", "x,x_s", "y", attribute("output_dtype", 4L))
                .output("y"),
            "uint16 activations"),
        new Refused(
            "int4 activations",
            new TestGraph()
                .opset(21)
                .input("x", 1, 1, 2, 4, 4)
                .real("x_s", 1)
                .raw(shorts("x_z", INT4, 0))
                .node("QuantizeLinear", "x,x_s,x_z", "y")
                .output("y"),
            "int4 activations"),
        new Refused(
            "blocks of stored reals",
            new TestGraph()
                .opset(21)
                .input("x", 3, 1, 2, 4, 4)
                .reals("w", 1, 2, 2, 1, 1)
                .reals("w_s", 1, 2, 1, 1, 1)
                .node("QuantizeLinear", "w,w_s", "y", attribute("block_size", 2L))
                .real("s", 1)
                .node("QLinearConv", "x,s,,y,s,,s,", "z")
                .output("z"),
            "block_size 2; expected one scale"),
        new Refused(
            "packed values that are too few",
            plainConvolution().raw(tensor("k", INT4, 5).setRawData(ByteString.EMPTY).build()),
            "tensor k: 0 bytes; expected 5 values of int4"),
        new Refused(
            "scales along the input channels",
            new TestGraph()
                .input("x", 3, 1, 2, 4, 4)
                .scale("x", 0.5f, 3, 0)
                .scale("y", 2, 3, 0)
                .ints("w", 3, -5, 1, 2, 2, 1, 1)
                .reals("w_s", 0.25f, 2)
                .node("DequantizeLinear", "x,x_s,x_z", "xf")
                .node("DequantizeLinear", "w,w_s", "wf")
                .node("Conv", "xf,wf", "c")
                .node("QuantizeLinear", "c,y_s,y_z", "y")
                .output("y"),
            "DequantizeLinear without attribute axis means axis 1"),
        new Refused(
            "the scale of a dead channel",
            new TestGraph()
                .input("x", 3, 1, 2, 4, 4)
                .scale("x", 0.5f, 3, 0)
                .scale("y", 2, 3, 0)
                .ints("w", 3, 0, 0, 2, 2, 1, 1)
                .reals("w_s", 1.2e-38f, 2)
                .ints("w_z", 3, 0, 0, 2)
                .node("QLinearConv", "x,x_s,x_z,w,w_s,w_z,y_s,y_z", "y")
                .output("y"),
            "in output channel 0; expected a normal float32. A weight scale as small as that"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void refused(Refused c) {
    UserException error = assertThrows(UserException.class, () -> c.graph().read(folder));
    assertTrue(error.getMessage().contains(c.says()), error.getMessage());
  }

  @Test
  void inputShapesFillOpenDimensions() throws IOException {
    TestGraph open =
        new TestGraph()
            .input("x", 3, -1, 2, -1, 6)
            .node("MaxPool", "x", "y", list("kernel_shape", 2, 2))
            .output("y");
    Path file = Files.write(folder.resolve("open.onnx"), open.bytes());
    Network network = OnnxImport.read(file, shape("x", 1, 2, 8, 6)).network();
    assertEquals(ImmutableList.of(2, 8, 6), network.inputs().get(0).shape());
    ImmutableMap<ImportSettings, String> wrong =
        ImmutableMap.of(
            shape("x", 1, 2, 8, 7), "x=1x2x8x7; expected dimensions that agree with ?x2x?x6",
            shape("x", 2, 8, 6), "x=2x8x6; expected",
            shape("z", 1, 2, 8, 6), "'z', which is no graph input; expected one of x");
    wrong.forEach(
        (settings, says) -> {
          UserException error =
              assertThrows(UserException.class, () -> OnnxImport.read(file, settings));
          assertTrue(error.getMessage().contains(says), error.getMessage());
        });
  }

  private static ImportSettings shape(String name, Integer... dims) {
    return ImportSettings.ofInputShapes(ImmutableMap.of(name, ImmutableList.copyOf(dims)));
  }
}
