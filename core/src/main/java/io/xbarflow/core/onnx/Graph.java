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
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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
    ImmutableSet<String> outputs,
    ImmutableList<Node> nodes,
    ImmutableMap<String, Constant> constants,
    ImmutableListMultimap<String, Node> readers) {

  /** Oldest and newest supported version of the ai.onnx operators. */
  static final int MIN_OPSET = 6;

  /** Newer ones are refused: what they change in an operator is not known here. */
  static final int MAX_OPSET = 25;

  private static final String RENAME =
      "Check the file with onnx.checker.check_model, and export it again.";

  /**
   * A graph input.
   *
   * @param name value name
   * @param type element type
   * @param typeName what messages call it
   * @param dims all dimensions with the batch axis first, -1 for one the file leaves open
   */
  record Input(String name, OnnxType type, String typeName, ImmutableList<Integer> dims) {}

  static Graph of(ModelProto model) {
    int opset = opset(model);
    GraphProto proto = model.getGraph();
    Written written = new Written();
    Map<String, Constant> constants = new LinkedHashMap<>();
    for (TensorProto tensor : proto.getInitializerList()) {
      String name = tensor.getName();
      // Of several stored tensors of one name ONNX Runtime takes the last.
      if (constants.put(name, Constant.of(tensor, name)) == null) {
        written.add("stored tensor", name);
      }
    }
    ImmutableList<Input> inputs = inputs(proto, constants.keySet());
    inputs.forEach(input -> written.add("graph input", input.name()));
    ImmutableList.Builder<Node> all = ImmutableList.builder();
    NodeNames names = new NodeNames(proto);
    for (NodeProto node : proto.getNodeList()) {
      Node view = node(node, names.next(node));
      view.outputs().stream()
          .filter(output -> !output.isEmpty())
          .forEach(output -> written.add("an output of " + view.where(), output));
      if (view.domain().isEmpty() && view.opType().equals("Constant")) {
        constants.put(view.output(), constant(view));
      } else {
        all.add(view);
      }
    }
    ImmutableSet<String> outputs = outputs(proto);
    ImmutableList<Node> nodes = reachable(all.build(), outputs);
    ImmutableListMultimap.Builder<String, Node> readers = ImmutableListMultimap.builder();
    for (Node node : nodes) {
      for (String input : node.inputs()) {
        readers.put(input, node);
      }
    }
    return new Graph(
        opset, inputs, outputs, nodes, ImmutableMap.copyOf(constants), readers.build());
  }

  /** The names that are taken: every value has one source, whose name is not empty. */
  private static final class Written {
    private final Set<String> names = new HashSet<>();

    void add(String what, String name) {
      if (name.isEmpty()) {
        throw Refusal.of("ONNX model", what + " without a name", "a name", RENAME);
      }
      if (!names.add(name)) {
        throw Refusal.of(
            "ONNX model",
            "value '" + name + "' twice, the second time as " + what,
            "one stored tensor, graph input or node output of each name",
            RENAME);
      }
    }
  }

  private static ImmutableList<Input> inputs(GraphProto proto, Set<String> stored) {
    ImmutableList.Builder<Input> inputs = ImmutableList.builder();
    for (ValueInfoProto input : proto.getInputList()) {
      if (!stored.contains(input.getName())) {
        inputs.add(input(input));
      }
    }
    ImmutableList<Input> all = inputs.build();
    Limits.atMost("ONNX model", "graph inputs", all.size(), Limits.INPUTS);
    return all;
  }

  private static ImmutableSet<String> outputs(GraphProto proto) {
    Limits.atMost("ONNX model", "graph outputs", proto.getOutputCount(), Limits.OUTPUTS);
    Set<String> outputs = new LinkedHashSet<>();
    for (ValueInfoProto output : proto.getOutputList()) {
      if (output.getName().isEmpty() || !outputs.add(output.getName())) {
        throw Refusal.of(
            "ONNX model",
            output.getName().isEmpty()
                ? "graph output without a name"
                : "graph output '" + output.getName() + "' twice",
            "graph outputs of different names",
            RENAME);
      }
    }
    return ImmutableSet.copyOf(outputs);
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
          throw Refusal.of(
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
      return node.tensorAttribute("value");
    }
    TensorProto.Builder tensor = TensorProto.newBuilder();
    if (node.has("value_float")) {
      tensor.setDataType(1).addFloatData(node.floatAttribute("value_float", 0));
    } else if (node.has("value_floats")) {
      tensor.setDataType(1).addAllFloatData(node.floatsAttribute("value_floats"));
      tensor.addDims(tensor.getFloatDataCount());
    } else if (node.has("value_int")) {
      tensor.setDataType(7).addInt64Data(node.longAttribute("value_int"));
    } else if (node.has("value_ints")) {
      tensor.setDataType(7).addAllInt64Data(node.longsAttribute("value_ints"));
      tensor.addDims(tensor.getInt64DataCount());
    } else {
      throw node.refuse(
          "attributes " + node.attributes().keySet(),
          "value, value_float(s) or value_int(s)",
          "Store the constant as an initialiser.");
    }
    return Constant.of(tensor.build(), node.output());
  }

  private static ImmutableList<Node> reachable(
      ImmutableList<Node> nodes, ImmutableSet<String> outputs) {
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
      throw Refusal.of(
          "graph input " + input.getName(),
          "no tensor shape",
          "a tensor with a static shape (the batch axis may be open)",
          "State it with --input-shape " + input.getName() + "=1xCxHxW.");
    }
    var tensor = input.getType().getTensorType();
    ImmutableList.Builder<Integer> dims = ImmutableList.builder();
    for (var dim : tensor.getShape().getDimList()) {
      dims.add(
          dim.hasDimValue() && dim.getDimValue() > 0 ? Ints.saturatedCast(dim.getDimValue()) : -1);
    }
    return new Input(
        input.getName(),
        OnnxType.of(tensor.getElemType()),
        OnnxType.describe(tensor.getElemType()),
        dims.build());
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
