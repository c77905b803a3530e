package io.xbarflow.sim.campaign;

import static io.xbarflow.sim.onnx.OnnxModel.attribute;
import static io.xbarflow.sim.onnx.OnnxModel.ints;

import com.google.common.primitives.Longs;
import io.xbarflow.sim.onnx.OnnxModel;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Stored tensors of integers, written plainly or behind operators that compute them. */
final class Stored {
  private Stored() {}

  /** A tensor of {@code type}, int8, uint8 or int32. */
  static String integers(Walk walk, int type, long[] dims, long[] values) {
    Choices choices = walk.choices();
    int kind = choices.draw(36);
    boolean constant = values.length > 0 && Arrays.stream(values).distinct().count() == 1;
    if (constant && kind >= 12 && kind < 24 && dims.length > 0) {
      return walk.node(
          "ConstantOfShape",
          List.of(walk.list(Longs.asList(dims))),
          attribute("value", OnnxModel.integers(type, new long[] {1}, values[0])));
    }
    return switch (kind) {
      case 18 ->
          walk.node(
              "Reshape",
              List.of(
                  walk.stored(OnnxModel.integers(type, new long[] {values.length}, values)),
                  walk.list(Longs.asList(dims))));
      case 19 -> unsqueezed(walk, type, dims, values);
      case 20 -> squeezed(walk, type, dims, values);
      case 21 ->
          dims.length == 2 ? transposed(walk, type, dims, values) : plain(walk, type, dims, values);
      case 22, 23 ->
          type == OnnxModel.INT32
              ? walk.node(
                  "Cast",
                  List.of(walk.stored(OnnxModel.integers(OnnxModel.INT64, dims, values))),
                  attribute("to", OnnxModel.INT32))
              : plain(walk, type, dims, values);
      case 24, 25, 26, 27, 28, 29, 30, 31 ->
          StoredSteps.computed(walk, kind - 24, type, dims, values);
      default -> plain(walk, type, dims, values);
    };
  }

  /** The tensor as it is. */
  static String plain(Walk walk, int type, long[] dims, long[] values) {
    return walk.stored(OnnxModel.integers(type, dims, values));
  }

  private static String unsqueezed(Walk walk, int type, long[] dims, long[] values) {
    if (dims.length == 0 || dims[0] != 1) {
      return plain(walk, type, dims, values);
    }
    String inner = plain(walk, type, Arrays.copyOfRange(dims, 1, dims.length), values);
    return axes(walk, "Unsqueeze", inner, 0);
  }

  private static String squeezed(Walk walk, int type, long[] dims, long[] values) {
    long[] more = Longs.concat(new long[] {1}, dims);
    return axes(walk, "Squeeze", plain(walk, type, more, values), 0);
  }

  /** Squeeze or Unsqueeze. */
  static String axes(Walk walk, String operator, String value, long... axes) {
    return walk.opset() < 13
        ? walk.node(operator, List.of(value), ints("axes", axes))
        : walk.node(operator, List.of(value, walk.list(Longs.asList(axes))));
  }

  private static String transposed(Walk walk, int type, long[] dims, long[] values) {
    int rows = (int) dims[0];
    int columns = (int) dims[1];
    long[] other =
        IntStream.range(0, values.length)
            .mapToLong(i -> values[i % rows * columns + i / rows])
            .toArray();
    return walk.node(
        "Transpose",
        List.of(plain(walk, type, new long[] {columns, rows}, other)),
        ints("perm", 1, 0));
  }
}
