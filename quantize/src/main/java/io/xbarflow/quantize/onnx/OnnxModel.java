package io.xbarflow.quantize.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Ints;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.onnx.ImportSettings;
import io.xbarflow.core.onnx.ModelFile;
import io.xbarflow.quantize.graph.Attributes;
import io.xbarflow.quantize.graph.Bounds;
import io.xbarflow.quantize.graph.ElementType;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Node;
import io.xbarflow.quantize.graph.Stored;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A float ONNX file: the graph in it, and the file again with other outputs. */
public final class OnnxModel {
  private static final int OLDEST_OPSET = 7;
  private static final int NEWEST_OPSET = 25;

  /**
   * What newer models are read as: opsets 22 to 25 add element types and operators, but change
   * nothing that the operators of this stage compute, and ONNX Runtime 1.20 runs no newer ones.
   */
  private static final int OPSET_THAT_RUNS = 21;

  /** The file format of that opset; the newer ones add nothing that is read here. */
  private static final int IR_THAT_RUNS = 10;

  private final ModelProto model;

  private OnnxModel(ModelProto model) {
    this.model = model;
  }

  /**
   * Reads {@code file}.
   *
   * @throws UserException when it cannot be read, is no ONNX model, or its graph is not sound
   */
  public static OnnxModel read(Path file) {
    return read(file, ImportSettings.NONE);
  }

  /**
   * Reads {@code file} with what {@code settings} say of it.
   *
   * @throws UserException as {@link #read(Path)}, and when the settings do not fit the model
   */
  public static OnnxModel read(Path file, ImportSettings settings) {
    ModelProto model = ModelFile.read(file, settings).model();
    GraphCheck.require(model.getGraph());
    return new OnnxModel(withOpsetThatRuns(withoutSums(model)));
  }

  private static ModelProto withOpsetThatRuns(ModelProto model) {
    ModelProto.Builder older = model.toBuilder();
    for (OperatorSetIdProto.Builder entry : older.getOpsetImportBuilderList()) {
      boolean known = isOnnx(entry.getDomain()) && entry.getVersion() <= NEWEST_OPSET;
      if (known && entry.getVersion() > OPSET_THAT_RUNS) {
        entry.setVersion(OPSET_THAT_RUNS);
      }
    }
    return older.setIrVersion(Math.min(model.getIrVersion(), IR_THAT_RUNS)).build();
  }

  private static boolean isOnnx(String domain) {
    return domain.isEmpty() || domain.equals("ai.onnx");
  }

  /** {@code model} with additions of two in the place of every Sum, in the same order. */
  private static ModelProto withoutSums(ModelProto model) {
    GraphProto.Builder graph = model.getGraph().toBuilder().clearNode();
    for (NodeProto node : model.getGraph().getNodeList()) {
      if (node.getOpType().equals("Sum") && node.getDomain().isEmpty()) {
        additions(node).forEach(graph::addNode);
      } else {
        graph.addNode(node);
      }
    }
    return model.toBuilder().setGraph(graph).build();
  }

  private static ImmutableList<NodeProto> additions(NodeProto sum) {
    int operands = sum.getInputCount();
    if (operands < 2) {
      return ImmutableList.of(sum.toBuilder().setOpType("Identity").build());
    }
    ImmutableList.Builder<NodeProto> additions = ImmutableList.builder();
    String left = sum.getInput(0);
    for (int i = 1; i < operands; i++) {
      boolean last = i == operands - 1;
      String result = last ? sum.getOutput(0) : sum.getOutput(0) + "_sum_" + i;
      NodeProto.Builder addition = NodeProto.newBuilder().setOpType("Add");
      if (!sum.getName().isEmpty()) {
        addition.setName(last ? sum.getName() : sum.getName() + "_" + i);
      }
      additions.add(addition.addInput(left).addInput(sum.getInput(i)).addOutput(result).build());
      left = result;
    }
    return additions.build();
  }

  /**
   * The graph, without shapes and without the nodes that no output needs.
   *
   * @throws UserException when something in it cannot be read
   */
  public Graph graph() {
    GraphProto proto = model.getGraph();
    Map<String, Stored> stored = new LinkedHashMap<>();
    proto
        .getInitializerList()
        .forEach(tensor -> Tensors.read(tensor).ifPresent(s -> stored.put(tensor.getName(), s)));
    ImmutableList.Builder<Node> nodes = ImmutableList.builder();
    Names names = new Names(proto);
    for (NodeProto node : proto.getNodeList()) {
      nodes.add(node(node, names.next(node)));
    }
    Graph all =
        new Graph(
            proto.getName(),
            opset(),
            inputs(stored.keySet()),
            proto.getOutputList().stream()
                .map(OnnxModel::port)
                .collect(ImmutableList.toImmutableList()),
            nodes.build(),
            ImmutableMap.copyOf(stored),
            ImmutableMap.of(),
            ImmutableMap.of());
    return all.withNodes(all.nodes());
  }

  private ImmutableList<Graph.Port> inputs(Set<String> stored) {
    return model.getGraph().getInputList().stream()
        .filter(input -> !stored.contains(input.getName()))
        .map(OnnxModel::port)
        .collect(ImmutableList.toImmutableList());
  }

  private int opset() {
    for (OperatorSetIdProto entry : model.getOpsetImportList()) {
      if (isOnnx(entry.getDomain())) {
        if (entry.getVersion() < OLDEST_OPSET || entry.getVersion() > NEWEST_OPSET) {
          throw UserException.badInput(
              "ONNX model",
              "opset " + entry.getVersion(),
              "ai.onnx opset " + OLDEST_OPSET + " to " + NEWEST_OPSET,
              "Convert it with onnx.version_converter, or export it again with another opset.");
        }
        return Ints.checkedCast(entry.getVersion());
      }
    }
    return OPSET_THAT_RUNS;
  }

  private static Graph.Port port(ValueInfoProto value) {
    var tensor = value.getType().getTensorType();
    ElementType type = ElementType.FLOAT;
    for (ElementType known : ElementType.values()) {
      type = known.code() == tensor.getElemType() ? known : type;
    }
    ImmutableList.Builder<Integer> dims = ImmutableList.builder();
    for (var dim : tensor.getShape().getDimList()) {
      boolean fixed = dim.hasDimValue() && dim.getDimValue() > 0;
      dims.add(fixed ? Ints.saturatedCast(dim.getDimValue()) : -1);
    }
    return new Graph.Port(value.getName(), type, dims.build());
  }

  private static Node node(NodeProto node, String name) {
    ImmutableMap.Builder<String, Object> attributes = ImmutableMap.builder();
    node.getAttributeList()
        .forEach(
            attribute ->
                Tensors.attribute(attribute)
                    .ifPresent(value -> attributes.put(attribute.getName(), value)));
    return new Node(
        name,
        node.getDomain().equals("ai.onnx") ? "" : node.getDomain(),
        node.getOpType(),
        ImmutableList.copyOf(node.getInputList()),
        ImmutableList.copyOf(node.getOutputList()),
        new Attributes(attributes.buildKeepingLast()),
        Bounds.NONE);
  }

  /**
   * The file with {@code outputs} as its graph outputs and {@code inputs} as its only inputs that
   * are not stored.
   */
  public byte[] withOutputs(Collection<String> outputs, Collection<String> inputs) {
    Set<String> stored = new HashSet<>();
    model.getGraph().getInitializerList().forEach(tensor -> stored.add(tensor.getName()));
    GraphProto.Builder graph = model.getGraph().toBuilder().clearOutput().clearInput();
    model.getGraph().getInputList().stream()
        .filter(input -> stored.contains(input.getName()) || inputs.contains(input.getName()))
        .forEach(graph::addInput);
    Map<String, ValueInfoProto> known = new LinkedHashMap<>();
    model.getGraph().getOutputList().forEach(output -> known.put(output.getName(), output));
    for (String output : outputs) {
      graph.addOutput(
          known.getOrDefault(output, ValueInfoProto.newBuilder().setName(output).build()));
    }
    return model.toBuilder().setGraph(graph).build().toByteArray();
  }

  /** Gives every node a unique name. */
  private static final class Names {
    private final Set<String> used = new HashSet<>();
    private final Set<String> given = new HashSet<>();
    private int next;

    Names(GraphProto graph) {
      graph.getNodeList().forEach(node -> given.add(node.getName()));
    }

    String next(NodeProto node) {
      String name = node.getName();
      while (name.isEmpty() || !used.add(name)) {
        String candidate = node.getOpType().toLowerCase(Locale.ROOT) + "_" + next++;
        name = given.contains(candidate) ? "" : candidate;
      }
      return name;
    }
  }
}
