package io.xbarflow.quantize.rewrite;

import com.google.common.collect.ImmutableList;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Identity and Dropout do nothing at inference: their readers read what they read. */
final class DropIdentities implements Rewrite {
  @Override
  public Graph apply(Graph graph) {
    Map<String, String> same = new HashMap<>();
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      ImmutableList<String> inputs =
          node.inputs().stream()
              .map(input -> same.getOrDefault(input, input))
              .collect(ImmutableList.toImmutableList());
      boolean drops = node.is("Identity") || node.is("Dropout");
      if (drops && !graph.isOutput(node.output())) {
        same.put(node.output(), inputs.get(0));
      } else if (drops) {
        // A graph output keeps its name: a Reshape to the same dimensions.
        nodes.add(node.withInputs(inputs.subList(0, 1)).withOutput(node.output()));
      } else {
        nodes.add(node.withInputs(inputs));
      }
    }
    return graph.withNodes(nodes);
  }
}
