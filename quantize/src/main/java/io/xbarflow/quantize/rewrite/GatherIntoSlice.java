package io.xbarflow.quantize.rewrite;

import com.google.common.collect.ImmutableList;
import io.xbarflow.quantize.graph.Attributes;
import io.xbarflow.quantize.graph.Bounds;
import io.xbarflow.quantize.graph.ElementType;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Node;
import io.xbarflow.quantize.graph.Refusals;
import io.xbarflow.quantize.graph.Stored;
import java.util.ArrayList;
import java.util.List;

/**
 * A Gather of one place, such as the last time step, becomes a Slice, with a Reshape behind it when
 * the axis goes.
 */
final class GatherIntoSlice implements Rewrite {
  @Override
  public Graph apply(Graph graph, Refusals refusals) {
    Graph result = graph;
    for (Node node : graph.nodes()) {
      Stored places = node.is("Gather") ? graph.stored().get(node.input(1)) : null;
      if (places != null && places.size() == 1 && !places.isReal()) {
        result = sliced(result, node, places);
      }
    }
    return result;
  }

  private static Graph sliced(Graph graph, Node node, Stored places) {
    ImmutableList<Integer> dims = graph.shape(node.input(0));
    int stated = node.attributes().integer("axis", 0);
    int axis = stated < 0 ? stated + dims.size() : stated;
    if (axis == 0) {
      return graph;
    }
    long place = places.integer(0) < 0 ? places.integer(0) + dims.get(axis) : places.integer(0);
    List<Integer> left = new ArrayList<>(dims);
    left.set(axis, 1);
    boolean drops = !left.equals(graph.shape(node.output()));
    String cut = drops ? node.output() + "_slice" : node.output();
    String stem = node.name() + "_slice";
    Graph result =
        graph
            .storing(stem + "_starts", one(place))
            .storing(stem + "_ends", one(place + 1))
            .storing(stem + "_axes", one(axis));
    Node slice =
        Node.of(
            node.name(),
            "Slice",
            ImmutableList.of(node.input(0), stem + "_starts", stem + "_ends", stem + "_axes"),
            cut,
            Attributes.NONE);
    if (!drops) {
      return result.replacing(node, slice);
    }
    ImmutableList<Integer> target = graph.shape(node.output());
    return result
        .storing(
            stem + "_dims",
            Stored.ofIntegers(
                ElementType.INT64,
                ImmutableList.of(target.size()),
                target.stream().mapToLong(Integer::longValue).toArray()))
        .referring(cut, ImmutableList.copyOf(left), new Graph.Reference(node.output(), Bounds.NONE))
        .replacing(
            node,
            slice,
            Node.of(
                node.name() + "_reshape",
                "Reshape",
                ImmutableList.of(cut, stem + "_dims"),
                node.output(),
                Attributes.NONE));
  }

  private static Stored one(long value) {
    return Stored.ofIntegers(ElementType.INT64, ImmutableList.of(1), value);
  }
}
