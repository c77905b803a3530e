package io.xbarflow.examples;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.common.primitives.Floats;
import com.google.common.primitives.Ints;
import com.google.common.primitives.Longs;
import com.google.protobuf.ByteString;
import java.util.List;

/** Builds one ONNX graph, node by node. */
final class OnnxWriter {
  /** ONNX element types. */
  static final int FLOAT = 1;

  static final int UINT8 = 2;
  static final int INT8 = 3;
  static final int INT32 = 6;

  private final GraphProto.Builder graph = GraphProto.newBuilder();

  OnnxWriter(String name) {
    graph.setName(name);
  }

  void input(String name, int type, int... dims) {
    graph.addInput(value(name, type, dims));
  }

  void output(String name, int type, int... dims) {
    graph.addOutput(value(name, type, dims));
  }

  /** Adds an output whose shape the file does not state. */
  void outputOfAnyShape(String name, int type) {
    graph.addOutput(
        ValueInfoProto.newBuilder()
            .setName(name)
            .setType(
                TypeProto.newBuilder()
                    .setTensorType(TypeProto.Tensor.newBuilder().setElemType(type))));
  }

  /** Says in the file what the graph is. */
  void describe(String text) {
    graph.setDocString(text);
  }

  private static ValueInfoProto value(String name, int type, int... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("N"));
    for (int dim : dims) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape)))
        .build();
  }

  /** Stores 8-bit integers and returns their name. */
  String bytes(String name, int type, byte[] values, int... dims) {
    graph.addInitializer(tensor(name, type, dims).setRawData(ByteString.copyFrom(values)));
    return name;
  }

  /** Stores int32 values and returns their name. */
  String ints(String name, int[] values, int... dims) {
    graph.addInitializer(tensor(name, INT32, dims).addAllInt32Data(Ints.asList(values)));
    return name;
  }

  /** Stores floats and returns their name; without dimensions one scalar. */
  String floats(String name, float[] values, int... dims) {
    graph.addInitializer(tensor(name, FLOAT, dims).addAllFloatData(Floats.asList(values)));
    return name;
  }

  private static TensorProto.Builder tensor(String name, int type, int... dims) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(type);
    for (int dim : dims) {
      tensor.addDims(dim);
    }
    return tensor;
  }

  /** Adds a node with one output of its own name's value and returns the output. */
  String node(
      String domain,
      String opType,
      String name,
      List<String> inputs,
      String output,
      AttributeProto... attributes) {
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setDomain(domain)
            .setOpType(opType)
            .setName(name)
            .addAllInput(inputs)
            .addOutput(output);
    for (AttributeProto attribute : attributes) {
      node.addAttribute(attribute);
    }
    graph.addNode(node);
    return output;
  }

  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  static AttributeProto integers(String name, long... values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INTS)
        .addAllInts(Longs.asList(values))
        .build();
  }

  /** The file's bytes. */
  byte[] model(int opset, boolean microsoft) {
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(7)
            .setProducerName("xbarflow examples")
            .setGraph(graph)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset));
    if (microsoft) {
      model.addOpsetImport(
          OperatorSetIdProto.newBuilder().setDomain("com.microsoft").setVersion(1));
    }
    return model.build().toByteArray();
  }
}
