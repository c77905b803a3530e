package io.xbarflow.cli.fuzz;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.common.base.Splitter;
import com.google.common.primitives.Floats;
import com.google.common.primitives.Longs;
import com.google.protobuf.ByteString;
import java.util.Collections;

/** Builds small ONNX models. */
final class SeedGraph {
  static final int FLOAT = 1;
  static final int INT8 = 3;
  static final int INT32 = 6;
  static final int INT64 = 7;
  static final int UINT8 = 2;
  static final int FLOAT16 = 10;
  static final int INT4 = 22;

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("seed");

  SeedGraph input(String name, int type, long... dims) {
    graph.addInput(value(name, type, dims));
    return this;
  }

  SeedGraph output(String... names) {
    for (String name : names) {
      graph.addOutput(value(name, INT8));
    }
    return this;
  }

  SeedGraph realOutput(String name) {
    graph.addOutput(value(name, FLOAT));
    return this;
  }

  private static ValueInfoProto value(String name, int type, long... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long dim : dims) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape)))
        .build();
  }

  /** Small int8 weights as raw data. */
  SeedGraph weights(String name, long... dims) {
    byte[] bytes = new byte[(int) product(dims)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 7 % 11 - 5);
    }
    graph.addInitializer(tensor(name, INT8, dims).setRawData(ByteString.copyFrom(bytes)));
    return this;
  }

  /** One int32 or int8 value for each place of {@code dims}, as typed data. */
  SeedGraph ints(String name, int type, int value, long... dims) {
    graph.addInitializer(
        tensor(name, type, dims).addAllInt32Data(Collections.nCopies((int) product(dims), value)));
    return this;
  }

  SeedGraph stored(TensorProto.Builder tensor) {
    graph.addInitializer(tensor);
    return this;
  }

  SeedGraph longs(String name, long... values) {
    graph.addInitializer(tensor(name, INT64, values.length).addAllInt64Data(Longs.asList(values)));
    return this;
  }

  SeedGraph real(String name, float value) {
    graph.addInitializer(tensor(name, FLOAT).addFloatData(value));
    return this;
  }

  SeedGraph reals(String name, float... values) {
    graph.addInitializer(
        tensor(name, FLOAT, values.length, 1, 1).addAllFloatData(Floats.asList(values)));
    return this;
  }

  /** Scale {@code name_s} and zero point {@code name_z}. */
  SeedGraph scale(String name, float scale, int type, int zero) {
    return real(name + "_s", scale).ints(name + "_z", type, zero);
  }

  static TensorProto.Builder tensor(String name, int type, long... dims) {
    return TensorProto.newBuilder().setName(name).setDataType(type).addAllDims(Longs.asList(dims));
  }

  private static long product(long... dims) {
    long product = 1;
    for (long dim : dims) {
      product *= dim;
    }
    return product;
  }

  /** A node: {@code inputs} and {@code outputs} separated by commas, empty ones omitted. */
  SeedGraph node(String opType, String inputs, String outputs, AttributeProto... attributes) {
    int dot = opType.lastIndexOf('.');
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setDomain(dot < 0 ? "" : opType.substring(0, dot))
            .setOpType(opType.substring(dot + 1))
            .addAllOutput(Splitter.on(',').split(outputs));
    if (!inputs.isEmpty()) {
      node.addAllInput(Splitter.on(',').split(inputs));
    }
    for (AttributeProto attribute : attributes) {
      node.addAttribute(attribute);
    }
    graph.addNode(node);
    return this;
  }

  /** DequantizeLinear of {@code from} with the parameters of {@code scale}. */
  SeedGraph dequantise(String from, String scale, String to) {
    return node("DequantizeLinear", from + "," + scale + "_s," + scale + "_z", to);
  }

  /** QuantizeLinear of {@code from} with the parameters of {@code scale}. */
  SeedGraph quantise(String from, String scale, String to) {
    return node("QuantizeLinear", from + "," + scale + "_s," + scale + "_z", to);
  }

  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value).build();
  }

  static AttributeProto real(AttributeProto.Builder named, float value) {
    return named.setType(AttributeType.FLOAT).setF(value).build();
  }

  static AttributeProto text(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  static AttributeProto list(String name, long... values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.INTS)
        .addAllInts(Longs.asList(values))
        .build();
  }

  static AttributeProto tensor(String name, TensorProto.Builder value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.TENSOR)
        .setT(value)
        .build();
  }

  ModelProto model() {
    return ModelProto.newBuilder()
        .setIrVersion(7)
        .setGraph(graph)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(13))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("com.microsoft").setVersion(1))
        .build();
  }
}
