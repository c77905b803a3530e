package io.xbarflow.core.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.Ints;
import io.xbarflow.core.diagnostic.UserException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * An ONNX graph as the importer sees it: the nodes that some graph output depends on, in file
 * order, the constants, and who reads what.
 *
 * @param opset version of the ai.onnx operators
 * @param inputs graph inputs that are not initialisers
 * @param outputs names of the graph outputs
 * @param nodes nodes some output depends on, without Constant nodes
 * @param constants initialisers and Constant nodes by value name
 * @param readers the nodes that read each value, one entry per operand
 */
record Graph(
    int opset,
    ImmutableList<Input> inputs,
    ImmutableList<String> outputs,
    ImmutableList<Node> nodes,
    ImmutableMap<String, Constant> constants,
    ImmutableListMultimap<String, Node> readers) {

  /** Oldest and newest supported version of the ai.onnx operators. */
  static final int MIN_OPSET = 8;

  static final int MAX_OPSET = 21;

  /**
   * A graph input.
   *
   * @param name value name
   * @param type element type
   * @param dims all dimensions with the batch axis first, -1 for one the file leaves open
   */
  record Input(String name, OnnxType type, ImmutableList<Integer> dims) {}

  static Graph of(ModelProto model) {
    int opset = opset(model);
    GraphProto proto = model.getGraph();
    Map<String, Constant> constants = new LinkedHashMap<>();
    proto
        .getInitializerList()
        .forEach(tensor -> constants.put(tensor.getName(), Constant.of(tensor, tensor.getName())));
    ImmutableList.Builder<Node> all = ImmutableList.builder();
    NodeNames names = new NodeNames(proto);
    for (NodeProto node : proto.getNodeList()) {
      Node view = node(node, names.next(node));
      if (view.domain().isEmpty() && view.opType().equals("Constant")) {
        constants.put(view.output(), constant(view));
      } else {
        all.add(view);
      }
    }
    ImmutableList<String> outputs =
        proto.getOutputList().stream()
            .map(ValueInfoProto::getName)
            .collect(ImmutableList.toImmutableList());
    ImmutableList<Node> nodes = reachable(all.build(), outputs);
    ImmutableListMultimap.Builder<String, Node> readers = ImmutableListMultimap.builder();
    for (Node node : nodes) {
      for (String input : node.inputs()) {
        readers.put(input, node);
      }
    }
    ImmutableList.Builder<Input> inputs = ImmutableList.builder();
    for (ValueInfoProto input : proto.getInputList()) {
      if (!constants.containsKey(input.getName())) {
        inputs.add(input(input));
      }
    }
    return new Graph(
        opset, inputs.build(), outputs, nodes, ImmutableMap.copyOf(constants), readers.build());
  }

  /** Whether {@code value} is read by one operand of one node only and is no graph output. */
  boolean hasSingleReader(String value) {
    return readers.get(value).size() == 1 && !outputs.contains(value);
  }

  private static int opset(ModelProto model) {
    for (var entry : model.getOpsetImportList()) {
      if (entry.getDomain().isEmpty() || entry.getDomain().equals("ai.onnx")) {
        long version = entry.getVersion();
        if (version < MIN_OPSET || version > MAX_OPSET) {
          throw UserException.badInput(
              "ONNX model",
              "opset " + version,
              "ai.onnx opset " + MIN_OPSET + " to " + MAX_OPSET,
              "Convert it with onnx.version_converter, or export it again with another opset.");
        }
        return Ints.checkedCast(version);
      }
    }
    return MAX_OPSET;
  }

  private static Node node(NodeProto node, String name) {
    Map<String, AttributeProto> attributes = new LinkedHashMap<>();
    node.getAttributeList().forEach(attribute -> attributes.put(attribute.getName(), attribute));
    String domain = node.getDomain().equals("ai.onnx") ? "" : node.getDomain();
    return new Node(
        name,
        domain,
        node.getOpType(),
        ImmutableList.copyOf(node.getInputList()),
        ImmutableList.copyOf(node.getOutputList()),
        ImmutableMap.copyOf(attributes));
  }

  private static Constant constant(Node node) {
    if (node.has("value")) {
      return Constant.of(node.attributes().get("value").getT(), node.output());
    }
    TensorProto.Builder tensor = TensorProto.newBuilder();
    if (node.has("value_float") || node.has("value_floats")) {
      tensor.setDataType(1);
      if (node.has("value_float")) {
        tensor.addFloatData(node.floatAttribute("value_float", 0));
      } else {
        tensor.addAllFloatData(node.attributes().get("value_floats").getFloatsList());
        tensor.addDims(tensor.getFloatDataCount());
      }
    } else if (node.has("value_int") || node.has("value_ints")) {
      tensor.setDataType(7);
      if (node.has("value_int")) {
        tensor.addInt64Data(node.attributes().get("value_int").getI());
      } else {
        tensor.addAllInt64Data(node.attributes().get("value_ints").getIntsList());
        tensor.addDims(tensor.getInt64DataCount());
      }
    } else {
      throw node.refuse(
          "attributes " + node.attributes().keySet(),
          "value, value_float(s) or value_int(s)",
          "Store the constant as an initialiser.");
    }
    return Constant.of(tensor.build(), node.output());
  }

  private static ImmutableList<Node> reachable(
      ImmutableList<Node> nodes, ImmutableList<String> outputs) {
    Set<String> needed = new HashSet<>(outputs);
    ImmutableList.Builder<Node> reversed = ImmutableList.builder();
    for (Node node : nodes.reverse()) {
      if (node.outputs().stream().anyMatch(o -> !o.isEmpty() && needed.contains(o))) {
        reversed.add(node);
        needed.addAll(node.inputs());
      }
    }
    return reversed.build().reverse();
  }

  private static Input input(ValueInfoProto input) {
    if (!input.getType().hasTensorType() || !input.getType().getTensorType().hasShape()) {
      throw UserException.badInput(
          "graph input " + input.getName(),
          "no tensor shape",
          "a tensor with a static shape (the batch axis may be open)",
          "Give the input a shape, for example with onnx.tools.update_model_dims.");
    }
    var tensor = input.getType().getTensorType();
    ImmutableList.Builder<Integer> dims = ImmutableList.builder();
    for (var dim : tensor.getShape().getDimList()) {
      dims.add(
          dim.hasDimValue() && dim.getDimValue() > 0 ? Ints.saturatedCast(dim.getDimValue()) : -1);
    }
    return new Input(input.getName(), OnnxType.of(tensor.getElemType()), dims.build());
  }

  /** Gives every node a unique name. */
  private static final class NodeNames {
    private final ImmutableSet<String> given;
    private final Set<String> used = new HashSet<>();
    private final Map<String, Integer> counts = new HashMap<>();

    NodeNames(GraphProto graph) {
      given =
          graph.getNodeList().stream()
              .map(NodeProto::getName)
              .collect(ImmutableSet.toImmutableSet());
    }

    String next(NodeProto node) {
      String name = node.getName();
      if (!name.isEmpty() && used.add(name)) {
        return name;
      }
      String stem = name.isEmpty() ? node.getOpType().toLowerCase(Locale.ROOT) : name;
      while (true) {
        String candidate = stem + "_" + counts.merge(stem, 1, Integer::sum);
        if (!given.contains(candidate) && used.add(candidate)) {
          return candidate;
        }
      }
    }
  }
}
