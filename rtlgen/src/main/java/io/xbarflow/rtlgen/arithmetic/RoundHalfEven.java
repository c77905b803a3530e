package io.xbarflow.rtlgen.arithmetic;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * What {@code round_half_even.v} computes, bit for bit: a fixed-point number rounded half to even,
 * shifted by the zero point and clamped.
 *
 * <p>With {@code I} the integer part (floor) and {@code F} the fraction in units of {@code
 * 2^-fractionBits}, the number is a tie when {@code |F - half| <= window}. The float window is what
 * makes the result equal to float32: half a float32 ulp, {@code 2^(fractionBits + j - 24)} (0 below
 * one unit) where {@code j} is the position of the leading one of {@code I}, or of {@code -I - 1}
 * when negative, at most 8 since anything greater saturates, and {@code j = -1} when there is none.
 * Just below one half the float32 ulp is smaller, which does not matter: tie or not, the result is
 * zero there.
 *
 * @param fractionBits bits after the binary point, 2 to 62
 * @param floatWindow whether ties are those of float32 rather than of a constant window
 * @param window the constant window, in units of {@code 2^-fractionBits}; 0 with a float window
 * @param zeroPoint added after rounding
 * @param low least result
 * @param high greatest result
 */
public record RoundHalfEven(
    int fractionBits, boolean floatWindow, long window, int zeroPoint, int low, int high) {
  private static final int LARGEST_EXPONENT = 8;

  /** Checks the ranges. */
  public RoundHalfEven {
    checkArgument(fractionBits >= 2 && fractionBits <= 62, "fraction bits %s", fractionBits);
    checkArgument(window >= 0 && window < 1L << (fractionBits - 1), "window %s", window);
    checkArgument(!floatWindow || window == 0, "window %s beside the float window", window);
    checkArgument(low <= high, "low %s, high %s", low, high);
  }

  /** Rounds {@code product * 2^-fractionBits}. */
  public int evaluate(long product) {
    return evaluate(product >> fractionBits, product & ((1L << fractionBits) - 1));
  }

  /** Rounds {@code a * b * 2^-fractionBits}, the product taken to 128 bits. */
  int evaluateProduct(long a, long b) {
    long upper = Math.multiplyHigh(a, b);
    long lower = a * b;
    return evaluate(
        (upper << (64 - fractionBits)) | (lower >>> fractionBits),
        lower & ((1L << fractionBits) - 1));
  }

  private int evaluate(long integer, long fraction) {
    long half = 1L << (fractionBits - 1);
    long rounded;
    if (Math.abs(fraction - half) <= window(integer)) {
      rounded = integer + (integer & 1);
    } else {
      rounded = fraction > half ? integer + 1 : integer;
    }
    return (int) Math.max(low, Math.min(high, rounded + zeroPoint));
  }

  private long window(long integer) {
    if (!floatWindow) {
      return window;
    }
    long magnitude = integer < 0 ? ~integer : integer;
    int exponent = Math.min(LARGEST_EXPONENT, 63 - Long.numberOfLeadingZeros(magnitude));
    int shift = fractionBits + exponent - 24;
    return shift < 0 ? 0 : 1L << shift;
  }
}
