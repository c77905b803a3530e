package io.xbarflow.rtlgen.arithmetic;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Quantisation;

/**
 * The output of average pooling as a function of the float32 sum of a window, a monotonic
 * staircase, and the sums that windows can reach. Sums are integers in units of the input scale's
 * last significant bit.
 *
 * <p>Every float32 sum lies within {@link #error} of the factor times the sum of the values, so
 * between two such bands a threshold may lie anywhere.
 */
final class AverageStaircase {
  private final Quantisation y;
  private final int added;
  private final int count;
  private final long factor;
  private final int unitExponent;
  private final int leastTotal;
  private final int greatestTotal;
  private final long error;
  private final double slope;

  /** The mean of at most {@code count} values, divided by {@code count}. */
  AverageStaircase(Layer.Pool.Kind kind, Quantisation x, Quantisation y, int count) {
    this.y = y;
    this.added = kind.addedBeforeRounding(y);
    this.count = count;
    int significand = (Float.floatToIntBits(x.scale()) & 0x7fffff) | 0x800000;
    int zeros = Integer.numberOfTrailingZeros(significand);
    this.factor = significand >> zeros;
    this.unitExponent = Math.getExponent(x.scale()) - (RoundSignificand.BITS - 1) + zeros;
    this.leastTotal = count * (x.min() - x.zeroPoint());
    this.greatestTotal = count * (x.max() - x.zeroPoint());
    this.error = count * (halfUlp(255 * factor) + halfUlp(255 * factor * (long) count));
    this.slope = Math.scalb(1.0, unitExponent) / ((double) count * (double) y.scale());
  }

  /** Half a unit in the last place of a float32 around twice {@code magnitude}, rounded up. */
  static long halfUlp(long magnitude) {
    int dropped = 64 - Long.numberOfLeadingZeros(magnitude) - RoundSignificand.BITS;
    return dropped <= 0 ? 0 : 1L << dropped;
  }

  long factor() {
    return factor;
  }

  int unitExponent() {
    return unitExponent;
  }

  /** Outputs per unit of the sum. */
  double slope() {
    return slope;
  }

  /** Signed bits of every product and sum. */
  int sumBits() {
    // At least 11, so that x - zx and its sign fit whatever the factor.
    long greatest = Math.max(Math.max(-least(), greatest()), 1023);
    return 65 - Long.numberOfLeadingZeros(greatest);
  }

  private long least() {
    return factor * leastTotal - error;
  }

  private long greatest() {
    return factor * greatestTotal + error;
  }

  /** Least output. */
  int lowest() {
    return define(least());
  }

  /** Greatest output. */
  int highest() {
    return define(greatest());
  }

  /** The output for {@code sum}, rounded to float32 where it is none. */
  int define(long sum) {
    float total = (float) Math.scalb((double) RoundSignificand.evaluate(sum), unitExponent);
    float mean = total / (float) count;
    double rounded = Math.rint((double) (mean / y.scale() + (float) added));
    return (int) Math.max(y.min(), Math.min(y.max(), rounded + (y.zeroPoint() - added)));
  }

  /**
   * The sum with most trailing zeros that separates the reachable sums giving at most {@code value}
   * from those giving more.
   */
  long threshold(int value) {
    long span = greatest() - least() + 1;
    if (define(least()) > value) {
      return roundest(least() - span - 1, least());
    }
    if (define(greatest()) <= value) {
      return roundest(greatest(), greatest() + span + 1);
    }
    long below = below(value);
    return roundest(reachableDown(below), reachableUp(below + 1));
  }

  /** Reachable sums on both sides of every step, and the least and the greatest. */
  ImmutableList<Long> ends() {
    ImmutableList.Builder<Long> ends = ImmutableList.builder();
    ends.add(least());
    for (int value = lowest(); value < highest(); value++) {
      long below = below(value);
      ends.add(reachableDown(below));
      ends.add(reachableUp(below + 1));
    }
    return ends.add(greatest()).build();
  }

  /** The last sum that gives at most {@code value}; neither the least nor the greatest gives it. */
  private long below(int value) {
    long below = least();
    long above = greatest();
    while (above - below > 1) {
      long middle = below + (above - below) / 2;
      if (define(middle) <= value) {
        below = middle;
      } else {
        above = middle;
      }
    }
    return below;
  }

  /** The greatest reachable sum of at most {@code sum}, itself at least the least. */
  private long reachableDown(long sum) {
    long total = Math.min(greatestTotal, Math.floorDiv(sum + error, factor));
    return Math.min(sum, factor * total + error);
  }

  /** The least reachable sum of at least {@code sum}, itself at most the greatest. */
  private long reachableUp(long sum) {
    long total = Math.max(leastTotal, -Math.floorDiv(error - sum, factor));
    return Math.max(sum, factor * total - error);
  }

  /** The number above {@code low}, up to {@code high}, with most trailing zeros. */
  private static long roundest(long low, long high) {
    int zeros = 62;
    while (high >> zeros << zeros <= low) {
      zeros--;
    }
    return high >> zeros << zeros;
  }
}
