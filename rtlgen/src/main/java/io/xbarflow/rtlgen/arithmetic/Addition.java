package io.xbarflow.rtlgen.arithmetic;

import io.xbarflow.core.network.Quantisation;

/**
 * The addition a layer asks for: {@code ra = sa/sy, rb = sb/sy, fixed = zy - fma(ra, za, rb*zb), y
 * = clamp(roundHalfEven(fma(a, ra, fma(b, rb, fixed))))} in float32.
 *
 * <p>A constant operand that is broadcast over the pixels of a channel is {@code b}, whichever
 * operand of the ONNX node it is: ONNX Runtime adds it to {@code fixed} first.
 *
 * <p>Source: com.microsoft QLinearAdd-1 as ONNX Runtime computes it.
 *
 * @param layer name for messages
 * @param a first operand
 * @param b second operand
 * @param y result
 * @param clampMin least output value
 * @param clampMax greatest output value
 */
public record Addition(
    String layer, Quantisation a, Quantisation b, Quantisation y, int clampMin, int clampMax) {

  /** Ratio of the first operand's scale to the output's. */
  float ratioA() {
    return a.scale() / y.scale();
  }

  /** Ratio of the second operand's scale to the output's. */
  float ratioB() {
    return b.scale() / y.scale();
  }

  /** What all zero points come to. */
  float fixed() {
    float productB = ratioB() * b.zeroPoint();
    return y.zeroPoint() - Math.fma(ratioA(), (float) a.zeroPoint(), productB);
  }

  /** The defined output for the raw values {@code valueA} and {@code valueB}. */
  int define(int valueA, int valueB) {
    float inner = Math.fma((float) valueB, ratioB(), fixed());
    float outer = Math.fma((float) valueA, ratioA(), inner);
    return (int) Math.max(clampMin, Math.min(clampMax, Math.rint((double) outer)));
  }
}
