package io.xbarflow.quantize.graph;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Iterables;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An ONNX graph.
 *
 * @param name of the graph
 * @param opset version of the ai.onnx operators
 * @param inputs graph inputs that are not stored
 * @param outputs graph outputs
 * @param nodes in topological order
 * @param stored initialisers and constants by value name
 * @param shapes dimensions of values, the batch axis first; of those that are known
 * @param references for values that the original graph does not have: which of its values they are
 */
public record Graph(
    String name,
    int opset,
    ImmutableList<Port> inputs,
    ImmutableList<Port> outputs,
    ImmutableList<Node> nodes,
    ImmutableMap<String, Stored> stored,
    ImmutableMap<String, ImmutableList<Integer>> shapes,
    ImmutableMap<String, Reference> references) {

  /**
   * A graph input or output.
   *
   * @param name value name
   * @param type element type
   * @param dims dimensions with the batch axis first, -1 for an open one; empty when unknown
   */
  public record Port(String name, ElementType type, ImmutableList<Integer> dims) {}

  /**
   * A value in terms of the original graph.
   *
   * @param value the original value
   * @param bounds what it is clamped to
   * @param inOrder whether its values stand in the same order
   */
  public record Reference(String value, Bounds bounds, boolean inOrder) {
    /** A value in the same order. */
    public Reference(String value, Bounds bounds) {
      this(value, bounds, true);
    }

    /** The same values clamped. */
    public Reference then(Bounds clamp) {
      return new Reference(value, bounds.then(clamp), inOrder);
    }

    /** The same values in another order, which can be compared as a set only. */
    public Reference inAnotherOrder() {
      return new Reference(value, bounds, false);
    }
  }

  /** The same with other nodes, without those that no output needs and what only they read. */
  public Graph withNodes(Iterable<Node> others) {
    Set<String> needed = new HashSet<>();
    outputs.forEach(output -> needed.add(output.name()));
    ImmutableList.Builder<Node> kept = ImmutableList.builder();
    for (Node node : ImmutableList.copyOf(others).reverse()) {
      if (node.outputs().stream().anyMatch(o -> !o.isEmpty() && needed.contains(o))) {
        kept.add(node);
        needed.addAll(node.inputs());
      }
    }
    Map<String, Stored> left = new LinkedHashMap<>(stored);
    left.keySet().retainAll(needed);
    return new Graph(
        name,
        opset,
        inputs.stream()
            .filter(input -> needed.contains(input.name()))
            .collect(ImmutableList.toImmutableList()),
        outputs,
        kept.build().reverse(),
        ImmutableMap.copyOf(left),
        shapes,
        references);
  }

  /** The same with {@code node} replaced by others. */
  public Graph replacing(Node node, Node... by) {
    int at = nodes.indexOf(node);
    checkArgument(at >= 0, "%s is not in the graph", node);
    return withNodes(
        Iterables.concat(
            nodes.subList(0, at), ImmutableList.copyOf(by), nodes.subList(at + 1, nodes.size())));
  }

  /** The same with a tensor stored, in the place of an earlier one of that name if there is one. */
  public Graph storing(String value, Stored tensor) {
    return storing(ImmutableMap.of(value, tensor));
  }

  /** The same with tensors stored. */
  public Graph storing(Map<String, Stored> tensors) {
    Map<String, Stored> all = new LinkedHashMap<>(stored);
    all.putAll(tensors);
    return new Graph(
        name, opset, inputs, outputs, nodes, ImmutableMap.copyOf(all), shapes, references);
  }

  /** The same with {@code known} as the dimensions of values. */
  public Graph withShapes(Map<String, ImmutableList<Integer>> known) {
    return new Graph(
        name, opset, inputs, outputs, nodes, stored, ImmutableMap.copyOf(known), references);
  }

  /** The same with a value that the original graph has by another name or without a clamp. */
  public Graph referring(String value, ImmutableList<Integer> dims, Reference reference) {
    Map<String, ImmutableList<Integer>> allShapes = new LinkedHashMap<>(shapes);
    allShapes.put(value, dims);
    Map<String, Reference> all = new LinkedHashMap<>(references);
    all.put(value, reference);
    return new Graph(
        name,
        opset,
        inputs,
        outputs,
        nodes,
        stored,
        ImmutableMap.copyOf(allShapes),
        ImmutableMap.copyOf(all));
  }

  /** The part of this graph that gives {@code value}. */
  public Graph upTo(String value) {
    Port end = new Port(value, ElementType.FLOAT, ImmutableList.of());
    return new Graph(name, opset, inputs, ImmutableList.of(end), nodes, stored, shapes, references)
        .withNodes(nodes);
  }

  /** What {@code value} is in the original graph. */
  public Reference reference(String value) {
    return references.getOrDefault(value, new Reference(value, Bounds.NONE));
  }

  /** The nodes that read each value, one entry per operand. */
  public ImmutableListMultimap<String, Node> readers() {
    ImmutableListMultimap.Builder<String, Node> readers = ImmutableListMultimap.builder();
    nodes.forEach(node -> node.inputs().forEach(input -> readers.put(input, node)));
    return readers.build();
  }

  /** The node that writes each value. */
  public ImmutableMap<String, Node> producers() {
    Map<String, Node> producers = new LinkedHashMap<>();
    nodes.forEach(node -> node.outputs().forEach(output -> producers.put(output, node)));
    return ImmutableMap.copyOf(producers);
  }

  /** Whether {@code value} is a graph output. */
  public boolean isOutput(String value) {
    return outputs.stream().anyMatch(output -> output.name().equals(value));
  }

  /** The node that is the only reader of {@code value}, if there is one and it is no output. */
  public Optional<Node> onlyReader(String value) {
    ImmutableList<Node> reading = readers().get(value);
    return reading.size() == 1 && !isOutput(value) ? Optional.of(reading.get(0)) : Optional.empty();
  }

  /** Whether {@code value} is stored. */
  public boolean isStored(String value) {
    return stored.containsKey(value);
  }

  /** Dimensions of a feature map. */
  public ImmutableList<Integer> shape(String value) {
    ImmutableList<Integer> shape = shapes.get(value);
    checkArgument(shape != null, "no shape of %s", value);
    return shape;
  }
}
