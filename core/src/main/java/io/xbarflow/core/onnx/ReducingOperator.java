package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.onnx.Value.Dequantised;
import io.xbarflow.core.onnx.Value.LayerMaker;
import io.xbarflow.core.onnx.Value.Pending;
import io.xbarflow.core.onnx.Value.Reduced;
import io.xbarflow.core.onnx.Value.Shaped;
import io.xbarflow.core.onnx.Value.Stream;
import io.xbarflow.core.onnx.Value.Unsettled;
import java.util.stream.IntStream;

/**
 * ReduceMean and ReduceSum over all rows and columns, by one node or by one for each axis, between
 * DequantizeLinear and QuantizeLinear.
 */
final class ReducingOperator implements Operator {
  private static final String MEAN = "ReduceMean";

  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of(MEAN, "ReduceSum");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    Reduced before = operand(node, assembly);
    ImmutableSet<Integer> own = axes(node, assembly, before);
    ImmutableSet<Integer> reduced =
        ImmutableSet.<Integer>builder().addAll(before.reduced()).addAll(own).build();
    boolean kept = node.intAttribute("keepdims", 1) != 0;
    ImmutableList<Integer> left =
        before.left().stream()
            .filter(dimension -> kept || !own.contains(dimension))
            .collect(ImmutableList.toImmutableList());
    View map = before.map().view();
    if (own.stream().allMatch(dimension -> map.dims().get(dimension) == 1)
        && assembly.value(node, 0) instanceof Shaped single
        && Arranging.reshape(node, assembly, single, dims(map, reduced, left))) {
      return; // of one value each
    }
    boolean whole =
        spatial(map).stream()
            .allMatch(dimension -> reduced.contains(dimension) || map.dims().get(dimension) == 1);
    if (!whole) {
      assembly.define(
          node.output(), new Reduced(before.map(), before.name(), node.opType(), reduced, left));
      return;
    }
    Stream input =
        before.map() instanceof Unsettled result
            ? quantised(node, assembly, before.name(), result)
            : ((Dequantised) before.map()).stream();
    View pixel = onePixel(map, reduced, left);
    LayerMaker maker =
        node.opType().equals(MEAN)
            ? Pooling.meanOfFrame(node, assembly, input)
            : new SumOverMap(node, assembly, input, pixel);
    assembly.define(node.output(), new Pending(node, pixel, maker));
  }

  /** What {@code node} reads: what another one of its kind has left, or a whole map. */
  private static Reduced operand(Node node, Assembly assembly) {
    Value value = assembly.value(node, 0);
    if (value instanceof Reduced reduced && reduced.opType().equals(node.opType())) {
      return reduced;
    }
    Shaped map;
    if (value instanceof Unsettled result) {
      map = result;
    } else {
      Stream stream = assembly.dequantised(node, 0);
      map = Dequantised.plain(stream, assembly.quantisation(stream));
    }
    return new Reduced(
        map,
        node.input(0),
        node.opType(),
        ImmutableSet.of(),
        IntStream.range(0, map.view().dims().size())
            .boxed()
            .collect(ImmutableList.toImmutableList()));
  }

  /** The dimensions of the map that {@code node} reduces. */
  private static ImmutableSet<Integer> axes(Node node, Assembly assembly, Reduced before) {
    int rank = before.left().size() + 1;
    ImmutableList<Integer> stated =
        node.axes(
            node.hasInput(1) ? assembly.integers(node, 1, Limits.RANK) : node.intsAttribute("axes"),
            rank);
    ImmutableSet<Integer> spatial = spatial(before.map().view());
    ImmutableSet.Builder<Integer> axes = ImmutableSet.builder();
    for (int axis : stated) {
      int dimension = axis == 0 ? -1 : before.left().get(axis - 1);
      if (!spatial.contains(dimension)) {
        throw refuse(node, stated, rank, spatial);
      }
      axes.add(dimension);
    }
    if (stated.isEmpty()) {
      throw refuse(node, stated, rank, spatial);
    }
    return axes.build();
  }

  private static RuntimeException refuse(
      Node node, ImmutableList<Integer> stated, int rank, ImmutableSet<Integer> spatial) {
    String what = node.opType().equals(MEAN) ? "the mean" : "the sum";
    return node.refuse(
        what + " over axes " + stated + " of " + rank,
        what
            + " over all rows and columns, axes "
            + spatial.stream().map(dimension -> dimension + 1).toList(),
        "Reduce rows and columns of a feature map, by one node or one after the other; other means"
            + " and sums can be computed in the host.");
  }

  /** The dimensions of {@code view} that are rows and columns. */
  private static ImmutableSet<Integer> spatial(View view) {
    return IntStream.range(0, view.dims().size())
        .filter(i -> view.axis(i) != View.Axis.CHANNELS && view.axis(i) != View.Axis.SEVERAL)
        .boxed()
        .collect(ImmutableSet.toImmutableSet());
  }

  private static Stream quantised(Node node, Assembly assembly, String name, Unsettled result) {
    return node.opType().equals(MEAN)
        ? AveragePooling.quantised(node, assembly, name, result, result.view().shape().pixels())
        : assembly.missing().give(node, name, result, Interval.ALL);
  }

  private static View onePixel(
      View map, ImmutableSet<Integer> reduced, ImmutableList<Integer> left) {
    ImmutableList<Integer> dims = dims(map, reduced, left);
    return new View(
        new Shape(map.shape().channels(), 1, 1), dims, map.channelsLast() && dims.size() > 1);
  }

  private static ImmutableList<Integer> dims(
      View map, ImmutableSet<Integer> reduced, ImmutableList<Integer> left) {
    return left.stream()
        .map(dimension -> reduced.contains(dimension) ? 1 : map.dims().get(dimension))
        .collect(ImmutableList.toImmutableList());
  }
}
