package io.xbarflow.cli.fuzz;

import com.google.common.collect.ImmutableList;
import java.util.Random;

/** Values at which arithmetic, parsers and printers break. */
final class Extremes {
  private static final long[] INTEGERS = {
    0,
    1,
    -1,
    2,
    -2,
    3,
    7,
    16,
    255,
    256,
    4096,
    60_000,
    65_535,
    65_536,
    1 << 20,
    1 << 22,
    (1 << 22) + 1,
    1 << 30,
    Integer.MAX_VALUE,
    Integer.MAX_VALUE - 1,
    Integer.MIN_VALUE,
    1L << 31,
    1L << 32,
    (1L << 32) + 3,
    1L << 62,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  /** Where external data could lie. */
  static final ImmutableList<String> LOCATIONS =
      ImmutableList.of(
          "../../etc/passwd", "/etc/passwd", "", ".", "model.onnx", "none.data", "a\0b", "//", "é");

  private static final float[] REALS = {
    0,
    -0f,
    1,
    -1,
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MIN_VALUE,
    Float.MIN_NORMAL,
    Float.MAX_VALUE,
    1e-20f,
    1e20f,
    3.3e-5f
  };

  static final ImmutableList<String> NAMES =
      ImmutableList.of(
          "",
          "x",
          "y",
          "y_s",
          "com.microsoft",
          "SAME_LOWER",
          "VALID",
          "$v.name",
          "${v.class}",
          "#set($a = 1)",
          "../../up",
          "a\nb",
          "\u0000",
          "module",
          "`define",
          "%s %d %n",
          "\u0663\u0664",
          "long_".repeat(3000));

  static final ImmutableList<String> ATTRIBUTES =
      ImmutableList.of(
          "axis",
          "axes",
          "pads",
          "strides",
          "dilations",
          "kernel_shape",
          "group",
          "ceil_mode",
          "count_include_pad",
          "keepdims",
          "perm",
          "transA",
          "transB",
          "alpha",
          "channels_last",
          "block_size",
          "output_dtype",
          "value",
          "value_int",
          "starts",
          "split",
          "to",
          "allowzero");

  static final ImmutableList<String> CHAINED =
      ImmutableList.of(
          "Identity", "Relu", "Add", "Concat", "MaxPool", "Neg", "Transpose", "Squeeze");

  private Extremes() {}

  static long integer(Random random) {
    return random.nextInt(4) == 0 ? random.nextInt(9) : INTEGERS[random.nextInt(INTEGERS.length)];
  }

  static float real(Random random) {
    return REALS[random.nextInt(REALS.length)];
  }
}
