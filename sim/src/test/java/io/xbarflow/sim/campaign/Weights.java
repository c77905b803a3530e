package io.xbarflow.sim.campaign;

import static io.xbarflow.sim.onnx.OnnxModel.attribute;

import ai.onnx.proto.OnnxMl.AttributeProto;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.sim.onnx.OnnxModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Stored weights of a convolution or matrix product.
 *
 * @param type int8 or uint8
 * @param dims dimensions
 * @param axis dimension of the outputs
 * @param values all weights
 * @param scales one, or one per output
 * @param zero their zero point
 * @param fromReals whether the model holds float weights and their QuantizeLinear
 */
record Weights(
    int type, long[] dims, int axis, long[] values, float[] scales, int zero, boolean fromReals) {

  /** Weights to be multiplied with values of {@code input}. */
  static Weights draw(Walk walk, FeatureMap input, int axis, long... dims) {
    Choices choices = walk.choices();
    int outputs = (int) dims[axis];
    int kind = choices.draw(8);
    // ONNX Runtime has no kernels for int8 values and uint8 weights.
    boolean signed = kind < 6 || input.signed();
    // Without such a zero point the weights leave int8.
    boolean wide = choices.flag(8);
    int zero =
        wide
            ? choices.between(0, 255) - (signed ? 128 : 0)
            : kind < 5 || (kind > 5 && signed)
                ? 0
                : signed ? choices.between(0, 40) - 20 : choices.between(0, 80) + 88;
    // Sums of two products must fit 16 bits where the processor adds them so.
    boolean narrow = signed && !walk.exactSums();
    int least = signed ? narrow ? -64 : -128 : 0;
    int greatest = signed ? narrow ? 63 : 127 : 255;
    if (!wide) {
      least = Math.max(least, zero - 128);
      greatest = Math.min(greatest, zero + 127);
    }
    int content = choices.draw(6);
    Random random = walk.contents();
    long[] values = new long[(int) Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (content) {
            case 0 -> Math.max(least, Math.min(zero + 1, greatest));
            case 1 -> Math.max(least, Math.min(zero + random.nextInt(-3, 4), greatest));
            case 2 -> random.nextBoolean() ? least : greatest;
            default -> random.nextInt(least, greatest + 1);
          };
    }
    boolean each = choices.flag(40) && walk.hasAxes();
    float[] scales = new float[each ? outputs : 1];
    double scale = Math.exp(-4 + 1.5 * choices.spread());
    for (int i = 0; i < scales.length; i++) {
      scales[i] = (float) (scale * (each ? Math.exp(random.nextGaussian() / 2) : 1));
    }
    boolean fromReals = choices.flag(10) && (!each || walk.opset() >= 13);
    walk.note(
        (input.signed() ? "int8 x " : "uint8 x ")
            + (signed ? "int8" : "uint8")
            + (each ? " per channel" : " per tensor")
            + (wide ? ", any zero point" : ""));
    return new Weights(
        signed ? OnnxModel.INT8 : OnnxModel.UINT8, dims, axis, values, scales, zero, fromReals);
  }

  int outputs() {
    return (int) dims[axis];
  }

  float scale(int output) {
    return scales[scales.length == 1 ? 0 : output];
  }

  private long[] scaleDims() {
    return scales.length == 1 ? new long[0] : new long[] {scales.length};
  }

  private String scaleTensor(Walk walk) {
    return walk.stored(OnnxModel.reals(scaleDims(), scales));
  }

  private String zeroTensor(Walk walk) {
    long[] zeros = new long[scales.length];
    Arrays.fill(zeros, zero);
    return walk.stored(OnnxModel.integers(type, scaleDims(), zeros));
  }

  private AttributeProto[] axisAttribute() {
    return scales.length == 1
        ? new AttributeProto[0]
        : new AttributeProto[] {attribute("axis", axis)};
  }

  private String integers(Walk walk) {
    if (!fromReals) {
      return Stored.integers(walk, type, dims, values);
    }
    walk.note("float weights with QuantizeLinear");
    float[] reals = new float[values.length];
    int inner = 1;
    for (int i = axis + 1; i < dims.length; i++) {
      inner *= (int) dims[i];
    }
    for (int i = 0; i < reals.length; i++) {
      reals[i] = (values[i] - zero) * scale(i / inner % outputs());
    }
    return walk.node(
        "QuantizeLinear",
        List.of(walk.stored(OnnxModel.reals(dims, reals)), scaleTensor(walk), zeroTensor(walk)),
        axisAttribute());
  }

  /** Weights, scales and zero points for a QOperator. */
  List<String> operands(Walk walk) {
    return List.of(integers(walk), scaleTensor(walk), zeroTensor(walk));
  }

  /** Real weights for a float operator. */
  String reals(Walk walk) {
    List<String> operands = new ArrayList<>(List.of(integers(walk), scaleTensor(walk)));
    operands.add(zeroTensor(walk));
    return walk.node("DequantizeLinear", operands, axisAttribute());
  }

  /** Whether the negative weights have the same type, and sums that fit as these do. */
  boolean canBeNegated(Walk walk) {
    boolean signed = type == OnnxModel.INT8;
    boolean narrow = signed && !walk.exactSums();
    int least = narrow ? -64 : signed ? Byte.MIN_VALUE : 0;
    int greatest = narrow ? 64 : least + 255;
    return Arrays.stream(values)
        .allMatch(
            value ->
                value - zero > Byte.MIN_VALUE
                    && 2L * zero - value >= least
                    && 2L * zero - value <= greatest);
  }

  /** Whether the weights may have a scale of each output. */
  boolean mayHaveScales(Walk walk) {
    return walk.hasAxes() && (!fromReals || walk.opset() >= 13);
  }

  /** The weights with the real values of each output multiplied; one factor, or one of each. */
  Weights times(double[] factors) {
    int inner = 1;
    for (int i = axis + 1; i < dims.length; i++) {
      inner *= (int) dims[i];
    }
    long[] signed = values.clone();
    for (int i = 0; i < signed.length; i++) {
      int output = i / inner % outputs();
      if (factors[factors.length == 1 ? 0 : output] < 0) {
        signed[i] = 2L * zero - values[i];
      }
    }
    float[] all = new float[Math.max(factors.length, scales.length)];
    for (int i = 0; i < all.length; i++) {
      all[i] = (float) (scale(i) * Math.abs(factors[factors.length == 1 ? 0 : i]));
    }
    return new Weights(type, dims, axis, signed, all, zero, fromReals);
  }

  /** Input scale times weight scale. */
  float[] products(FeatureMap input) {
    float[] products = new float[scales.length];
    for (int i = 0; i < products.length; i++) {
      products[i] = input.quantisation().scale() * scales[i];
    }
    return products;
  }

  /** An output quantisation for sums of {@code taps} products with values of {@code input}. */
  Quantisation output(Walk walk, FeatureMap input, int taps) {
    double spread = 0;
    for (long value : values) {
      spread += Math.pow((double) value - zero, 2);
    }
    spread = Math.sqrt(spread / values.length * taps) * 74 * input.quantisation().scale();
    double reach = 2.5 * (spread + 1e-30) * scale(0);
    return Quantisations.draw(walk.choices(), input.signed(), -reach, reach);
  }
}
