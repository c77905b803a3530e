package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.onnx.Value.Dequantised;
import io.xbarflow.core.onnx.Value.Known;
import io.xbarflow.core.onnx.Value.Shaped;
import io.xbarflow.core.onnx.Value.Stream;
import java.util.ArrayList;
import java.util.List;

/**
 * Shape and Gather (also of channels of a feature map) as exporters use them to compute the target
 * of a Reshape, with Concat of their results. The batch axis counts as 0, which Reshape reads as
 * "the same as before".
 */
final class ShapeComputation implements Operator {
  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of("Shape", "Gather");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    Value data = assembly.value(node, 0);
    if (node.opType().equals("Gather") && (data instanceof Stream || data instanceof Dequantised)) {
      assembly.define(node.output(), channels(node, assembly, data));
      return;
    }
    Constant result =
        node.opType().equals("Shape") ? shape(node, assembly) : gathered(node, assembly);
    assembly.define(node.output(), new Known(result));
  }

  /** Gather of a feature map along its channels. */
  private static Value channels(Node node, Assembly assembly, Value data) {
    if (data instanceof Dequantised dequantised && !dequantised.function().perChannel()) {
      return dequantised.withStream((Stream) channels(node, assembly, dequantised.stream()));
    }
    View view = ((Shaped) data).view();
    int rank = view.dims().size() + 1;
    int stated = node.intAttribute("axis", 0);
    int dimension = (stated < 0 ? stated + rank : stated) - 1;
    Constant indices = assembly.constant(node, 1);
    if (!(data instanceof Stream stream)
        || dimension < 0
        || dimension >= view.dims().size()
        || view.axis(dimension) != View.Axis.CHANNELS
        || indices.dims().size() != 1) {
      throw node.refuse(
          "Gather of " + indices.describe() + " along axis " + stated + " of " + data.describe(),
          "Gather of a list of channels of a quantised feature map",
          "Use Slice for rows and columns, or reorder in the host.");
    }
    int extent = view.dims().get(dimension);
    ImmutableList.Builder<Integer> channels = ImmutableList.builder();
    for (int index : assembly.integers(node, 1, Limits.CHANNELS)) {
      if (index < -extent || index >= extent) {
        throw node.refuse(
            "index " + index + " of " + extent, "an index within", "Export the model again.");
      }
      channels.add(index < 0 ? index + extent : index);
    }
    ImmutableList<Integer> chosen = channels.build();
    return ChannelChoice.apply(
        assembly,
        node.name(),
        stream,
        view.withExtent(node, dimension, chosen.size()),
        node.output(),
        chosen,
        0);
  }

  private static Constant shape(Node node, Assembly assembly) {
    if (assembly.value(node, 0) instanceof Shaped shaped
        && !node.has("start")
        && !node.has("end")) {
      List<Long> dims = new ArrayList<>(List.of(0L));
      shaped.view().dims().forEach(dim -> dims.add(dim.longValue()));
      return vector(node, dims);
    }
    throw node.refuse(
        "Shape of " + assembly.value(node, 0).describe(),
        "Shape of a feature map, without start and end",
        "Simplify the model, for example with onnxsim.");
  }

  private static Constant gathered(Node node, Assembly assembly) {
    Constant data = list(node, assembly, 0);
    Constant indices = list(node, assembly, 1);
    assembly.take(node.where(), indices.size(), Constant.BOXED_BYTES);
    List<Long> values = new ArrayList<>();
    for (int i = 0; i < indices.size(); i++) {
      long index = indices.integer(i);
      long positive = index < 0 ? index + data.size() : index;
      if (positive < 0 || positive >= data.size()) {
        throw node.refuse(
            "index " + index + " of " + data.size(), "an index within", "Export the model again.");
      }
      values.add(data.integer((int) positive));
    }
    return vector(node, values).withDims(indices.dims());
  }

  /** The lists that {@code node}, a Concat, reads, one behind the other. */
  static Constant concatenated(Node node, Assembly assembly) {
    List<Long> values = new ArrayList<>();
    for (int input = 0; input < node.inputs().size(); input++) {
      Constant part = list(node, assembly, input);
      Limits.atMost(
          node.where(), "values of a list", (long) values.size() + part.size(), Limits.CHANNELS);
      assembly.take(node.where(), part.size(), Constant.BOXED_BYTES);
      for (int i = 0; i < part.size(); i++) {
        values.add(part.integer(i));
      }
    }
    return vector(node, values);
  }

  /** The part of a list that {@code node}, a Slice, takes. */
  static Constant sliced(Node node, Assembly assembly) {
    Constant data = list(node, assembly, 0);
    List<Long> values = new ArrayList<>();
    for (SliceOperator.Range range : SliceOperator.ranges(node, assembly, 1)) {
      int count = range.count(data.size());
      assembly.take(node.where(), count, Constant.BOXED_BYTES);
      for (int i = 0; i < count; i++) {
        values.add(data.integer(range.first(data.size()) + i * range.stepOf(count)));
      }
    }
    return vector(node, values);
  }

  /** Output {@code output} of a Split: {@code size} values of the list from {@code first} on. */
  static Constant part(Node node, Assembly assembly, int output, int first, int size) {
    Constant data = list(node, assembly, 0);
    assembly.take(node.where(), size, Long.BYTES);
    long[] values = new long[size];
    for (int i = 0; i < size; i++) {
      values[i] = data.integer(first + i);
    }
    return Constant.ofIntegers(node.output(output), OnnxType.INT64, ImmutableList.of(size), values);
  }

  /** {@code a} and {@code b}, lists or numbers, added, subtracted, multiplied or divided. */
  static Constant combined(Node node, Assembly assembly, Known first, Known second) {
    Constant a = first.constant();
    Constant b = second.constant();
    boolean fits = a.size() == b.size() || a.size() == 1 || b.size() == 1;
    if (a.type() != OnnxType.INT64 || b.type() != OnnxType.INT64 || !fits) {
      throw node.refuse(
          node.opType() + " of " + a.describe() + " and " + b.describe(),
          "int64 lists that compute a shape",
          "Fold constants when exporting (onnxsim).");
    }
    int size = a.size() == 1 ? b.size() : a.size();
    assembly.take(node.where(), size, Constant.BOXED_BYTES);
    List<Long> values = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      long x = a.integer(a.size() == 1 ? 0 : i);
      long y = b.integer(b.size() == 1 ? 0 : i);
      values.add(
          switch (node.opType()) {
            case "Add" -> x + y;
            case "Sub" -> x - y;
            case "Mul" -> x * y;
            case "Div" -> y == 0 ? 0 : x / y;
            case "Min" -> Math.min(x, y);
            case "Max" -> Math.max(x, y);
            default ->
                throw node.refuse("a computed shape", "Add, Sub, Mul, Div, Min, Max", "Fold it.");
          });
    }
    boolean ofFirst = a.size() == size && (b.size() != size || a.dims().size() >= b.dims().size());
    return vector(node, values).withDims(ofFirst ? a.dims() : b.dims());
  }

  private static Constant list(Node node, Assembly assembly, int index) {
    if (assembly.value(node, index) instanceof Known known
        && known.constant().type() == OnnxType.INT64
        && known.constant().dims().size() <= 1) {
      Constant list = known.constant();
      Limits.atMost(node.where(), "values of a list", list.size(), Limits.CHANNELS);
      return list;
    }
    throw node.refuse(
        node.opType() + " of " + assembly.value(node, index).describe(),
        node.opType() + " of int64 lists that compute a shape",
        "Replace the operator, or compute it in the host before or after the chip"
            + " (docs/operators.md).");
  }

  private static Constant vector(Node node, List<Long> values) {
    return Constant.ofIntegers(
        node.output(),
        OnnxType.INT64,
        ImmutableList.of(values.size()),
        values.stream().mapToLong(Long::longValue).toArray());
  }
}
