package io.xbarflow.rtlgen.arithmetic;

/**
 * What {@code round_significand.v} computes, bit for bit: an integer rounded half to even to its 24
 * leading bits, as a conversion to float32 does.
 */
public final class RoundSignificand {
  /** Bits of a float32 significand. */
  public static final int BITS = 24;

  private RoundSignificand() {}

  /** Rounds {@code value}, whose magnitude is below 2^62. */
  public static long evaluate(long value) {
    long magnitude = Math.abs(value);
    int dropped = 64 - Long.numberOfLeadingZeros(magnitude) - BITS;
    if (dropped <= 0) {
      return value;
    }
    long kept = magnitude >> dropped;
    long rest = magnitude - (kept << dropped);
    long half = 1L << (dropped - 1);
    if (rest > half || (rest == half && (kept & 1) == 1)) {
      kept++;
    }
    return value < 0 ? -(kept << dropped) : kept << dropped;
  }
}
