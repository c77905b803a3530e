package io.xbarflow.sim.golden;

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
import io.xbarflow.core.network.Quantisation;

/** Writes small ONNX graphs of one quantised input x and one quantised output y. */
final class OnnxGraph {
  private static final int FLOAT = 1;
  private static final int INT64 = 7;
  private static final int OPSET = 18;

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("graph");
  private final int quantisedType;
  private final boolean signed;

  OnnxGraph(boolean signed, long... inputDims) {
    this.signed = signed;
    this.quantisedType = signed ? 3 : 2;
    graph.addInput(value("x", inputDims));
    graph.addOutput(value("y"));
  }

  private ValueInfoProto value(String name, long... dims) {
    TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder().setElemType(quantisedType);
    if (dims.length > 0) {
      TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
      for (long dim : dims) {
        shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
      }
      tensor.setShape(shape);
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  /** The input or the output {@code name} of float32 instead of the quantised type. */
  OnnxGraph real(String name) {
    ValueInfoProto.Builder value =
        name.equals("x") ? graph.getInputBuilder(0) : graph.getOutputBuilder(0);
    value.getTypeBuilder().getTensorTypeBuilder().setElemType(FLOAT);
    return this;
  }

  /** The output y of element type {@code type}, ONNX's number. */
  OnnxGraph outputType(int type) {
    graph.getOutputBuilder(0).getTypeBuilder().getTensorTypeBuilder().setElemType(type);
    return this;
  }

  boolean signed() {
    return signed;
  }

  /** Scale {@code name_s} and zero point {@code name_z}. */
  OnnxGraph quantisation(String name, Quantisation quantisation) {
    reals(name + "_s", new long[0], quantisation.scale());
    return integers(name + "_z", new long[0], quantisation.zeroPoint());
  }

  /** Values of the quantised type. */
  OnnxGraph integers(String name, long[] dims, int... values) {
    graph.addInitializer(
        tensor(name, quantisedType, dims).addAllInt32Data(Ints.asList(values)).build());
    return this;
  }

  OnnxGraph int8(String name, long[] dims, int... values) {
    graph.addInitializer(tensor(name, 3, dims).addAllInt32Data(Ints.asList(values)).build());
    return this;
  }

  OnnxGraph int32(String name, long[] dims, int... values) {
    graph.addInitializer(tensor(name, 6, dims).addAllInt32Data(Ints.asList(values)).build());
    return this;
  }

  OnnxGraph reals(String name, long[] dims, float... values) {
    graph.addInitializer(tensor(name, FLOAT, dims).addAllFloatData(Floats.asList(values)).build());
    return this;
  }

  OnnxGraph list(String name, long... values) {
    graph.addInitializer(
        tensor(name, INT64, new long[] {values.length})
            .addAllInt64Data(Longs.asList(values))
            .build());
    return this;
  }

  OnnxGraph number(String name, long value) {
    graph.addInitializer(tensor(name, INT64, new long[0]).addInt64Data(value).build());
    return this;
  }

  private static TensorProto.Builder tensor(String name, int type, long[] dims) {
    return TensorProto.newBuilder().setName(name).setDataType(type).addAllDims(Longs.asList(dims));
  }

  /** A node of ai.onnx, or of com.microsoft when {@code operator} begins with QLinear. */
  OnnxGraph node(String operator, String inputs, String outputs, AttributeProto... attributes) {
    boolean microsoft =
        operator.equals("QGemm")
            || operator.startsWith("com.microsoft.")
            || (operator.startsWith("QLinear")
                && !operator.equals("QLinearConv")
                && !operator.equals("QLinearMatMul"));
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setName(operator.replace("com.microsoft.", "") + "_" + outputs)
            .setDomain(microsoft ? "com.microsoft" : "")
            .setOpType(operator.replace("com.microsoft.", ""))
            .addAllInput(Splitter.on(',').split(inputs))
            .addAllOutput(Splitter.on(',').split(outputs));
    for (AttributeProto attribute : attributes) {
      node.addAttribute(attribute);
    }
    graph.addNode(node);
    return this;
  }

  static AttributeProto attribute(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  static AttributeProto attribute(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  static AttributeProto text(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  static AttributeProto ints(String name, long... values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INTS)
        .addAllInts(Longs.asList(values))
        .build();
  }

  byte[] bytes() {
    return bytes(OPSET);
  }

  byte[] bytes(int opset) {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .setGraph(graph)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("com.microsoft").setVersion(1))
        .build()
        .toByteArray();
  }
}
