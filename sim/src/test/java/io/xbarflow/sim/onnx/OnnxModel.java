package io.xbarflow.sim.onnx;

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
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** An ONNX model that is being written. */
public final class OnnxModel {
  /** Element type float32. */
  public static final int FLOAT = 1;

  /** Element type uint8. */
  public static final int UINT8 = 2;

  /** Element type int8. */
  public static final int INT8 = 3;

  /** Element type int32. */
  public static final int INT32 = 6;

  /** Element type int64. */
  public static final int INT64 = 7;

  /** A dimension that the model leaves open. */
  public static final long OPEN = -1;

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("graph");
  private final int opset;

  /** An empty model of ai.onnx operators of version {@code opset}. */
  public OnnxModel(int opset) {
    this.opset = opset;
  }

  /** The element type of 8-bit integers. */
  public static int eightBits(boolean signed) {
    return signed ? INT8 : UINT8;
  }

  /** Adds a graph input. */
  public OnnxModel input(String name, int type, long... dims) {
    graph.addInput(value(name, type, dims));
    return this;
  }

  /** Adds a graph output; without {@code dims} it is of whatever shape the operators give it. */
  public OnnxModel output(String name, int type, long... dims) {
    graph.addOutput(value(name, type, dims));
    return this;
  }

  private static ValueInfoProto value(String name, int type, long... dims) {
    TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder().setElemType(type);
    if (dims.length > 0) {
      TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
      for (long dim : dims) {
        shape.addDim(
            dim == OPEN
                ? TensorShapeProto.Dimension.newBuilder().setDimParam("N")
                : TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
      }
      tensor.setShape(shape);
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  /** A tensor of integers of {@code type}. */
  public static TensorProto integers(int type, long[] dims, long... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setDataType(type).addAllDims(Longs.asList(dims));
    if (type == INT64) {
      tensor.addAllInt64Data(Longs.asList(values));
    } else {
      tensor.addAllInt32Data(
          Ints.asList(Arrays.stream(values).mapToInt(Ints::checkedCast).toArray()));
    }
    return tensor.build();
  }

  /** A tensor of float32. */
  public static TensorProto reals(long[] dims, float... values) {
    return TensorProto.newBuilder()
        .setDataType(FLOAT)
        .addAllDims(Longs.asList(dims))
        .addAllFloatData(Floats.asList(values))
        .build();
  }

  /** Stores {@code tensor} as initialiser. */
  public OnnxModel initializer(String name, TensorProto tensor) {
    graph.addInitializer(tensor.toBuilder().setName(name));
    return this;
  }

  /** Stores {@code tensor} as a Constant node. */
  public OnnxModel constantNode(String name, TensorProto tensor) {
    return node("", "Constant", List.of(), List.of(name), attribute("value", tensor));
  }

  /** Adds a node; empty names stand for omitted inputs. */
  public OnnxModel node(
      String domain,
      String operator,
      List<String> inputs,
      List<String> outputs,
      AttributeProto... attributes) {
    graph.addNode(
        NodeProto.newBuilder()
            .setName(operator + "_" + outputs.get(0))
            .setDomain(domain)
            .setOpType(operator)
            .addAllInput(inputs)
            .addAllOutput(outputs)
            .addAllAttribute(Arrays.asList(attributes)));
    return this;
  }

  /** An integer attribute. */
  public static AttributeProto attribute(String name, long value) {
    return named(name, AttributeProto.AttributeType.INT).setI(value).build();
  }

  /** A float32 attribute. */
  public static AttributeProto attribute(String name, float value) {
    return named(name, AttributeProto.AttributeType.FLOAT).setF(value).build();
  }

  /** A text attribute. */
  public static AttributeProto attribute(String name, String value) {
    return named(name, AttributeProto.AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  /** A tensor attribute. */
  public static AttributeProto attribute(String name, TensorProto value) {
    return named(name, AttributeProto.AttributeType.TENSOR).setT(value).build();
  }

  /** An attribute of a list of integers. */
  public static AttributeProto ints(String name, long... values) {
    return named(name, AttributeProto.AttributeType.INTS).addAllInts(Longs.asList(values)).build();
  }

  private static AttributeProto.Builder named(String name, AttributeProto.AttributeType type) {
    return AttributeProto.newBuilder().setName(name).setType(type);
  }

  /** The model. */
  public ModelProto build() {
    return build(Map.of());
  }

  /** The model with other names for the values that {@code names} has. */
  public ModelProto build(Map<String, String> names) {
    for (NodeProto.Builder node : graph.getNodeBuilderList()) {
      for (int i = 0; i < node.getInputCount(); i++) {
        node.setInput(i, names.getOrDefault(node.getInput(i), node.getInput(i)));
      }
      for (int i = 0; i < node.getOutputCount(); i++) {
        node.setOutput(i, names.getOrDefault(node.getOutput(i), node.getOutput(i)));
      }
    }
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .setGraph(graph)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("com.microsoft").setVersion(1))
        .build();
  }
}
