package io.xbarflow.examples;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.collect.ImmutableList.toImmutableList;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableLongArray;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A float ONNX graph: what it computes with, and who reads what. */
final class FloatGraph {
  private final GraphProto graph;
  private final Map<String, TensorProto> stored = new HashMap<>();
  private final Map<String, NodeProto> producers = new HashMap<>();
  private final Map<String, Integer> readers = new HashMap<>();
  private final Map<String, NodeProto> lastReaders = new HashMap<>();
  private final Set<String> outputs = new HashSet<>();

  private FloatGraph(GraphProto graph) {
    this.graph = graph;
    graph.getInitializerList().forEach(tensor -> stored.put(tensor.getName(), tensor));
    graph.getOutputList().forEach(output -> outputs.add(output.getName()));
    for (NodeProto node : graph.getNodeList()) {
      node.getOutputList().forEach(output -> producers.put(output, node));
      for (String input : node.getInputList()) {
        readers.merge(input, 1, Integer::sum);
        lastReaders.put(input, node);
      }
      if (node.getOpType().equals("Constant")) {
        stored.put(node.getOutput(0), attribute(node, "value").orElseThrow().getT());
      }
    }
  }

  static FloatGraph read(Path file) throws IOException {
    return new FloatGraph(ModelProto.parseFrom(Files.readAllBytes(file)).getGraph());
  }

  /** The part of this graph that gives {@code value}. */
  FloatGraph upTo(String value) {
    checkArgument(producers.containsKey(value), "no node gives %s", value);
    Set<String> needed = new HashSet<>(ImmutableList.of(value));
    ImmutableList<NodeProto> backwards = ImmutableList.copyOf(graph.getNodeList()).reverse();
    ImmutableList.Builder<NodeProto> kept = ImmutableList.builder();
    for (NodeProto node : backwards) {
      if (node.getOutputList().stream().anyMatch(needed::contains)) {
        needed.addAll(node.getInputList());
        kept.add(node);
      }
    }
    return new FloatGraph(
        graph.toBuilder()
            .clearNode()
            .addAllNode(kept.build().reverse())
            .clearOutput()
            .addOutput(ValueInfoProto.newBuilder().setName(value))
            .build());
  }

  String name() {
    return graph.getName();
  }

  /** What the file says about itself. */
  String description() {
    return graph.getDocString();
  }

  /** The nodes that compute with feature maps, in order. */
  ImmutableList<NodeProto> nodes() {
    return graph.getNodeList().stream()
        .filter(node -> !isStored(node.getOutput(0)))
        .collect(toImmutableList());
  }

  /** The graph inputs that are not stored. */
  ImmutableList<ValueInfoProto> inputs() {
    return graph.getInputList().stream()
        .filter(input -> !stored.containsKey(input.getName()))
        .collect(toImmutableList());
  }

  ImmutableList<String> outputs() {
    return graph.getOutputList().stream().map(ValueInfoProto::getName).collect(toImmutableList());
  }

  private boolean isStored(String name) {
    NodeProto producer = producers.get(name);
    return stored.containsKey(name)
        || (producer != null
            && (producer.getOpType().equals("ConstantOfShape")
                || (producer.getOpType().equals("Reshape") && isStored(producer.getInput(0)))));
  }

  /** The stored tensor {@code name}, floats. */
  FloatTensor tensor(String name) {
    TensorProto tensor = stored.get(name);
    if (tensor != null) {
      return FloatTensor.of(tensor);
    }
    NodeProto producer = producers.get(name);
    checkArgument(isStored(name), "%s is computed, expected a stored tensor", name);
    if (producer.getOpType().equals("Reshape")) {
      return tensor(producer.getInput(0)).reshaped(integers(producer.getInput(1)));
    }
    float value =
        attribute(producer, "value")
            .map(filler -> (float) FloatTensor.of(filler.getT()).get(0))
            .orElse(0f);
    return FloatTensor.filled(integers(producer.getInput(0)), value);
  }

  /** The stored tensor {@code name}, int64. */
  ImmutableLongArray integers(String name) {
    TensorProto tensor = stored.get(name);
    checkArgument(
        tensor != null && tensor.getDataType() == TensorProto.DataType.INT64_VALUE,
        "%s is not a stored tensor of int64",
        name);
    ImmutableLongArray.Builder values = ImmutableLongArray.builder();
    if (tensor.hasRawData()) {
      ByteBuffer bytes = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      while (bytes.hasRemaining()) {
        values.add(bytes.getLong());
      }
    } else {
      values.addAll(tensor.getInt64DataList());
    }
    return values.build();
  }

  /** The one node that reads {@code value}, when it is of type {@code opType}. */
  Optional<NodeProto> onlyReader(String value, String opType) {
    return readers.getOrDefault(value, 0) == 1
            && !outputs.contains(value)
            && lastReaders.get(value).getOpType().equals(opType)
        ? Optional.of(lastReaders.get(value))
        : Optional.empty();
  }

  /** Whether no node reads {@code value}. */
  boolean isUnread(String value) {
    return !readers.containsKey(value);
  }

  static Optional<AttributeProto> attribute(NodeProto node, String name) {
    return node.getAttributeList().stream()
        .filter(attribute -> attribute.getName().equals(name))
        .findFirst();
  }

  static long integer(NodeProto node, String name, long otherwise) {
    return attribute(node, name).map(AttributeProto::getI).orElse(otherwise);
  }

  static float real(NodeProto node, String name, float otherwise) {
    return attribute(node, name).map(AttributeProto::getF).orElse(otherwise);
  }

  /** The attributes of {@code node} called {@code names}, those that there are. */
  static List<AttributeProto> attributes(NodeProto node, List<String> names) {
    return node.getAttributeList().stream()
        .filter(attribute -> names.contains(attribute.getName()))
        .toList();
  }
}
