package io.xbarflow.quantize.rewrite;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.quantize.graph.Attributes;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Node;
import io.xbarflow.quantize.graph.Refusals;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What does nothing at inference: its readers read what it reads. That are Identity and Dropout, a
 * Concat or Sum of one operand, padding by nothing, an average over windows of one pixel.
 */
final class DropIdentities implements Rewrite {
  private static final ImmutableSet<String> OF_ONE =
      ImmutableSet.of("Concat", "Sum", "Mean", "Max", "Min");

  @Override
  public Graph apply(Graph graph, Refusals refusals) {
    Map<String, String> same = new HashMap<>();
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      ImmutableList<String> inputs =
          node.inputs().stream()
              .map(input -> same.getOrDefault(input, input))
              .collect(ImmutableList.toImmutableList());
      boolean drops = doesNothing(graph, node);
      if (drops && !graph.isOutput(node.output())) {
        same.put(node.output(), inputs.get(0));
      } else if (drops) {
        // A graph output keeps its name: a Reshape to the same dimensions.
        nodes.add(
            Node.of(node.name(), "Identity", inputs.subList(0, 1), node.output(), Attributes.NONE));
      } else {
        nodes.add(node.withInputs(inputs));
      }
    }
    return graph.withNodes(nodes);
  }

  private static boolean doesNothing(Graph graph, Node node) {
    if (node.is("Identity") || node.is("Dropout")) {
      return true;
    }
    if (node.is("Pad")) {
      ImmutableList<Integer> pads = PadIntoConvolution.pads(graph, node);
      return !pads.isEmpty() && pads.stream().allMatch(pad -> pad == 0);
    }
    if (node.is("AveragePool")) {
      return node.attributes().integers("kernel_shape").stream().allMatch(extent -> extent == 1)
          && node.attributes().integers("strides").stream().allMatch(step -> step == 1)
          && node.attributes().integers("pads").stream().allMatch(pad -> pad == 0);
    }
    return node.domain().isEmpty()
        && OF_ONE.contains(node.opType())
        && node.inputs().size() == 1
        && !graph.isStored(node.input(0));
  }
}
