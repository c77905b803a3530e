package io.xbarflow.quantize.rewrite;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Iterables;
import io.xbarflow.quantize.graph.Bounds;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Node;
import java.util.Optional;

/**
 * A Relu or Clip behind a MaxPool goes before it, where it costs nothing: both do not decrease, so
 * they may be exchanged.
 */
final class ClampBeforePool implements Rewrite {
  @Override
  public Graph apply(Graph graph) {
    Graph result = graph;
    for (Node clamp : graph.nodes()) {
      Optional<Bounds> bounds = Folding.bounds(result, clamp);
      Optional<Node> pool =
          bounds
              .flatMap(b -> graph.onlyReader(clamp.input(0)))
              .map(reader -> graph.producers().get(clamp.input(0)))
              .filter(producer -> producer.is("MaxPool") && producer.outputs().size() == 1)
              .filter(producer -> graph.onlyReader(producer.input(0)).isPresent());
      if (pool.isPresent()) {
        result = exchanged(result, pool.get(), clamp, bounds.get());
      }
    }
    return result;
  }

  private static Graph exchanged(Graph graph, Node pool, Node clamp, Bounds bounds) {
    String source = pool.input(0);
    String clamped = clamp.output() + "_before_pool";
    ImmutableList.Builder<String> inputs = ImmutableList.builder();
    inputs.add(source).addAll(clamp.inputs().subList(1, clamp.inputs().size()));
    Node first = clamp.withInputs(inputs.build()).withOutput(clamped);
    Node second = pool.withInputs(ImmutableList.of(clamped)).withOutput(clamp.output());
    Graph.Reference reference = graph.reference(source);
    return graph
        .referring(
            clamped,
            graph.shape(source),
            new Graph.Reference(reference.value(), reference.bounds().then(bounds)))
        .withNodes(
            Iterables.concat(
                graph.nodes().subList(0, graph.nodes().indexOf(pool)),
                ImmutableList.of(first, second),
                rest(graph, pool, clamp)));
  }

  /** The nodes behind {@code pool}, without {@code clamp}. */
  private static Iterable<Node> rest(Graph graph, Node pool, Node clamp) {
    return Iterables.filter(
        graph.nodes().subList(graph.nodes().indexOf(pool) + 1, graph.nodes().size()),
        node -> !node.equals(clamp));
  }
}
