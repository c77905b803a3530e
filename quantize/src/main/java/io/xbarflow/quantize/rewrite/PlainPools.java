package io.xbarflow.quantize.rewrite;

import com.google.common.collect.ImmutableList;
import io.xbarflow.quantize.graph.Attributes;
import io.xbarflow.quantize.graph.Bounds;
import io.xbarflow.quantize.graph.ElementType;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Node;
import io.xbarflow.quantize.graph.Refusals;
import io.xbarflow.quantize.graph.Stored;

/**
 * ReduceMean over all rows and columns becomes GlobalAveragePool, with a Reshape behind it when it
 * drops the axes; GlobalMaxPool becomes a MaxPool with one window.
 */
final class PlainPools implements Rewrite {
  @Override
  public Graph apply(Graph graph, Refusals refusals) {
    Graph result = graph;
    for (Node node : graph.nodes()) {
      if (node.is("ReduceMean")) {
        result = refusals.attempt(result, node, last -> mean(last, node));
      } else if (node.is("GlobalMaxPool")) {
        ImmutableList<Integer> dims = graph.shape(node.input(0));
        result =
            result.replacing(
                node,
                Node.of(
                    node.name(),
                    "MaxPool",
                    node.inputs(),
                    node.output(),
                    Attributes.of("kernel_shape", dims.subList(2, dims.size()))));
      }
    }
    return result;
  }

  private static Graph mean(Graph graph, Node node) {
    ImmutableList<Integer> dims = graph.shape(node.input(0));
    ImmutableList<Integer> stated =
        node.hasInput(1) && graph.isStored(node.input(1))
            ? graph.stored().get(node.input(1)).asInts()
            : node.attributes().integers("axes");
    ImmutableList<Integer> axes =
        stated.stream()
            .map(axis -> axis < 0 ? axis + dims.size() : axis)
            .sorted()
            .collect(ImmutableList.toImmutableList());
    boolean spatial = dims.size() == 4 && axes.equals(ImmutableList.of(2, 3));
    if (!spatial && !(dims.size() == 3 && axes.equals(ImmutableList.of(2)))) {
      throw node.refuse(
          "a mean over axes " + axes + " of " + dims.size(),
          "a mean over all rows and columns",
          "Use GlobalAveragePool.");
    }
    if (node.attributes().integer("keepdims", 1) == 1) {
      return graph.replacing(node, pool(node, node.output()));
    }
    String pooled = node.output() + "_pooled";
    String target = node.output() + "_dims";
    ImmutableList.Builder<Integer> kept = ImmutableList.builder();
    kept.addAll(dims.subList(0, 2)).addAll(axes.stream().map(axis -> 1).iterator());
    return graph
        .storing(target, Stored.ofIntegers(ElementType.INT64, ImmutableList.of(2), 0, dims.get(1)))
        .referring(pooled, kept.build(), new Graph.Reference(node.output(), Bounds.NONE))
        .replacing(
            node,
            pool(node, pooled),
            Node.of(
                node.name() + "_reshape",
                "Reshape",
                ImmutableList.of(pooled, target),
                node.output(),
                Attributes.NONE));
  }

  private static Node pool(Node mean, String output) {
    return Node.of(
        mean.name(), "GlobalAveragePool", ImmutableList.of(mean.input(0)), output, Attributes.NONE);
  }
}
