package io.xbarflow.core.tensor;

/**
 * The 16-bit floating types float16 and bfloat16, whose values are float32 values too.
 *
 * <p>Source: IEEE 754 binary16; bfloat16 is the upper half of a float32.
 */
public final class ShortFloats {
  private static final int HALF_FRACTION = 10;
  private static final int HALF_LEAST_EXPONENT = -14;
  private static final int BRAIN_FRACTION = 7;
  private static final int BRAIN_LEAST_EXPONENT = -126;

  /** Greatest finite float16. */
  private static final float HALF_MAX = 65504;

  private ShortFloats() {}

  /** The value of the float16 in the low 16 bits of {@code bits}. */
  public static float ofHalf(int bits) {
    int exponent = (bits >> HALF_FRACTION) & 0x1F;
    int fraction = bits & 0x3FF;
    float magnitude =
        exponent == 0x1F
            ? fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN
            : exponent == 0
                ? Math.scalb((float) fraction, HALF_LEAST_EXPONENT - HALF_FRACTION)
                : Math.scalb((float) (fraction | 0x400), exponent - 25);
    return (bits & 0x8000) == 0 ? magnitude : -magnitude;
  }

  /** The value of the bfloat16 in the low 16 bits of {@code bits}. */
  public static float ofBrain(int bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** The float16 nearest to {@code value}, of two the even one. */
  public static float toHalf(float value) {
    float rounded = nearest(value, HALF_FRACTION, HALF_LEAST_EXPONENT);
    return Math.abs(rounded) > HALF_MAX ? Math.copySign(Float.POSITIVE_INFINITY, value) : rounded;
  }

  /** The bits of {@code value}, which is a float16. */
  public static short bitsOfHalf(float value) {
    int sign = Float.floatToRawIntBits(value) >>> 16 & 0x8000;
    float size = Math.abs(value);
    if (Float.isNaN(value)) {
      return (short) (sign | 0x7E00);
    }
    if (size > HALF_MAX) {
      return (short) (sign | 0x7C00);
    }
    int exponent = Math.max(Math.getExponent(size), HALF_LEAST_EXPONENT);
    int fraction = (int) Math.scalb(size, HALF_FRACTION - exponent);
    // The leading one of a normal number adds one to the exponent field.
    return (short) (sign | (((exponent - HALF_LEAST_EXPONENT) << HALF_FRACTION) + fraction));
  }

  /** The bfloat16 nearest to {@code value}, of two the even one. */
  public static float toBrain(float value) {
    return nearest(value, BRAIN_FRACTION, BRAIN_LEAST_EXPONENT);
  }

  private static float nearest(float value, int fractionBits, int leastExponent) {
    if (value == 0 || !Float.isFinite(value)) {
      return value;
    }
    int exponent = Math.max(Math.getExponent(value), leastExponent);
    double unit = Math.scalb(1.0, exponent - fractionBits);
    return (float) (Math.rint(value / unit) * unit);
  }
}
