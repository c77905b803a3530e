package io.xbarflow.quantize.calibrate;

import static com.google.common.base.Preconditions.checkArgument;

import io.xbarflow.core.network.Quantisation;
import io.xbarflow.quantize.graph.Bounds;

/**
 * The reals that a quantised value stands for; 0 is always among them.
 *
 * @param least at most 0
 * @param greatest at least 0
 */
public record Range(float least, float greatest) {
  /** Checks that both are finite and on their sides of 0. */
  public Range {
    checkArgument(least <= 0 && least >= -Float.MAX_VALUE, "least %s", least);
    checkArgument(greatest >= 0 && greatest <= Float.MAX_VALUE, "greatest %s", greatest);
  }

  /** The range of 0 and what lies between {@code least} and {@code greatest}. */
  public static Range including(float least, float greatest) {
    return new Range(Math.min(least, 0), Math.max(greatest, 0));
  }

  /** What is left of it within {@code bounds}. */
  public Range within(Bounds bounds) {
    return including(bounds.clamp(least), bounds.clamp(greatest));
  }

  /** The least range that holds both. */
  public Range and(Range other) {
    return new Range(Math.min(least, other.least), Math.max(greatest, other.greatest));
  }

  /**
   * Affine quantisation: {@code scale = (greatest - least) / 255}, {@code zeroPoint = min +
   * round(-least / scale)}. A range of 0 alone has scale 1.
   */
  public Quantisation quantisation(boolean signed) {
    double width = (double) greatest - least;
    float scale = width == 0 ? 1 : (float) (width / 255);
    scale = Math.max(scale, Float.MIN_NORMAL);
    int min = signed ? -128 : 0;
    int zero = (int) Math.min(255, Math.rint(-(double) least / scale));
    return new Quantisation(scale, min + zero, signed);
  }
}
