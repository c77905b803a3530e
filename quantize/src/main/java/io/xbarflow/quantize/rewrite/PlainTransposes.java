package io.xbarflow.quantize.rewrite;

import com.google.common.collect.ImmutableList;
import io.xbarflow.quantize.graph.Attributes;
import io.xbarflow.quantize.graph.ElementType;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Node;
import io.xbarflow.quantize.graph.Refusals;
import io.xbarflow.quantize.graph.Stored;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A Transpose of a Transpose becomes one, or nothing; one that moves only axes of extent 1 becomes
 * a Reshape.
 */
final class PlainTransposes implements Rewrite {
  @Override
  public Graph apply(Graph graph, Refusals refusals) {
    Map<String, Node> transposes = new HashMap<>();
    Map<String, String> same = new HashMap<>();
    Map<String, Stored> targets = new HashMap<>();
    List<Node> nodes = new ArrayList<>();
    for (Node given : graph.nodes()) {
      Node node =
          given.withInputs(
              given.inputs().stream().map(input -> same.getOrDefault(input, input)).toList());
      if (node.is("Transpose") && !graph.isStored(node.input(0))) {
        ImmutableList<Integer> perm = perm(graph, node);
        Node before = transposes.get(node.input(0));
        if (before != null) {
          perm = LastAxisProducts.permuted(perm(graph, before), perm);
          node = node.withInputs(before.inputs()).withAttributes(Attributes.of("perm", perm));
        }
        boolean nothing = perm.stream().sorted().toList().equals(perm);
        if (nothing && !graph.isOutput(node.output())) {
          same.put(node.output(), node.input(0));
          continue;
        }
        if (nothing || movesNothing(graph.shape(node.input(0)), perm)) {
          String target = node.name() + "_dims";
          targets.put(target, dims(graph.shape(node.output())));
          node =
              Node.of(
                  node.name(),
                  "Reshape",
                  ImmutableList.of(node.input(0), target),
                  node.output(),
                  Attributes.NONE);
        } else {
          transposes.put(node.output(), node);
        }
      }
      nodes.add(node);
    }
    return graph.storing(targets).withNodes(nodes);
  }

  private static ImmutableList<Integer> perm(Graph graph, Node node) {
    ImmutableList<Integer> stated = node.attributes().integers("perm");
    if (!stated.isEmpty()) {
      return stated;
    }
    int rank = graph.shape(node.input(0)).size();
    ImmutableList.Builder<Integer> reversed = ImmutableList.builder();
    for (int axis = rank - 1; axis >= 0; axis--) {
      reversed.add(axis);
    }
    return reversed.build();
  }

  private static boolean movesNothing(ImmutableList<Integer> dims, ImmutableList<Integer> perm) {
    List<Integer> longAxes = perm.stream().filter(axis -> dims.get(axis) > 1).toList();
    return perm.get(0) == 0 && longAxes.stream().sorted().toList().equals(longAxes);
  }

  private static Stored dims(ImmutableList<Integer> shape) {
    return Stored.ofIntegers(
        ElementType.INT64,
        ImmutableList.of(shape.size()),
        shape.stream().mapToLong(Integer::longValue).toArray());
  }
}
