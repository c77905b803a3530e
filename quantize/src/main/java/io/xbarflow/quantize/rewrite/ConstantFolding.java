package io.xbarflow.quantize.rewrite;

import com.google.common.collect.ImmutableMap;
import io.xbarflow.quantize.graph.ElementType;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Node;
import io.xbarflow.quantize.graph.Stored;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What depends on no image is stored: Constant, ConstantOfShape, Shape and all that is computed
 * from stored tensors alone. The values come from a run of the graph.
 */
public final class ConstantFolding {
  private static final int MAX_RANK = 16;
  private static final Stored ZERO = Stored.ofReals(List.of(1), 0f);

  private ConstantFolding() {}

  /** {@code graph} with the tensors stored that it fills with one value, however large. */
  public static Graph fill(Graph graph) {
    Map<String, Stored> stored = new LinkedHashMap<>(graph.stored());
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      Object value = node.attributes().values().getOrDefault("value", ZERO);
      Stored shape = stored.get(node.input(0));
      boolean known =
          node.is("ConstantOfShape")
              && shape != null
              && shape.type() == ElementType.INT64
              && shape.dims().size() == 1
              && shape.size() <= MAX_RANK;
      if (known && value instanceof Stored filler && filler.isReal() && filler.size() == 1) {
        List<Long> dims = new ArrayList<>();
        for (int i = 0; i < shape.size(); i++) {
          dims.add(shape.integer(i));
        }
        stored.put(
            node.output(), Stored.ofReals(Stored.checkedDims(node.where(), dims), filler.real(0)));
      } else {
        nodes.add(node);
      }
    }
    return graph.storing(stored).withNodes(nodes);
  }

  /** {@code graph} with the constants stored that {@code values} of one run tell. */
  public static Graph fold(Graph graph, ImmutableMap<String, Stored> values) {
    Map<String, Stored> stored = new LinkedHashMap<>(graph.stored());
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      boolean constant =
          node.is("Shape")
              || node.inputs().stream().allMatch(i -> i.isEmpty() || stored.containsKey(i));
      if (constant && node.outputs().stream().allMatch(o -> o.isEmpty() || values.containsKey(o))) {
        node.outputs().stream()
            .filter(output -> !output.isEmpty())
            .forEach(output -> stored.put(output, values.get(output)));
      } else {
        nodes.add(node);
      }
    }
    return graph.storing(stored).withNodes(nodes);
  }
}
