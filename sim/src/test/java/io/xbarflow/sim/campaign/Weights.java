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
    int zero =
        kind < 5 || (kind > 5 && signed)
            ? 0
            : signed ? choices.between(0, 40) - 20 : choices.between(0, 80) + 88;
    // Sums of two products must fit 16 bits where the processor adds them so.
    boolean narrow = signed && !walk.exactSums();
    int least = signed ? Math.max(narrow ? -64 : -128, zero - 128) : Math.max(0, zero - 128);
    int greatest = signed ? Math.min(narrow ? 63 : 127, zero + 127) : Math.min(255, zero + 127);
    int content = choices.draw(6);
    Random random = walk.contents();
    long[] values = new long[(int) Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (content) {
            case 0 -> Math.min(zero + 1, greatest);
            case 1 -> zero + random.nextInt(-3, 4);
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
            + (each ? " per channel" : " per tensor"));
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

  /**
   * An int32 bias, a fair part of what the products sum up to; empty when there is none.
   *
   * @param taps products that one output sums up
   */
  long[] bias(Walk walk, int taps) {
    int kind = walk.choices().draw(4);
    Random random = walk.contents();
    long[] bias = new long[kind == 0 ? 0 : outputs()];
    int most = kind == 1 ? 1 : kind == 2 ? 4000 * taps : 1 << 24;
    for (int i = 0; i < bias.length; i++) {
      bias[i] = kind == 1 ? 7 : random.nextInt(-most, most + 1);
    }
    return bias;
  }

  /** The int32 bias of a QOperator; "" for none. */
  static String integerBias(Walk walk, long[] bias) {
    return bias.length == 0
        ? ""
        : Stored.integers(walk, OnnxModel.INT32, new long[] {bias.length}, bias);
  }

  /** The real bias of a float operator; "" for none. */
  String realBias(Walk walk, FeatureMap input, long[] bias) {
    if (bias.length == 0) {
      return "";
    }
    float[] products = new float[scales.length];
    for (int i = 0; i < products.length; i++) {
      products[i] = input.quantisation().scale() * scales[i];
    }
    AttributeProto[] attributes =
        scales.length == 1 ? new AttributeProto[0] : new AttributeProto[] {attribute("axis", 0)};
    return walk.node(
        "DequantizeLinear",
        List.of(
            Stored.integers(walk, OnnxModel.INT32, new long[] {bias.length}, bias),
            walk.stored(OnnxModel.reals(scaleDims(), products))),
        attributes);
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
