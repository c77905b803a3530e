package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.onnx.Value.Commuting;
import io.xbarflow.core.onnx.Value.Dequantised;
import io.xbarflow.core.onnx.Value.Stream;
import io.xbarflow.core.onnx.Value.Unsettled;
import java.util.Optional;
import java.util.stream.IntStream;

/** Slice of channels, rows and columns, with any positive step. */
final class SliceOperator implements Operator {
  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of("Slice");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    Value value = assembly.value(node, 0);
    if (value instanceof Stream || value instanceof Dequantised || value instanceof Unsettled) {
      int rank = ((Value.Shaped) value).view().dims().size() + 1;
      assembly.define(
          node.output(),
          sliced(node, assembly, node.name(), value, ranges(node, assembly, rank), node.output()));
    } else {
      throw Assembly.unquantised(node, value);
    }
  }

  /** {@code ranges} of {@code value}, a quantised or dequantised feature map or a float result. */
  static Value sliced(
      Node node,
      Assembly assembly,
      String layer,
      Value value,
      ImmutableList<Range> ranges,
      String output) {
    if (value instanceof Dequantised dequantised) {
      if (dequantised.function().perChannel()) {
        throw node.refuse(
            "a part of float values with another function in every channel",
            "a part of quantised values",
            "Quantise the input of the " + node.opType() + " too.");
      }
      return dequantised.withStream(
          sliced(node, assembly, layer, dequantised.stream(), ranges, output));
    }
    if (value instanceof Unsettled unsettled) {
      return new Commuting(
          node,
          unsettled,
          Part.of(node, unsettled.view(), ranges).view(),
          (stream, behind, name) -> sliced(node, assembly, layer, stream, ranges, name));
    }
    return sliced(node, assembly, layer, (Stream) value, ranges, output);
  }

  /**
   * What a Slice takes of one axis.
   *
   * @param axis the axis, of all with the batch axis
   * @param start first position, not yet resolved
   * @param end position behind the last, not yet resolved
   * @param step distance
   */
  record Range(int axis, int start, int end, int step) {

    /** What takes {@code positions} of {@code axis}; empty when their distances differ. */
    static Optional<Range> through(int axis, ImmutableList<Integer> positions) {
      if (positions.isEmpty()) {
        return Optional.empty();
      }
      int first = positions.get(0);
      int step = positions.size() == 1 ? 1 : positions.get(1) - first;
      for (int i = 0; i < positions.size(); i++) {
        if (step < 1 || positions.get(i) != first + (long) i * step) {
          return Optional.empty();
        }
      }
      return Optional.of(new Range(axis, first, positions.get(positions.size() - 1) + 1, step));
    }

    /** The first position taken of {@code extent}. */
    int first(int extent) {
      return Math.min(Math.max(start < 0 ? start + extent : start, 0), extent);
    }

    /** Positions taken of {@code extent}. */
    int count(int extent) {
      int last = Math.min(Math.max(end < 0 ? end + extent : end, 0), extent);
      return (int) Math.max(0, (last - (long) first(extent) + step - 1) / step);
    }

    /** What messages call it. */
    String describe() {
      return "positions " + start + " to " + end + " in steps of " + step + " along axis " + axis;
    }

    /** The distance between {@code count} positions, which is none when there is only one. */
    int stepOf(int count) {
      return count == 1 ? 1 : step;
    }
  }

  /** The ranges that {@code node} states, for a tensor of {@code rank} axes. */
  static ImmutableList<Range> ranges(Node node, Assembly assembly, int rank) {
    boolean attributes = node.has("starts");
    ImmutableList<Integer> starts = list(node, assembly, attributes, "starts", 1);
    ImmutableList<Integer> ends = list(node, assembly, attributes, "ends", 2);
    ImmutableList<Integer> axes = list(node, assembly, attributes, "axes", 3);
    ImmutableList<Integer> steps = list(node, assembly, attributes, "steps", 4);
    int count = starts.size();
    if (ends.size() != count
        || (!axes.isEmpty() && axes.size() != count)
        || (!steps.isEmpty() && steps.size() != count)) {
      throw node.refuse(
          "starts " + starts + ", ends " + ends + ", axes " + axes + ", steps " + steps,
          "as many ends, axes and steps as starts",
          "Check the file with onnx.checker.check_model, and export it again.");
    }
    if (steps.stream().anyMatch(step -> step < 1)) {
      throw node.refuse(
          "steps " + steps + ", which take values in reverse",
          "steps of at least 1",
          "Values come from the first pixel to the last: reverse them in the host, or reverse the"
              + " weights of the layers behind instead.");
    }
    ImmutableList<Integer> taken =
        node.axes(axes.isEmpty() ? IntStream.range(0, count).boxed().toList() : axes, rank);
    ImmutableList.Builder<Range> ranges = ImmutableList.builder();
    for (int i = 0; i < count; i++) {
      int step = steps.isEmpty() ? 1 : steps.get(i);
      ranges.add(new Range(taken.get(i), starts.get(i), ends.get(i), step));
    }
    return ranges.build();
  }

  private static ImmutableList<Integer> list(
      Node node, Assembly assembly, boolean attributes, String name, int index) {
    if (attributes) {
      return node.intsAttribute(name);
    }
    return node.hasInput(index) ? assembly.integers(node, index, Limits.RANK) : ImmutableList.of();
  }

  private static Stream sliced(
      Node node,
      Assembly assembly,
      String layer,
      Stream input,
      ImmutableList<Range> ranges,
      String output) {
    Part part = Part.of(node, input.view(), ranges);
    // Fewer channels first: the frame behind has less to carry.
    Shape map = input.view().shape();
    View narrow = input.view().withChannels(node, part.channels().size());
    boolean framed = part.view().shape().pixels() < map.pixels();
    int fill = assembly.quantisation(input).zeroPoint();
    Stream chosen =
        ChannelChoice.apply(
            assembly,
            framed ? layer + "_channels" : layer,
            input,
            narrow,
            framed ? output + "_channels" : output,
            part.channels(),
            fill);
    return Framing.apply(
        assembly,
        chosen,
        part.view(),
        output,
        Framing.frame(
            layer, part.firstRow(), part.firstColumn(), part.rowStep(), part.columnStep(), fill));
  }

  /**
   * What ranges take of a feature map.
   *
   * @param view ONNX shape of the part
   * @param channels its channels
   * @param firstRow its first row
   * @param firstColumn its first column
   * @param rowStep distance of its rows
   * @param columnStep distance of its columns
   */
  private record Part(
      View view,
      ImmutableList<Integer> channels,
      int firstRow,
      int firstColumn,
      int rowStep,
      int columnStep) {
    /** What {@code ranges} take of a map of {@code map}. */
    static Part of(Node node, View map, ImmutableList<Range> ranges) {
      int[] firsts = {0, 0};
      int[] steps = {1, 1};
      View view = map;
      int channels = view.shape().channels();
      ImmutableList<Integer> chosen = positions(0, channels, 1);
      for (Range range : ranges) {
        if (range.axis() == 0 && range.start() == 0 && range.end() >= 1 && range.step() == 1) {
          continue; // of N images all: the file counts one
        }
        int dimension = range.axis() - 1;
        boolean known = dimension >= 0 && dimension < view.dims().size();
        int extent = known ? view.dims().get(dimension) : 0;
        int count = range.count(extent);
        if (known && range.step() == 1 && count == extent) {
          continue;
        }
        View.Axis axis = known ? view.axis(dimension) : View.Axis.SEVERAL;
        if (axis == View.Axis.SEVERAL || count < 1) {
          throw node.refuse(
              range.describe() + " of dimensions " + view.dims(),
              "some of the channels, rows and columns of a feature map",
              "Take images apart in the host, and slice before Flatten.");
        }
        if (axis == View.Axis.CHANNELS) {
          chosen = positions(range.first(extent), count, range.stepOf(count));
        } else {
          int index = axis == View.Axis.ROWS ? 0 : 1;
          firsts[index] = range.first(extent);
          steps[index] = range.stepOf(count);
        }
        view = view.withExtent(node, dimension, count);
      }
      return new Part(view, chosen, firsts[0], firsts[1], steps[0], steps[1]);
    }
  }

  private static ImmutableList<Integer> positions(int first, int count, int step) {
    return IntStream.range(0, count)
        .mapToObj(i -> first + i * step)
        .collect(ImmutableList.toImmutableList());
  }
}
