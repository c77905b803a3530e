package io.xbarflow.sim.golden;

/** Float32 to 8-bit integer. */
final class FloatRounding {
  private FloatRounding() {}

  /**
   * {@code clamp(roundHalfEven(real) + zeroPoint, least, greatest)}; {@code real} may be any finite
   * or infinite value.
   */
  static int quantise(float real, int zeroPoint, int least, int greatest) {
    double rounded = Math.rint((double) real) + zeroPoint;
    return (int) Math.max(least, Math.min(greatest, rounded));
  }
}
