package io.xbarflow.rtlgen.arithmetic;

import static com.google.common.base.Preconditions.checkArgument;

import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.Quantisation;

/**
 * The constants of average pooling over windows of one count of taps, in integer arithmetic.
 *
 * <p>Hardware: {@code T = sum(x - zx)} over the taps inside the map, {@code product = T *
 * multiplier + offset}, then {@code round_half_even} with a constant window of 0; the offset holds
 * the output's zero point.
 *
 * <p>ONNX Runtime adds {@code sx * (x - zx)} in float32, divides by the count and by {@code sy} and
 * adds {@code zy}, so near a tie its result depends on the values and not only on their sum. The
 * proof bounds the error of the float32 sum for every reachable {@code T}: where all sums within
 * the bound give one output, the hardware must give it; otherwise the design is refused.
 *
 * <p>Source: com.microsoft QLinearAveragePool-1 as ONNX Runtime computes it.
 *
 * @param layer name for messages
 * @param x quantisation of the input
 * @param y quantisation of the output
 * @param taps taps inside the map
 * @param divisor what the sum is divided by: the taps inside the map, or all with count_include_pad
 * @param multiplier unsigned constant, {@code sx / (divisor * sy)} in units of {@code 2^-S}
 * @param offset signed constant, {@code zy} in units of {@code 2^-S}
 * @param rounding how the product becomes the output
 */
public record AveragePoolDesign(
    String layer,
    Quantisation x,
    Quantisation y,
    int taps,
    int divisor,
    long multiplier,
    long offset,
    RoundHalfEven rounding) {
  private static final double UNIT_ROUNDOFF = 0x1p-24;

  /** Bits of the multiplier. */
  private static final int MULTIPLIER_BITS = 30;

  /** Checks the ranges. */
  public AveragePoolDesign {
    checkArgument(taps > 0 && divisor >= taps, "%s taps, divisor %s", taps, divisor);
    checkArgument(multiplier >= 0, "multiplier %s", multiplier);
  }

  /**
   * Designs and proves windows with {@code taps} taps inside the map.
   *
   * @throws UserException when a reachable sum is so near a tie that ONNX Runtime's result depends
   *     on the order of the values
   */
  public static AveragePoolDesign of(
      String layer, Quantisation x, Quantisation y, int taps, int divisor) {
    double ratio = (double) x.scale() / ((double) divisor * (double) y.scale());
    int fractionBits = Math.max(8, Math.min(45, MULTIPLIER_BITS - 1 - Math.getExponent(ratio)));
    AveragePoolDesign design =
        new AveragePoolDesign(
            layer,
            x,
            y,
            taps,
            divisor,
            Math.round(Math.scalb(ratio, fractionBits)),
            (long) y.zeroPoint() << fractionBits,
            new RoundHalfEven(fractionBits, false, 0, 0, y.min(), y.max()));
    design.prove();
    return design;
  }

  /** What the hardware gives for {@code sum = sum(x - zx)}. */
  public int evaluate(int sum) {
    return rounding.evaluate(sum * multiplier + offset);
  }

  /**
   * Proves {@link #evaluate} for every reachable sum.
   *
   * @throws UserException naming the layer and the sum otherwise
   */
  public void prove() {
    double scale = x.scale();
    double greatest = 255 * scale * taps;
    // taps products and taps - 1 sums, each off by half an ulp of at most the greatest sum.
    double error = exactInFloat() ? 0 : 2 * taps * UNIT_ROUNDOFF * greatest;
    for (int sum = taps * (x.min() - x.zeroPoint());
        sum <= taps * (x.max() - x.zeroPoint());
        sum++) {
      int least = define((float) (sum * scale - error));
      int most = define((float) (sum * scale + error));
      if (least != most || evaluate(sum) != least) {
        throw UserException.badInput(
            "layer " + layer,
            String.format(
                "average of %d values over %d with scales %s and %s: a sum of %d gives %d to %d in"
                    + " float32, depending on the values, and %d in integers",
                taps, divisor, x.scale(), y.scale(), sum, least, most, evaluate(sum)),
            "sums that stay clear of ties",
            "Use an output scale that is no simple fraction of the input's, a power of two as the"
                + " input scale, or global average pooling.");
      }
    }
  }

  /** Whether every product and sum has at most 24 significant bits. */
  private boolean exactInFloat() {
    int significand = (Float.floatToIntBits(x.scale()) & 0x7fffff) | 0x800000;
    int bits = RoundSignificand.BITS - Integer.numberOfTrailingZeros(significand);
    return bits + (32 - Integer.numberOfLeadingZeros(255 * taps)) <= RoundSignificand.BITS;
  }

  /** The defined output for a float32 sum; monotonic. */
  private int define(float sum) {
    float mean = sum / (float) divisor;
    float real = mean / y.scale() + (float) y.zeroPoint();
    return (int) Math.max(y.min(), Math.min(y.max(), Math.rint((double) real)));
  }
}
