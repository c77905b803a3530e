package io.xbarflow.quantize.rewrite;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Iterables;
import io.xbarflow.quantize.graph.Bounds;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Node;
import io.xbarflow.quantize.graph.Refusals;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A Relu or Clip behind operators that move or compare values goes before them: a clamp does not
 * decrease and takes each value by itself, so they may be exchanged. There it becomes a bound of
 * what computes the values, and no code is spent on what it cuts off.
 */
final class ClampBeforeMoves implements Rewrite {
  private static final ImmutableSet<String> MOVING =
      ImmutableSet.of(
          "MaxPool", "Slice", "Transpose", "Reshape", "Flatten", "Squeeze", "Unsqueeze");

  @Override
  public Graph apply(Graph graph, Refusals refusals) {
    Graph result = graph;
    for (Node clamp : graph.nodes()) {
      result = refusals.attempt(result, clamp, last -> exchanged(last, clamp));
    }
    return result;
  }

  private static Graph exchanged(Graph graph, Node clamp) {
    Optional<Bounds> bounds = Folding.bounds(graph, clamp);
    if (bounds.isEmpty()) {
      return graph;
    }
    List<Node> moves = new ArrayList<>(); // the last first
    String value = clamp.input(0);
    while (graph.onlyReader(value).isPresent() && moves(graph, value)) {
      Node move = graph.producers().get(value);
      moves.add(move);
      value = move.input(0);
    }
    // Where something else reads the value too, a clamp before is a table as it is one behind.
    if (moves.isEmpty()
        || graph.onlyReader(value).isEmpty()
        || !graph.producers().containsKey(value)) {
      return graph;
    }
    return exchanged(graph, clamp, bounds.get(), moves);
  }

  private static boolean moves(Graph graph, String value) {
    Node node = graph.producers().get(value);
    return node != null
        && node.domain().isEmpty()
        && MOVING.contains(node.opType())
        && node.outputs().size() == 1;
  }

  private static Graph exchanged(Graph graph, Node clamp, Bounds bounds, List<Node> moves) {
    Graph result = graph;
    List<Node> added = new ArrayList<>();
    String clamped = "";
    for (int i = moves.size(); i >= 0; i--) {
      Node node = i == moves.size() ? clamp : moves.get(i);
      String before = i == 0 ? clamp.input(0) : moves.get(i - 1).input(0);
      String output = i == 0 ? clamp.output() : before + "_clamped";
      String input = i == moves.size() ? before : clamped;
      added.add(
          node.withInputs(
                  Iterables.concat(List.of(input), node.inputs().subList(1, node.inputs().size())))
              .withOutput(output));
      if (i > 0) {
        Graph.Reference reference = graph.reference(before);
        result = result.referring(output, graph.shape(before), reference.then(bounds));
      }
      clamped = output;
    }
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (node.equals(moves.get(moves.size() - 1))) {
        nodes.addAll(added);
      } else if (!node.equals(clamp) && !moves.contains(node)) {
        nodes.add(node);
      }
    }
    return result.withNodes(nodes);
  }
}
