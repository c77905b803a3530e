package io.xbarflow.core.network;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * Affine 8-bit quantisation: real = (q - zeroPoint) * scale.
 *
 * @param scale positive, finite
 * @param zeroPoint within [{@link #min}, {@link #max}]
 * @param signed int8 when true, uint8 when false
 */
public record Quantisation(float scale, int zeroPoint, boolean signed) {
  /** Checks the ranges. */
  public Quantisation {
    checkArgument(scale > 0 && Float.isFinite(scale), "scale %s", scale);
    checkArgument(
        zeroPoint >= (signed ? -128 : 0) && zeroPoint <= (signed ? 127 : 255),
        "zero point %s",
        zeroPoint);
  }

  /** Least representable value. */
  public int min() {
    return signed ? -128 : 0;
  }

  /** Greatest representable value. */
  public int max() {
    return signed ? 127 : 255;
  }
}
