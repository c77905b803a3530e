package io.xbarflow.sim.campaign;

import static io.xbarflow.sim.onnx.OnnxModel.attribute;

import ai.onnx.proto.OnnxMl.AttributeProto;
import io.xbarflow.sim.onnx.OnnxModel;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * The int32 bias of a product, and the form that it has in a QDQ graph.
 *
 * @param values one of each output, or none, in steps of input scale * weight scale
 * @param form how it is stored
 * @param factor of {@link Form#MULTIPLES} and {@link Form#BYTES}: scale of the stored integers in
 *     such steps
 */
record Bias(long[] values, Form form, long factor) {
  private static final long MOST_OF_REALS = 1 << 20;

  /** How a QDQ graph stores a bias. */
  enum Form {
    /** DequantizeLinear of int32 with the scale that it has. */
    INTEGERS,
    /** The same, without operators that compute the integers. */
    STORED,
    /** Float32. */
    REALS,
    /** DequantizeLinear of int32 with a multiple of that scale. */
    MULTIPLES,
    /** DequantizeLinear of int8 with a multiple of that scale and a zero point. */
    BYTES,
    /** An Add behind the product. */
    BEHIND
  }

  /** A bias for {@code weights}, a fair part of what {@code taps} products sum up to. */
  static Bias draw(Walk walk, Weights weights, int taps) {
    int kind = walk.choices().draw(4);
    Form form =
        walk.choices()
            .of(
                Form.INTEGERS,
                Form.INTEGERS,
                Form.INTEGERS,
                Form.INTEGERS,
                Form.REALS,
                Form.MULTIPLES,
                Form.BYTES,
                Form.BEHIND);
    long factor = walk.choices().between(2, 40);
    Random random = walk.contents();
    long[] values = new long[kind == 0 ? 0 : weights.outputs()];
    int most = kind == 1 ? 1 : kind == 2 ? 4000 * taps : 1 << 24;
    for (int i = 0; i < values.length; i++) {
      long value = kind == 1 ? 7 : random.nextInt(-most, most + 1);
      values[i] =
          switch (form) {
            case REALS -> Math.max(-MOST_OF_REALS, Math.min(MOST_OF_REALS, value));
            case MULTIPLES -> value / factor * factor;
            case BYTES -> value % 120 * factor;
            default -> value;
          };
    }
    if (values.length > 0) {
      walk.note("bias " + form);
    }
    return new Bias(values, form, factor);
  }

  /** Whether an Add behind the product adds it. */
  boolean isBehind() {
    return values.length > 0 && form == Form.BEHIND;
  }

  /** This bias where {@code folding} makes other integers of it. */
  Bias before(Folding folding) {
    boolean computed = form == Form.INTEGERS && folding.kind() != Folding.Kind.NONE;
    return computed ? new Bias(values, Form.STORED, factor) : this;
  }

  /** {@code values} as int32 of a QOperator that means this bias; "" for none. */
  String integers(Walk walk, long[] folded) {
    long[] dims = {folded.length};
    if (folded.length == 0) {
      return "";
    }
    return form == Form.INTEGERS
        ? Stored.integers(walk, OnnxModel.INT32, dims, folded)
        : Stored.plain(walk, OnnxModel.INT32, dims, folded);
  }

  /**
   * The real bias of dimensions {@code dims}; "" for none.
   *
   * @param scales input scale times weight scale
   * @param axis that of the outputs
   */
  String reals(Walk walk, float[] scales, long[] dims, int axis) {
    if (values.length == 0) {
      return "";
    }
    return switch (form) {
      case INTEGERS ->
          dequantised(walk, Stored.integers(walk, OnnxModel.INT32, dims, values), scales, axis, "");
      case BEHIND, STORED ->
          dequantised(walk, Stored.plain(walk, OnnxModel.INT32, dims, values), scales, axis, "");
      case MULTIPLES ->
          dequantised(
              walk, Stored.plain(walk, OnnxModel.INT32, dims, stored(0)), times(scales), axis, "");
      case BYTES -> {
        long[] zeros = new long[scales.length];
        Arrays.fill(zeros, 5);
        String zero =
            walk.stored(
                OnnxModel.integers(
                    OnnxModel.INT8,
                    scales.length == 1 ? new long[0] : new long[] {scales.length},
                    zeros));
        yield dequantised(
            walk, Stored.plain(walk, OnnxModel.INT8, dims, stored(5)), times(scales), axis, zero);
      }
      case REALS -> {
        float[] reals = new float[values.length];
        for (int i = 0; i < reals.length; i++) {
          reals[i] = values[i] * scales[scales.length == 1 ? 0 : i];
        }
        yield walk.stored(OnnxModel.reals(dims, reals));
      }
    };
  }

  private long[] stored(long zero) {
    return Arrays.stream(values).map(value -> value / factor + zero).toArray();
  }

  private float[] times(float[] scales) {
    float[] multiples = new float[scales.length];
    for (int i = 0; i < multiples.length; i++) {
      multiples[i] = scales[i] * factor;
    }
    return multiples;
  }

  private static String dequantised(
      Walk walk, String integers, float[] scales, int axis, String zero) {
    boolean one = scales.length == 1;
    String scale =
        walk.stored(OnnxModel.reals(one ? new long[0] : new long[] {scales.length}, scales));
    AttributeProto[] attributes =
        one ? new AttributeProto[0] : new AttributeProto[] {attribute("axis", axis)};
    return walk.node(
        "DequantizeLinear",
        zero.isEmpty() ? List.of(integers, scale) : List.of(integers, scale, zero),
        attributes);
  }
}
