package io.xbarflow.quantize.rewrite;

import com.google.common.collect.ImmutableList;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Node;
import io.xbarflow.quantize.graph.Refusals;
import java.util.Optional;

/** A Pad of zeros that only a convolution reads becomes padding of that convolution. */
final class PadIntoConvolution implements Rewrite {
  @Override
  public Graph apply(Graph graph, Refusals refusals) {
    Graph result = graph;
    for (Node pad : graph.nodes()) {
      Optional<Node> reader = pad.is("Pad") ? result.onlyReader(pad.output()) : Optional.empty();
      if (reader.isPresent() && reader.get().is("Conv")) {
        result = folded(result, pad, reader.get());
      }
    }
    return result;
  }

  private static Graph folded(Graph graph, Node pad, Node convolution) {
    ImmutableList<Integer> pads = pads(graph, pad);
    int rank = pads.size() / 2;
    boolean plain =
        isZero(graph, pad)
            && rank == graph.shape(pad.input(0)).size()
            && !pad.hasInput(3)
            && pads.stream().allMatch(p -> p >= 0)
            && pads.get(0) + pads.get(1) + pads.get(rank) + pads.get(rank + 1) == 0
            && convolution.attributes().text("auto_pad", "NOTSET").equals("NOTSET");
    if (!plain) {
      return graph;
    }
    int spatial = rank - 2;
    ImmutableList<Integer> own = convolution.attributes().integers("pads");
    ImmutableList.Builder<Integer> sum = ImmutableList.builder();
    for (int i = 0; i < 2 * spatial; i++) {
      int padded = pads.get(i < spatial ? 2 + i : rank + 2 + i - spatial);
      sum.add(padded + (own.isEmpty() ? 0 : own.get(i)));
    }
    ImmutableList.Builder<String> inputs = ImmutableList.builder();
    inputs.add(pad.input(0)).addAll(convolution.inputs().subList(1, convolution.inputs().size()));
    return graph.replacing(
        convolution,
        convolution
            .withInputs(inputs.build())
            .withAttributes(convolution.attributes().with("pads", sum.build())));
  }

  /** Pixels before and after every axis. */
  static ImmutableList<Integer> pads(Graph graph, Node pad) {
    return pad.hasInput(1) && graph.isStored(pad.input(1))
        ? graph.stored().get(pad.input(1)).asInts()
        : pad.attributes().integers("pads");
  }

  private static boolean isZero(Graph graph, Node pad) {
    boolean constant = pad.attributes().text("mode", "constant").equals("constant");
    float value =
        pad.hasInput(2) && graph.isStored(pad.input(2))
            ? graph.stored().get(pad.input(2)).real(0)
            : pad.attributes().real("value", 0);
    return constant && value == 0;
  }
}
