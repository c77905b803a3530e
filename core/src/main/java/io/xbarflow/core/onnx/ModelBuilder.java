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
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Ints;
import com.google.common.primitives.Longs;
import com.google.protobuf.ByteString;
import java.util.HashSet;
import java.util.Set;

/** An ONNX model while it is written, node by node. */
final class ModelBuilder {
  private static final String MICROSOFT = "com.microsoft";

  /** The version of the file format that came with opset 19. */
  private static final int IR_VERSION = 9;

  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final Set<String> names = new HashSet<>();

  /** A graph called {@code name}, which says {@code description} of itself. */
  ModelBuilder(String name, String description) {
    graph.setName(name).setDocString(description);
  }

  /** A name that no value has yet: {@code wanted}, or that with a number. */
  String unique(String wanted) {
    String name = wanted;
    for (int i = 2; !names.add(name); i++) {
      name = wanted + "_" + i;
    }
    return name;
  }

  /** A graph input of {@code dims} behind the batch axis. */
  void input(String name, OnnxType type, ImmutableList<Integer> dims) {
    graph.addInput(port(name, type, dims));
  }

  /** A graph output of {@code dims} behind the batch axis. */
  void output(String name, OnnxType type, ImmutableList<Integer> dims) {
    graph.addOutput(port(name, type, dims));
  }

  private static ValueInfoProto port(String name, OnnxType type, ImmutableList<Integer> dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("N"));
    for (int dim : dims) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.code()).setShape(shape)))
        .build();
  }

  /** Stores one float32; gives its name. */
  String real(String name, float value) {
    return store(tensor(name, OnnxType.FLOAT).addFloatData(value));
  }

  /** Stores a list of float32 values; gives its name. */
  String reals(String name, ImmutableList<Float> values) {
    return store(tensor(name, OnnxType.FLOAT, values.size()).addAllFloatData(values));
  }

  /** Stores float32 values of {@code dims}, one value without any; gives their name. */
  String reals(String name, ImmutableList<Float> values, int... dims) {
    return store(tensor(name, OnnxType.FLOAT, dims).addAllFloatData(values));
  }

  /** Stores one integer of {@code type}, which has at most 32 bits; gives its name. */
  String integer(String name, OnnxType type, int value) {
    return store(tensor(name, type).addInt32Data(value));
  }

  /** Stores integers of {@code type}, which has at most 32 bits; gives their name. */
  String integers(String name, OnnxType type, Iterable<Integer> values, int... dims) {
    return store(tensor(name, type, dims).addAllInt32Data(values));
  }

  /** Stores a list of int64, as shapes and axes are stated; gives its name. */
  String longs(String name, long... values) {
    return store(tensor(name, OnnxType.INT64, values.length).addAllInt64Data(Longs.asList(values)));
  }

  /** Stores 8-bit integers; gives their name. */
  String bytes(String name, OnnxType type, byte[] values, int... dims) {
    return store(tensor(name, type, dims).setRawData(ByteString.copyFrom(values)));
  }

  private TensorProto.Builder tensor(String name, OnnxType type, int... dims) {
    return TensorProto.newBuilder()
        .setName(unique(name))
        .setDataType(type.code())
        .addAllDims(Longs.asList(Ints.asList(dims).stream().mapToLong(dim -> dim).toArray()));
  }

  private String store(TensorProto.Builder tensor) {
    graph.addInitializer(tensor);
    return tensor.getName();
  }

  /** Adds a node of ai.onnx whose output is called {@code output}; gives that name. */
  String node(
      String opType, String name, String output, ImmutableList<String> inputs, Attribute... with) {
    return node("", opType, name, output, inputs, with);
  }

  /** Adds a node of com.microsoft whose output is called {@code output}; gives that name. */
  String microsoft(
      String opType, String name, String output, ImmutableList<String> inputs, Attribute... with) {
    return node(MICROSOFT, opType, name, output, inputs, with);
  }

  /** Adds a node of ai.onnx with two outputs; gives the name of output {@code taken}. */
  String nodeOfTwo(
      String opType,
      String name,
      ImmutableList<String> outputs,
      ImmutableList<String> inputs,
      int taken,
      Attribute... with) {
    node("", opType, name, outputs.get(0), inputs, with);
    int last = graph.getNodeCount() - 1;
    graph.setNode(last, graph.getNode(last).toBuilder().addOutput(outputs.get(1)));
    return outputs.get(taken);
  }

  private String node(
      String domain,
      String opType,
      String name,
      String output,
      ImmutableList<String> inputs,
      Attribute... attributes) {
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setDomain(domain)
            .setOpType(opType)
            .setName(name)
            .addAllInput(inputs)
            .addOutput(output);
    for (Attribute attribute : attributes) {
      node.addAttribute(attribute.proto());
    }
    graph.addNode(node);
    return output;
  }

  /**
   * An attribute of integers.
   *
   * @param name attribute
   * @param values its integers
   * @param list whether it is a list rather than one integer
   */
  record Attribute(String name, ImmutableList<Long> values, boolean list) {
    static Attribute of(String name, long value) {
      return new Attribute(name, ImmutableList.of(value), false);
    }

    static Attribute ofList(String name, long... values) {
      return new Attribute(name, ImmutableList.copyOf(Longs.asList(values)), true);
    }

    private AttributeProto proto() {
      AttributeProto.Builder proto = AttributeProto.newBuilder().setName(name);
      return list
          ? proto.setType(AttributeProto.AttributeType.INTS).addAllInts(values).build()
          : proto.setType(AttributeProto.AttributeType.INT).setI(values.get(0)).build();
    }
  }

  /** The file, with operators of ai.onnx {@code opset}. */
  byte[] model(int opset) {
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("xbarflow")
        .setGraph(graph)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(MICROSOFT).setVersion(1))
        .build()
        .toByteArray();
  }
}
