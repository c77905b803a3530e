package io.xbarflow.quantize.rewrite;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.quantize.graph.Attributes;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Node;
import io.xbarflow.quantize.graph.Stored;
import java.util.Collections;

/**
 * LRN, which has no integer form, becomes the factor per channel that comes nearest to it over the
 * calibration images. This changes what the graph computes.
 */
public final class ResponseNormalisation {
  private ResponseNormalisation() {}

  /**
   * {@code graph} without LRN.
   *
   * @param factors for the output of every LRN one factor per channel
   */
  public static Graph replaced(Graph graph, ImmutableMap<String, ImmutableList<Float>> factors) {
    Graph result = graph;
    for (Node node : graph.nodes()) {
      ImmutableList<Float> factor = node.is("LRN") ? factors.get(node.output()) : null;
      if (factor != null) {
        int spatial = graph.shape(node.input(0)).size() - 2;
        ImmutableList.Builder<Integer> dims = ImmutableList.builder();
        dims.add(factor.size()).addAll(Collections.nCopies(spatial, 1));
        String name = node.name() + "_factor";
        result =
            result
                .storing(name, Stored.ofReals(dims.build(), factor::get))
                .replacing(
                    node,
                    Node.of(
                        node.name(),
                        "Mul",
                        ImmutableList.of(node.input(0), name),
                        node.output(),
                        Attributes.NONE));
      }
    }
    return result;
  }
}
