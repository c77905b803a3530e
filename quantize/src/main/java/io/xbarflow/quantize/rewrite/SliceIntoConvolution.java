package io.xbarflow.quantize.rewrite;

import com.google.common.collect.ImmutableList;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Node;
import io.xbarflow.quantize.graph.Refusals;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A Slice that cuts off what only the padding of the convolution before it has made takes that
 * padding away: causal convolutions are padded on both sides and cut behind.
 */
final class SliceIntoConvolution implements Rewrite {
  @Override
  public Graph apply(Graph graph, Refusals refusals) {
    Graph result = graph;
    for (Node slice : graph.nodes()) {
      Node before = slice.is("Slice") ? result.producers().get(slice.input(0)) : null;
      if (before != null
          && before.is("Conv")
          && result.onlyReader(slice.input(0)).isPresent()
          && before.attributes().text("auto_pad", "NOTSET").equals("NOTSET")) {
        Optional<ImmutableList<Integer>> pads = pads(result, before, slice);
        if (pads.isPresent()) {
          Node cut =
              before
                  .withOutput(slice.output())
                  .withAttributes(before.attributes().with("pads", pads.get()));
          result = Folding.moved(result, before, slice, cut);
        }
      }
    }
    return result;
  }

  /** The padding that is left of {@code convolution}, if there is enough. */
  private static Optional<ImmutableList<Integer>> pads(Graph graph, Node convolution, Node slice) {
    ImmutableList<Integer> dims = graph.shape(convolution.output());
    int spatial = dims.size() - 2;
    Optional<Cut> cut = Cut.of(graph, slice, dims);
    if (cut.isEmpty()) {
      return Optional.empty();
    }
    List<Integer> pads = new ArrayList<>(convolution.attributes().integers("pads"));
    ImmutableList<Integer> strides = convolution.attributes().integers("strides");
    while (pads.size() < 2 * spatial) {
      pads.add(0);
    }
    for (int axis = 0; axis < dims.size(); axis++) {
      int first = cut.get().starts().get(axis);
      int last = dims.get(axis) - cut.get().ends().get(axis);
      if (axis < 2) {
        if (first != 0 || last != 0) {
          return Optional.empty();
        }
        continue;
      }
      int stride = strides.isEmpty() ? 1 : strides.get(axis - 2);
      pads.set(axis - 2, pads.get(axis - 2) - first * stride);
      pads.set(spatial + axis - 2, pads.get(spatial + axis - 2) - last * stride);
    }
    return pads.stream().allMatch(pad -> pad >= 0)
        ? Optional.of(ImmutableList.copyOf(pads))
        : Optional.empty();
  }

  /**
   * What a Slice leaves of every axis, in steps of 1.
   *
   * @param starts first place by axis
   * @param ends place behind the last by axis
   */
  private record Cut(ImmutableList<Integer> starts, ImmutableList<Integer> ends) {
    static Optional<Cut> of(Graph graph, Node slice, ImmutableList<Integer> dims) {
      ImmutableList<Integer> starts = list(graph, slice, 1, "starts");
      ImmutableList<Integer> ends = list(graph, slice, 2, "ends");
      ImmutableList<Integer> axes = list(graph, slice, 3, "axes");
      ImmutableList<Integer> steps = list(graph, slice, 4, "steps");
      boolean whole =
          starts.size() == ends.size()
              && (axes.isEmpty() || axes.size() == starts.size())
              && !starts.isEmpty()
              && steps.stream().allMatch(step -> step == 1);
      if (!whole) {
        return Optional.empty();
      }
      List<Integer> first = new ArrayList<>();
      List<Integer> last = new ArrayList<>();
      dims.forEach(
          extent -> {
            first.add(0);
            last.add(extent);
          });
      for (int i = 0; i < starts.size(); i++) {
        int stated = axes.isEmpty() ? i : axes.get(i);
        int axis = stated < 0 ? stated + dims.size() : stated;
        int extent = dims.get(axis);
        first.set(axis, place(starts.get(i), extent));
        last.set(axis, place(ends.get(i), extent));
      }
      return Optional.of(new Cut(ImmutableList.copyOf(first), ImmutableList.copyOf(last)));
    }

    private static int place(int stated, int extent) {
      return Math.max(0, Math.min(extent, stated < 0 ? stated + extent : stated));
    }

    private static ImmutableList<Integer> list(Graph graph, Node slice, int index, String name) {
      return slice.hasInput(index)
          ? Optional.ofNullable(graph.stored().get(slice.input(index)))
              .map(tensor -> tensor.asInts())
              .orElse(ImmutableList.of())
          : slice.attributes().integers(name);
    }
  }
}
