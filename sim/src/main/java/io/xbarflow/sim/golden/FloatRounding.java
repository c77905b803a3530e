package io.xbarflow.sim.golden;

/** Float32 to 8-bit integer. */
final class FloatRounding {
  /**
   * 1.5 * 2^23. Float32 has no fractions between 2^23 and 2^24, so adding this rounds half to even,
   * and the low bits of the sum are the rounded integer.
   */
  private static final float ROUNDING = 12582912f;

  private static final int ROUNDING_BITS = Float.floatToRawIntBits(ROUNDING);

  /** Beyond this an 8-bit value is at its end whatever its zero point. */
  private static final float FAR = 1024;

  private FloatRounding() {}

  /**
   * {@code clamp(roundHalfEven(real) + zeroPoint, least, greatest)}; {@code real} may be any finite
   * or infinite value.
   *
   * <p>Range: zero point and ends -128 to 255.
   */
  static int quantise(float real, int zeroPoint, int least, int greatest) {
    float near = real > FAR ? FAR : real < -FAR ? -FAR : real;
    int rounded = Float.floatToRawIntBits(near + ROUNDING) - ROUNDING_BITS;
    return Math.max(least, Math.min(greatest, rounded + zeroPoint));
  }
}
