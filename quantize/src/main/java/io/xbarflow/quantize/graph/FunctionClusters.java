package io.xbarflow.quantize.graph;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Functions of one value that are made of several operators, such as x * sigmoid(x) or GELU: what
 * is between the value and the result is read by nothing else, and so needs no quantisation.
 */
public final class FunctionClusters {
  /** Functions of one value; tables of 256 values. */
  private static final ImmutableSet<String> FUNCTIONS =
      ImmutableSet.<String>builder()
          .add("Sigmoid", "Tanh", "LeakyRelu", "HardSigmoid", "HardSwish", "Abs", "Neg", "PRelu")
          .add("Elu", "Selu", "Celu", "Gelu", "Mish", "Softplus", "Softsign", "Erf")
          .add("ThresholdedRelu", "Shrink", "Exp", "Log", "Sqrt", "Reciprocal", "Sin", "Cos")
          .add("Floor", "Ceil", "Round", "Sign")
          .build();

  private static final ImmutableSet<String> CLAMPS = ImmutableSet.of("Relu", "Clip");

  private static final ImmutableSet<String> AFFINE = ImmutableSet.of("Add", "Sub", "Mul", "Div");

  private static final ImmutableSet<String> OTHERS = ImmutableSet.of("Min", "Max", "Pow", "Where");

  /** Their results are no reals. */
  private static final ImmutableSet<String> CONDITIONS =
      ImmutableSet.<String>builder()
          .add("Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Equal")
          .add("Not", "And", "Or", "Xor")
          .build();

  /**
   * A function.
   *
   * @param input the value that it is a function of
   * @param nodes its operators in order; the last one gives the result
   */
  public record Cluster(String input, ImmutableList<Node> nodes) {
    /** The operator that gives the result. */
    public Node end() {
      return nodes.get(nodes.size() - 1);
    }
  }

  private final Graph graph;
  private final Predicate<Node> excluded;
  private final ImmutableListMultimap<String, Node> readers;
  private final ImmutableMap<String, Node> producers;
  private final Map<Node, Integer> places = new HashMap<>();
  private final Map<String, String> roots = new HashMap<>();
  private final Map<String, Cluster> clusters = new HashMap<>(); // by result of every operator

  private FunctionClusters(Graph graph, Predicate<Node> excluded) {
    this.graph = graph;
    this.excluded = excluded;
    readers = graph.readers();
    producers = graph.producers();
    for (Node node : graph.nodes()) {
      places.put(node, places.size());
      roots.put(node.output(), root(node));
    }
    for (Node node : graph.nodes().reverse()) {
      boolean ends = isElementWise(node) && !isClamp(node) && !isCondition(node);
      if (ends && !clusters.containsKey(node.output())) {
        grow(node);
      }
    }
  }

  /** Those of {@code graph}, without the nodes that are {@code excluded}. */
  public static FunctionClusters of(Graph graph, Predicate<Node> excluded) {
    return new FunctionClusters(graph, excluded);
  }

  /** Whether {@code node} is a function of one value by itself. */
  public static boolean isFunction(Node node) {
    return node.domain().isEmpty() && FUNCTIONS.contains(node.opType());
  }

  /** The cluster that {@code node} belongs to. */
  public Optional<Cluster> of(Node node) {
    return Optional.ofNullable(clusters.get(node.output()));
  }

  /** Whether {@code node} belongs to a cluster whose result is another node's. */
  public boolean isInner(Node node) {
    return of(node).filter(cluster -> !cluster.end().output().equals(node.output())).isPresent();
  }

  /** Whether {@code node} computes of two values that are functions of one. */
  public boolean isMeeting(Node node) {
    return isElementWise(node) && !isCondition(node) && values(node).size() > 1;
  }

  private static boolean isCondition(Node node) {
    return CONDITIONS.contains(node.opType());
  }

  private static boolean isClamp(Node node) {
    return CLAMPS.contains(node.opType());
  }

  /** Operands that are not stored. */
  private List<String> values(Node node) {
    return node.inputs().stream()
        .filter(input -> !input.isEmpty() && !graph.isStored(input))
        .distinct()
        .collect(Collectors.toList());
  }

  /** The value that the result of {@code node} is a function of: itself, when of no other one. */
  private String root(Node node) {
    return isElementWise(node) ? rootOf(values(node).get(0)) : node.output();
  }

  private String rootOf(String value) {
    return roots.getOrDefault(value, value);
  }

  /** Whether {@code node} computes every value by itself, of functions of one value. */
  private boolean isElementWise(Node node) {
    boolean last = graph.isOutput(node.output()) && readers.get(node.output()).isEmpty();
    if (!node.domain().isEmpty()
        || node.outputs().size() != 1
        || excluded.test(node)
        || (last && node.is("Sigmoid"))) {
      return false;
    }
    List<String> values = values(node);
    if (values.stream().map(this::rootOf).distinct().count() != 1) {
      return false;
    }
    if (FUNCTIONS.contains(node.opType())) {
      return values.size() == 1 && node.input(0).equals(values.get(0));
    }
    boolean numbers =
        node.inputs().stream()
            .filter(graph::isStored)
            .allMatch(input -> graph.stored().get(input).size() == 1);
    return numbers
        && (isClamp(node)
            || AFFINE.contains(node.opType())
            || CONDITIONS.contains(node.opType())
            || OTHERS.contains(node.opType()));
  }

  private void grow(Node end) {
    TreeMap<Integer, Node> open = new TreeMap<>(Collections.reverseOrder());
    Map<String, Node> members = new LinkedHashMap<>(); // the last first
    open.put(places.get(end), end);
    while (!open.isEmpty()) {
      Node node = open.pollFirstEntry().getValue();
      members.put(node.output(), node);
      for (String value : values(node)) {
        Node before = producers.get(value);
        if (before != null && isElementWise(before) && !graph.isOutput(value)) {
          open.putIfAbsent(places.get(before), before);
        }
      }
      // Readers come later than what they read, so that all of them are members by now, or never.
      while (!open.isEmpty() && !isReadBy(members, open.firstEntry().getValue().output())) {
        open.pollFirstEntry();
      }
    }
    List<Node> nodes = new ArrayList<>(members.values());
    Collections.reverse(nodes);
    while (nodes.size() > 1 && leadsAll(nodes)) {
      nodes.remove(0);
    }
    Set<String> inputs = inputs(nodes);
    if (nodes.size() > 1 && inputs.size() == 1) {
      Cluster cluster = new Cluster(inputs.iterator().next(), ImmutableList.copyOf(nodes));
      nodes.forEach(node -> clusters.put(node.output(), cluster));
    }
  }

  private boolean isReadBy(Map<String, Node> members, String value) {
    return readers.get(value).stream().allMatch(reader -> members.containsKey(reader.output()));
  }

  private Set<String> inputs(Collection<Node> nodes) {
    Set<String> results = nodes.stream().map(Node::output).collect(Collectors.toSet());
    return nodes.stream()
        .flatMap(node -> values(node).stream())
        .filter(value -> !results.contains(value))
        .collect(Collectors.toSet());
  }

  /**
   * Whether the first of {@code nodes} is a clamp, a sum or a product with a number through which
   * all goes: it belongs to what is before.
   */
  private boolean leadsAll(List<Node> nodes) {
    Node first = nodes.get(0);
    boolean plain = isClamp(first) || AFFINE.contains(first.opType());
    return plain
        && values(first).size() == 1
        && inputs(nodes.subList(1, nodes.size())).equals(Set.of(first.output()));
  }
}
