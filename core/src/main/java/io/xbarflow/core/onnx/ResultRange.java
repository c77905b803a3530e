package io.xbarflow.core.onnx;

import io.xbarflow.core.network.Quantisation;
import java.util.Locale;

/**
 * Scales for which ONNX Runtime's kernels leave the range of their integers. QLinearAdd, QLinearMul
 * and QLinearAveragePool convert the float32 result to int32 before they saturate: from 2^31 on the
 * conversion gives the least int32, and so the least output instead of the greatest.
 * QLinearGlobalAveragePool refuses to run. All other operators saturate in float32.
 */
final class ResultRange {
  /** Half of int32, so that the rounding of float32 is of no concern. */
  private static final double GREATEST = 0x1p30;

  private static final float LEAST_MEAN_SCALE = 0x1p-32f;
  private static final float GREATEST_MEAN_SCALE = 0x1p8f;

  private ResultRange() {}

  /** What a result may have at most in steps of {@code to}, for one operand. */
  static double steps(double greatest, float scale, Quantisation to) {
    return greatest * scale / to.scale();
  }

  /** The greatest distance of a value of {@code from} to its zero point. */
  static int greatest(Quantisation from) {
    return Math.max(from.max() - from.zeroPoint(), from.zeroPoint() - from.min());
  }

  /**
   * Refuses {@code node} when a result can have {@code steps} of {@code to} and that is too many.
   */
  static void requireInt32(Node node, double steps, Quantisation to) {
    if (!(steps < GREATEST)) {
      throw node.refuse(
          String.format(
              Locale.ROOT,
              "results of '%s' up to %.3g times its scale %s",
              node.output(),
              steps,
              to.scale()),
          "less than 2^30 times, since ONNX Runtime's conversion to int32 overflows at 2^31",
          "Calibrate the quantisation again.");
    }
  }

  /** Refuses a mean over {@code pixels} that ONNX Runtime refuses to compute. */
  static void requireMean(Node node, Quantisation from, Quantisation to, int pixels) {
    float scale = from.scale() / (to.scale() * (float) pixels);
    if (!(scale >= LEAST_MEAN_SCALE && scale < GREATEST_MEAN_SCALE)) {
      throw node.refuse(
          String.format(
              Locale.ROOT,
              "input scale %s and scale %s of '%s' for a mean over %d pixels, the quotient is %.3g",
              from.scale(),
              to.scale(),
              node.output(),
              pixels,
              scale),
          "a quotient from 2^-32 to 2^8, which ONNX Runtime accepts",
          "Calibrate the quantisation again.");
    }
  }

  /** What the conversion of {@code rounded} to int32 and the saturation to {@code to} give. */
  static int saturated(double rounded, Quantisation to) {
    boolean converts = rounded >= Integer.MIN_VALUE && rounded <= Integer.MAX_VALUE;
    return converts ? (int) Math.max(to.min(), Math.min(to.max(), rounded)) : to.min();
  }
}
