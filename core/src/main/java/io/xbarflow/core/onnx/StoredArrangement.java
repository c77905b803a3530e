package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Longs;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** Operators that move stored values, make tensors of one value, or tell dimensions. */
final class StoredArrangement {
  private StoredArrangement() {}

  static ImmutableMap<String, FoldingRule> rules() {
    return ImmutableMap.<String, FoldingRule>builder()
        .put("Shape", (node, assembly, of) -> ImmutableList.of(shape(node, of.get(0).dims())))
        .put("ConstantOfShape", StoredArrangement::filled)
        .put("Flatten", StoredArrangement::flattened)
        .put("Transpose", StoredArrangement::transposed)
        .put("Concat", StoredArrangement::concatenated)
        .put("Slice", StoredArrangement::sliced)
        .put("Split", StoredArrangement::split)
        .put("Gather", StoredArrangement::gathered)
        .put("Expand", StoredArrangement::expanded)
        .buildOrThrow();
  }

  /** A tensor seen as {@code outer} runs of {@code extent} parts of {@code inner} values each. */
  private record Axis(int outer, int extent, int inner) {
    static Axis of(ImmutableList<Integer> dims, int axis) {
      return new Axis(
          (int) Limits.product(dims.subList(0, axis)),
          dims.get(axis),
          (int) Limits.product(dims.subList(axis + 1, dims.size())));
    }

    /** Position on the axis of value {@code index}. */
    int position(int index) {
      return index / inner % extent;
    }

    /** Where the value lies that {@code of} has at {@code index}, but at {@code position} here. */
    int at(Axis of, int index, int position) {
      return (index / (of.inner * of.extent) * extent + position) * inner + index % inner;
    }
  }

  private static Constant longs(Node node, ImmutableList<Integer> dims, long... values) {
    return Constant.ofIntegers(node.output(), OnnxType.INT64, dims, values);
  }

  /** What {@code node}, a Shape, gives of {@code dims}. */
  static Constant shape(Node node, ImmutableList<Integer> dims) {
    int rank = dims.size();
    int start = within(node.intAttribute("start", 0), rank);
    int end = Math.max(start, within(node.intAttribute("end", rank), rank));
    return longs(node, ImmutableList.of(end - start), Longs.toArray(dims.subList(start, end)));
  }

  /** Position {@code stated} of {@code extent}, counted from the end when negative. */
  private static int within(int stated, int extent) {
    return Math.min(Math.max(stated < 0 ? stated + extent : stated, 0), extent);
  }

  private static ImmutableList<Constant> filled(
      Node node, Assembly assembly, ImmutableList<Constant> operands) {
    ImmutableList<Integer> dims = assembly.integers(node, 0, Limits.RANK);
    if (dims.stream().anyMatch(dim -> dim < 1)) {
      throw node.refuse("shape " + dims, "a shape with some values", "Export the model again.");
    }
    int size = Limits.atMost(node.where(), "values", Limits.product(dims), Limits.STORED_VALUES);
    Constant value =
        node.has("value")
            ? node.tensorAttribute("value")
            : Constant.ofReals(node.output(), ImmutableList.of(1), new float[1]);
    if (value.size() != 1 || value.type() == OnnxType.OTHER) {
      throw node.refuse(
          "value " + value.describe(),
          "one float32, int8, uint8, int32 or int64",
          "Store the constant as an initialiser.");
    }
    assembly.take(node.where(), size, Long.BYTES);
    return ImmutableList.of(value.select(node.output(), dims, i -> 0));
  }

  private static ImmutableList<Constant> flattened(
      Node node, Assembly assembly, ImmutableList<Constant> operands) {
    ImmutableList<Integer> dims = operands.get(0).dims();
    int stated = node.intAttribute("axis", 1);
    int axis = stated == dims.size() ? stated : node.axis(stated, dims.size());
    return ImmutableList.of(
        operands
            .get(0)
            .withDims(
                ImmutableList.of(
                    (int) Limits.product(dims.subList(0, axis)),
                    (int) Limits.product(dims.subList(axis, dims.size())))));
  }

  private static ImmutableList<Constant> transposed(
      Node node, Assembly assembly, ImmutableList<Constant> operands) {
    Constant operand = operands.get(0);
    return ImmutableList.of(
        operand.transposed(
            node, assembly, TransposeOperator.permutation(node, operand.dims().size())));
  }

  private static ImmutableList<Constant> concatenated(
      Node node, Assembly assembly, ImmutableList<Constant> operands) {
    Constant first = operands.get(0);
    int axis = node.axis(node.intAttribute("axis", 0), first.dims().size());
    List<Integer> dims = new ArrayList<>(first.dims());
    List<Constant> parts = new ArrayList<>(); // for every position on the axis its operand
    List<Integer> positions = new ArrayList<>(); // and the position there
    for (Constant operand : operands) {
      List<Integer> same = new ArrayList<>(operand.dims());
      if (same.size() == dims.size()) {
        same.set(axis, first.dims().get(axis));
      }
      if (operand.type() != first.type() || !same.equals(first.dims())) {
        throw node.refuse(
            "Concat of " + first.describe() + " and " + operand.describe(),
            "operands of one type, whose other dimensions are the same",
            "Export the model again.");
      }
      int extent = operand.dims().get(axis);
      Limits.atMost(
          node.where(), "values of a list", (long) parts.size() + extent, Limits.CHANNELS);
      for (int position = 0; position < extent; position++) {
        parts.add(operand);
        positions.add(position);
      }
    }
    dims.set(axis, parts.size());
    ImmutableList<Integer> joined = ImmutableList.copyOf(dims);
    int size = Limits.atMost(node.where(), "values", Limits.product(joined), Limits.STORED_VALUES);
    assembly.take(node.where(), parts.size(), Constant.BOXED_BYTES);
    assembly.take(node.where(), size, Long.BYTES);
    Axis to = Axis.of(joined, axis);
    return ImmutableList.of(
        Constant.computed(
            node.output(),
            first.type(),
            joined,
            i -> part(parts, to, i).integer(from(parts, positions, axis, to, i)),
            i -> part(parts, to, i).real(from(parts, positions, axis, to, i))));
  }

  private static Constant part(List<Constant> parts, Axis to, int index) {
    return parts.get(to.position(index));
  }

  private static int from(
      List<Constant> parts, List<Integer> positions, int axis, Axis to, int index) {
    int position = to.position(index);
    return Axis.of(parts.get(position).dims(), axis).at(to, index, positions.get(position));
  }

  private static ImmutableList<Constant> sliced(
      Node node, Assembly assembly, ImmutableList<Constant> operands) {
    Constant result = operands.get(0);
    for (SliceOperator.Range range : SliceOperator.ranges(node, assembly, result.dims().size())) {
      int extent = result.dims().get(range.axis());
      int count = range.count(extent);
      result =
          taken(
              node,
              assembly,
              result,
              range.axis(),
              count,
              position -> range.first(extent) + position * range.stepOf(count));
    }
    return ImmutableList.of(result.withName(node.output()));
  }

  private static ImmutableList<Constant> split(
      Node node, Assembly assembly, ImmutableList<Constant> operands) {
    Constant operand = operands.get(0);
    int axis = node.axis(node.intAttribute("axis", 0), operand.dims().size());
    ImmutableList.Builder<Constant> parts = ImmutableList.builder();
    int first = 0;
    for (int size : SplitOperator.sizes(node, assembly, operand.dims().get(axis))) {
      int from = first;
      parts.add(taken(node, assembly, operand, axis, size, position -> from + position));
      first += size;
    }
    return parts.build();
  }

  /** {@code count} positions of {@code axis}, position {@code i} of which is {@code from(i)}. */
  private static Constant taken(
      Node node, Assembly assembly, Constant operand, int axis, int count, IntUnaryOperator from) {
    List<Integer> dims = new ArrayList<>(operand.dims());
    dims.set(axis, count);
    ImmutableList<Integer> taken = ImmutableList.copyOf(dims);
    assembly.take(node.where(), Limits.product(taken), Long.BYTES);
    Axis of = Axis.of(operand.dims(), axis);
    Axis to = Axis.of(taken, axis);
    return operand.select(
        operand.name(), taken, i -> of.at(to, i, from.applyAsInt(to.position(i))));
  }

  private static ImmutableList<Constant> gathered(
      Node node, Assembly assembly, ImmutableList<Constant> operands) {
    if (operands.size() < 2) {
      throw node.refuse("no indices", "data and indices", "Export the model again.");
    }
    Constant data = operands.get(0);
    Constant indices = operands.get(1);
    if (indices.type() != OnnxType.INT64 && indices.type() != OnnxType.INT32) {
      throw node.refuse(
          "indices " + indices.describe(), "int32 or int64 indices", "Export the model again.");
    }
    int axis = node.axis(node.intAttribute("axis", 0), data.dims().size());
    int extent = data.dims().get(axis);
    for (int i = 0; i < indices.size(); i++) {
      if (indices.integer(i) < -extent || indices.integer(i) >= extent) {
        throw node.refuse(
            "index " + indices.integer(i) + " of " + extent,
            "an index within",
            "Export the model again.");
      }
    }
    Constant chosen =
        taken(
            node,
            assembly,
            data,
            axis,
            indices.size(),
            position -> {
              int index = (int) indices.integer(position);
              return index < 0 ? index + extent : index;
            });
    ImmutableList<Integer> dims =
        ImmutableList.<Integer>builder()
            .addAll(data.dims().subList(0, axis))
            .addAll(indices.dims())
            .addAll(data.dims().subList(axis + 1, data.dims().size()))
            .build();
    Limits.atMost(node.where(), "axes", dims.size(), Limits.RANK);
    return ImmutableList.of(chosen.withDims(dims).withName(node.output()));
  }

  private static ImmutableList<Constant> expanded(
      Node node, Assembly assembly, ImmutableList<Constant> operands) {
    ImmutableList<Integer> target = assembly.integers(node, 1, Limits.RANK);
    if (target.stream().anyMatch(dim -> dim < 1)) {
      throw node.refuse("shape " + target, "a shape with some values", "Export the model again.");
    }
    Broadcast broadcast = Broadcast.of(node, ImmutableList.of(operands.get(0).dims(), target));
    assembly.take(node.where(), broadcast.size(), Long.BYTES);
    return ImmutableList.of(
        operands.get(0).select(node.output(), broadcast.dims(), i -> broadcast.of(0, i)));
  }
}
