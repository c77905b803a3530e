package io.xbarflow.quantize.calibrate;

import com.google.common.collect.ImmutableSet;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Node;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The operators at both ends of a network that stay in float, for the host.
 *
 * <p>At the head these are Reshape and its kin and Transpose that make a map of a flat input; at
 * the tail Softmax and its kin, with what gives their operands and results other dimensions or
 * another order. A Reshape or Transpose that stands alone is no host's work: it moves bytes.
 *
 * @param input the first value that is quantised
 * @param head results of the nodes before it
 * @param tail results of the nodes behind the last quantised values
 */
public record HostEnds(String input, ImmutableSet<String> head, ImmutableSet<String> tail) {
  /** Functions that the host has. */
  private static final ImmutableSet<String> FUNCTIONS =
      ImmutableSet.of("Softmax", "LogSoftmax", "Sigmoid", "ArgMax");

  /**
   * The ends of {@code graph}, which has one input.
   *
   * @param integerInput whether the graph input is quantised, whatever follows
   */
  public static HostEnds of(Graph graph, boolean integerInput) {
    String given = graph.inputs().isEmpty() ? "" : graph.inputs().get(0).name();
    List<String> head = new ArrayList<>();
    boolean reshapes = false;
    Optional<Node> next = integerInput ? Optional.empty() : reader(graph, given);
    String value = given;
    while (next.isPresent() && isMove(next.get())) {
      reshapes |= Operators.isReshape(next.get());
      value = next.get().output();
      head.add(value);
      next = reader(graph, value);
    }
    boolean flat = reshapes && graph.shape(value).size() > 2 && next.isPresent();
    return new HostEnds(
        flat ? value : given,
        flat ? ImmutableSet.copyOf(head) : ImmutableSet.of(),
        ImmutableSet.copyOf(tail(graph)));
  }

  private static Optional<Node> reader(Graph graph, String value) {
    return graph.onlyReader(value);
  }

  private static boolean isMove(Node node) {
    return node.domain().isEmpty() && (Operators.isReshape(node) || node.is("Transpose"));
  }

  private static boolean isFunction(Node node) {
    return node.domain().isEmpty() && FUNCTIONS.contains(node.opType());
  }

  private static Set<String> tail(Graph graph) {
    Set<String> inner = new HashSet<>(); // read by something that is not the host's
    Set<String> last = new HashSet<>(); // functions, or in front of one
    Set<String> tail = new HashSet<>();
    var readers = graph.readers();
    for (Node node : graph.nodes().reverse()) {
      boolean free = node.outputs().stream().noneMatch(inner::contains);
      boolean candidate = free && (isFunction(node) || isMove(node));
      boolean leads = readers.get(node.output()).stream().anyMatch(r -> last.contains(r.output()));
      if (candidate && (isFunction(node) || leads)) {
        last.add(node.output());
      }
      if (candidate && (isFunction(node) || !(leads && graph.isOutput(node.output())))) {
        tail.add(node.output());
      } else {
        node.inputs().forEach(inner::add);
      }
    }
    // What is behind a function, and from the first Transpose in front of one.
    Set<String> behind = new HashSet<>();
    Set<String> kept = new HashSet<>();
    for (Node node : graph.nodes()) {
      if (tail.contains(node.output())) {
        boolean after = behind.contains(node.input(0));
        boolean starts = isFunction(node) || (node.is("Transpose") && last.contains(node.output()));
        if (after || starts) {
          kept.add(node.output());
          behind.add(node.output());
        }
      }
    }
    return kept;
  }

  /** Whether {@code node} is the host's. */
  public boolean isHost(Node node) {
    return head.contains(node.output()) || tail.contains(node.output());
  }

  /** The quantised value from which the host computes {@code value} of {@code graph}. */
  public String source(Graph graph, String value) {
    String from = value;
    while (tail.contains(from)) {
      from = graph.producers().get(from).input(0);
    }
    return from;
  }
}
