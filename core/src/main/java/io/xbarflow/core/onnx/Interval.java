package io.xbarflow.core.onnx;

import static com.google.common.base.Preconditions.checkArgument;

import io.xbarflow.core.network.Quantisation;

/**
 * A range of real values.
 *
 * @param low least value
 * @param high greatest value
 */
public record Interval(double low, double high) {
  private static final int STEPS = 254;

  /** All values. */
  public static final Interval ALL =
      new Interval(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

  /** Checks the order. */
  public Interval {
    checkArgument(low <= high, "from %s to %s", low, high);
  }

  /** What the integers {@code least} to {@code greatest} stand for. */
  static Interval of(int least, int greatest, Quantisation quantisation) {
    return new Interval(
        (least - quantisation.zeroPoint()) * (double) quantisation.scale(),
        (greatest - quantisation.zeroPoint()) * (double) quantisation.scale());
  }

  /** The least range that holds both. */
  public Interval union(Interval other) {
    return new Interval(Math.min(low, other.low), Math.max(high, other.high));
  }

  /** The sums of a value of each. */
  Interval plus(Interval other) {
    return new Interval(low + other.low, high + other.high);
  }

  /** The sums of {@code count} values. */
  Interval times(int count) {
    return new Interval(count * low, count * high);
  }

  /**
   * The values that together with some value of {@code other} can give a sum in this range; all,
   * where none can.
   */
  Interval without(Interval other) {
    double least = low - other.high;
    double greatest = high - other.low;
    return least <= greatest ? new Interval(least, greatest) : ALL;
  }

  /**
   * The values that can be in a mean of {@code count} values of {@code range} that lies in this
   * range.
   */
  Interval ofMean(int count, Interval range) {
    double least = count * low - (count - 1) * range.high;
    double greatest = count * high - (count - 1) * range.low;
    return least <= greatest ? new Interval(least, greatest) : ALL;
  }

  /** What a Relu or Clip makes of it. */
  Interval within(Bounds bounds) {
    double least = Math.min(Math.max(low, bounds.low()), bounds.high());
    double greatest = Math.min(Math.max(high, bounds.low()), bounds.high());
    return new Interval(least, greatest);
  }

  /** The part of it that lies in {@code other}; itself where that is nothing. */
  public Interval cutTo(Interval other) {
    double least = Math.max(low, other.low);
    double greatest = Math.min(high, other.high);
    return least < greatest ? new Interval(least, greatest) : this;
  }

  /**
   * The quantisation with the finest scale that saturates none of its values and represents 0: the
   * range with 0, in 254 steps, so that both ends stay inside when the zero point is rounded.
   */
  Quantisation covering(boolean signed) {
    double least = Math.min(low, 0);
    double greatest = Math.max(high, 0);
    float scale = Math.nextUp((float) ((greatest - least) / STEPS));
    if (!(scale >= Float.MIN_NORMAL)) {
      scale = 1; // nothing but 0
    }
    int first = signed ? Byte.MIN_VALUE : 0;
    return new Quantisation(scale, first + (int) Math.rint(-least / scale), signed);
  }

  /** Whether there is a scale for it. */
  boolean hasScale() {
    return Math.max(high, 0) - Math.min(low, 0) < Float.MAX_VALUE;
  }
}
