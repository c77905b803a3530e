package io.xbarflow.core.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
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
import com.google.common.primitives.Ints;
import com.google.common.primitives.Longs;
import com.google.protobuf.ByteString;
import io.xbarflow.core.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Builds small ONNX graphs. Element types: 1 float, 2 uint8, 3 int8, 6 int32, 7 int64. */
final class TestGraph {
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("test");
  private int opset = 13;

  TestGraph opset(int version) {
    opset = version;
    return this;
  }

  TestGraph input(String name, int type, long... dims) {
    graph.addInput(value(name, type, dims));
    return this;
  }

  TestGraph output(String... names) {
    for (String name : names) {
      graph.addOutput(value(name, 1));
    }
    return this;
  }

  private static ValueInfoProto value(String name, int type, long... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long dim : dims) {
      TensorShapeProto.Dimension.Builder entry = TensorShapeProto.Dimension.newBuilder();
      shape.addDim(dim < 0 ? entry.setDimParam("n") : entry.setDimValue(dim));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape)))
        .build();
  }

  /** Integers {@code first, first + step, ...} modulo 11, as typed data. */
  TestGraph ints(String name, int type, int first, int step, long... dims) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(type);
    long size = 1;
    for (long dim : dims) {
      tensor.addDims(dim);
      size *= dim;
    }
    for (int i = 0; i < size; i++) {
      int value = first + (step * i) % 11;
      if (type == 7) {
        tensor.addInt64Data(value);
      } else {
        tensor.addInt32Data(value);
      }
    }
    graph.addInitializer(tensor);
    return this;
  }

  TestGraph longs(String name, long... values) {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(7)
            .addDims(values.length)
            .addAllInt64Data(Longs.asList(values)));
    return this;
  }

  TestGraph real(String name, float value) {
    graph.addInitializer(TensorProto.newBuilder().setName(name).setDataType(1).addFloatData(value));
    return this;
  }

  TestGraph reals(String name, float value, long... dims) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(1);
    long size = 1;
    for (long dim : dims) {
      tensor.addDims(dim);
      size *= dim;
    }
    for (int i = 0; i < size; i++) {
      tensor.addFloatData(value);
    }
    graph.addInitializer(tensor);
    return this;
  }

  /** A list of float32 values. */
  TestGraph floats(String name, float... values) {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(1)
            .addDims(values.length)
            .addAllFloatData(Floats.asList(values)));
    return this;
  }

  /** Integers of a type up to 32 bits. */
  TestGraph integers(String name, int type, long[] dims, int... values) {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type)
            .addAllDims(Longs.asList(dims))
            .addAllInt32Data(Ints.asList(values)));
    return this;
  }

  /** Scalar scale {@code name_s} and zero point {@code name_z}. */
  TestGraph scale(String name, float scale, int type, int zero) {
    return real(name + "_s", scale).ints(name + "_z", type, zero, 0);
  }

  TestGraph raw(TensorProto tensor) {
    graph.addInitializer(tensor);
    return this;
  }

  /** A node: {@code inputs} and {@code outputs} separated by commas, empty ones omitted. */
  TestGraph node(String opType, String inputs, String outputs, AttributeProto... attributes) {
    int dot = opType.lastIndexOf('.');
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setDomain(dot < 0 ? "" : opType.substring(0, dot))
            .setOpType(opType.substring(dot + 1))
            .addAllInput(Splitter.on(',').split(inputs))
            .addAllOutput(Splitter.on(',').split(outputs));
    for (AttributeProto attribute : attributes) {
      node.addAttribute(attribute);
    }
    graph.addNode(node);
    return this;
  }

  /** A Constant node that writes nothing. */
  TestGraph constantWithoutOutput() {
    graph.addNode(
        NodeProto.newBuilder().setOpType("Constant").addAttribute(attribute("value_int", 1L)));
    return this;
  }

  static AttributeProto attribute(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setI(value).build();
  }

  static AttributeProto attribute(String name, float value) {
    return AttributeProto.newBuilder().setName(name).setF(value).build();
  }

  static AttributeProto attribute(String name, String value) {
    return AttributeProto.newBuilder().setName(name).setS(ByteString.copyFromUtf8(value)).build();
  }

  static AttributeProto list(String name, long... values) {
    return AttributeProto.newBuilder().setName(name).addAllInts(Longs.asList(values)).build();
  }

  ModelProto model() {
    return ModelProto.newBuilder()
        .setIrVersion(7)
        .setGraph(graph)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset))
        .build();
  }

  byte[] bytes() {
    return model().toByteArray();
  }

  Network read(Path folder) throws IOException {
    Path file = folder.resolve("test.onnx");
    Files.write(file, bytes());
    return OnnxImport.read(file);
  }

  // Graphs that several tests start from.

  /** A QLinearConv of a 2x6x6 int8 input to 3 channels called y, without output. */
  static TestGraph qLinearConv(AttributeProto... attributes) {
    return new TestGraph()
        .input("x", 3, -1, 2, 6, 6)
        .scale("x", 0.5f, 3, 3)
        .ints("w", 3, -5, 1, 3, 2, 3, 3)
        .scale("w", 0.25f, 3, 0)
        .scale("y", 2f, 3, -7)
        .ints("b", 6, 100, 1, 3)
        .node("QLinearConv", "x,x_s,x_z,w,w_s,w_z,y_s,y_z,b", "y", attributes);
  }

  /** A QDQ convolution of a 2x6x6 float input with float result c; y_s and y_z are there. */
  static TestGraph qdqConv() {
    return new TestGraph()
        .input("x", 1, -1, 2, 6, 6)
        .scale("x", 0.5f, 3, 3)
        .ints("w", 3, -5, 1, 3, 2, 3, 3)
        .scale("w", 0.25f, 3, 0)
        .scale("y", 2f, 3, -7)
        .ints("b", 6, 100, 1, 3)
        .scale("b", 0.125f, 6, 0)
        .node("QuantizeLinear", "x,x_s,x_z", "xq")
        .node("DequantizeLinear", "xq,x_s,x_z", "xf")
        .node("DequantizeLinear", "w,w_s,w_z", "wf")
        .node("DequantizeLinear", "b,b_s,b_z", "bf")
        .node("Conv", "xf,wf,bf", "c");
  }
}
