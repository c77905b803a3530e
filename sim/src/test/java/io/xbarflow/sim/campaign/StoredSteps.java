package io.xbarflow.sim.campaign;

import static io.xbarflow.sim.onnx.OnnxModel.attribute;
import static io.xbarflow.sim.onnx.OnnxModel.ints;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Longs;
import io.xbarflow.sim.onnx.OnnxModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** Ways to compute a stored tensor of integers from others, which an importer has to fold. */
final class StoredSteps {
  private StoredSteps() {}

  /** A tensor of {@code type}, int8, uint8 or int32, computed in way {@code kind} of 8. */
  static String computed(Walk walk, int kind, int type, long[] dims, long[] values) {
    walk.note("computed constant");
    boolean eightBits = type != OnnxModel.INT32;
    boolean exactReals = Arrays.stream(values).allMatch(value -> Math.abs(value) < 1 << 22);
    boolean parts = dims.length > 0 && dims[0] > 1;
    return switch (kind) {
      case 0 ->
          walk.opset() >= 12 ? clipped(walk, type, dims, values) : plain(walk, type, dims, values);
      case 1 -> parts ? joined(walk, type, dims, values) : plain(walk, type, dims, values);
      case 2 -> parts ? gathered(walk, type, dims, values) : plain(walk, type, dims, values);
      case 3 -> parts ? sliced(walk, type, dims, values) : plain(walk, type, dims, values);
      case 4 -> exactReals ? cast(walk, type, dims, values) : plain(walk, type, dims, values);
      case 5 -> eightBits ? quantised(walk, type, dims, values) : summed(walk, dims, values);
      case 6 ->
          dims.length > 2 ? transposed(walk, type, dims, values) : plain(walk, type, dims, values);
      default -> eightBits ? plain(walk, type, dims, values) : scaled(walk, dims, values);
    };
  }

  private static String plain(Walk walk, int type, long[] dims, long[] values) {
    return Stored.plain(walk, type, dims, values);
  }

  private static String clipped(Walk walk, int type, long[] dims, long[] values) {
    long least = Arrays.stream(values).min().orElse(0);
    long greatest = Arrays.stream(values).max().orElse(0);
    return walk.node(
        "Clip",
        List.of(
            plain(walk, type, dims, values),
            plain(walk, type, new long[0], new long[] {least}),
            plain(walk, type, new long[0], new long[] {greatest})));
  }

  /** The first slices of the first axis, then the others; a Split tells them from one another. */
  private static String joined(Walk walk, int type, long[] dims, long[] values) {
    int first = 1 + walk.choices().draw((int) dims[0] - 1);
    List<Long> sizes = List.of((long) first, dims[0] - first);
    String whole = plain(walk, type, dims, values);
    List<String> parts =
        walk.opset() < 13
            ? walk.nodes(
                "Split",
                2,
                List.of(whole),
                attribute("axis", 0),
                ints("split", Longs.toArray(sizes)))
            : walk.nodes("Split", 2, List.of(whole, walk.list(sizes)), attribute("axis", 0));
    return walk.node("Concat", parts, attribute("axis", 0));
  }

  /** The slices of the first axis in reverse, gathered in reverse. */
  private static String gathered(Walk walk, int type, long[] dims, long[] values) {
    int count = (int) dims[0];
    int each = values.length / count;
    long[] reversed =
        IntStream.range(0, values.length)
            .mapToLong(i -> values[(count - 1 - i / each) * each + i % each])
            .toArray();
    List<Long> indices = new ArrayList<>();
    for (long i = count - 1L; i >= 0; i--) {
      indices.add(i % 2 == 0 ? i : i - count);
    }
    return walk.node(
        "Gather",
        List.of(plain(walk, type, dims, reversed), walk.list(indices)),
        attribute("axis", 0));
  }

  /** Every second slice of a tensor that has the first slice between all others. */
  private static String sliced(Walk walk, int type, long[] dims, long[] values) {
    if (walk.opset() < 10) {
      return plain(walk, type, dims, values);
    }
    int each = values.length / (int) dims[0];
    long[] more = new long[2 * values.length];
    for (int i = 0; i < more.length; i++) {
      int slice = i / each;
      more[i] = slice % 2 == 0 ? values[i % each] : values[slice / 2 * each + i % each];
    }
    long[] doubled = dims.clone();
    doubled[0] *= 2;
    return walk.node(
        "Slice",
        List.of(
            plain(walk, type, doubled, more),
            walk.list(ImmutableList.of(1)),
            walk.list(ImmutableList.of(Integer.MAX_VALUE)),
            walk.list(ImmutableList.of(0)),
            walk.list(ImmutableList.of(2))));
  }

  private static String cast(Walk walk, int type, long[] dims, long[] values) {
    return walk.node("Cast", List.of(real(walk, dims, values)), attribute("to", type));
  }

  /** The values in float32, or less than 1 above them. */
  private static String real(Walk walk, long[] dims, long[] values) {
    boolean one = Arrays.stream(values).distinct().count() == 1;
    boolean roots = Arrays.stream(values).allMatch(value -> value >= 0 && value < 4096);
    int way = walk.choices().draw(4);
    if (way == 1 && one) {
      return walk.node(
          "Expand", List.of(walk.real((float) values[0]), walk.list(Longs.asList(dims))));
    }
    if (way == 2 && roots) {
      long[] squares = Arrays.stream(values).map(value -> value * value).toArray();
      // ONNX Runtime's vector kernel may give a root a last bit less: a half more is cut off again.
      String root =
          walk.node("Sqrt", List.of(walk.stored(OnnxModel.reals(dims, reals(squares, 1)))));
      return walk.node("Add", List.of(root, walk.real(0.5f)));
    }
    if (way == 3) {
      String quarters = walk.stored(OnnxModel.reals(dims, reals(values, 0.25f)));
      return walk.node(
          "Mul", List.of(quarters, walk.node("Reciprocal", List.of(walk.real(0.25f)))));
    }
    return walk.stored(OnnxModel.reals(dims, reals(values, 1)));
  }

  private static float[] reals(long[] values, float scale) {
    float[] reals = new float[values.length];
    for (int i = 0; i < reals.length; i++) {
      reals[i] = values[i] * scale;
    }
    return reals;
  }

  private static String quantised(Walk walk, int type, long[] dims, long[] values) {
    return walk.node(
        "QuantizeLinear",
        List.of(
            walk.stored(OnnxModel.reals(dims, reals(values, 0.5f))),
            walk.real(0.5f),
            plain(walk, type, new long[0], new long[] {0})));
  }

  /** Some more, and as much less, of int32. */
  private static String summed(Walk walk, long[] dims, long[] values) {
    String more = plain(walk, OnnxModel.INT32, new long[] {1}, new long[] {12_345});
    String sum = walk.node("Add", List.of(plain(walk, OnnxModel.INT32, dims, values), more));
    return walk.node("Sub", List.of(sum, more));
  }

  /** Three times as much, and a third of it; beyond int32 the lowest bits would be left. */
  private static String scaled(Walk walk, long[] dims, long[] values) {
    boolean fits = Arrays.stream(values).allMatch(value -> Math.abs(value) < 1 << 29);
    String three = plain(walk, OnnxModel.INT32, new long[0], new long[] {3});
    String given = plain(walk, OnnxModel.INT32, dims, values);
    return fits ? walk.node("Div", List.of(walk.node("Mul", List.of(given, three)), three)) : given;
  }

  /** The axes in reverse, twice. */
  private static String transposed(Walk walk, int type, long[] dims, long[] values) {
    List<Long> axes = new ArrayList<>();
    for (long axis = 0; axis < dims.length; axis++) {
      axes.add(axis);
    }
    Collections.reverse(axes);
    long[] reversed = Longs.toArray(axes);
    String once =
        walk.node("Transpose", List.of(plain(walk, type, dims, values)), ints("perm", reversed));
    return walk.node("Transpose", List.of(once), ints("perm", reversed));
  }
}
