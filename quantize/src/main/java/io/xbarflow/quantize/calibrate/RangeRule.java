package io.xbarflow.quantize.calibrate;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.function.Function;

/**
 * How the range of a value follows from what was observed of it.
 *
 * @param method what is sought
 * @param percentile for {@link Method#PERCENTILE}: how many per cent of the values are represented
 */
public record RangeRule(Method method, double percentile) {
  /** Steps in which the range shrinks in search of the least error. */
  private static final int STEPS = 100;

  /** What is sought. */
  public enum Method {
    /** All observed values are represented. */
    MIN_MAX,
    /** The greatest are cut off, as many as stated. */
    PERCENTILE,
    /** The mean squared error over the observed values is least. */
    MSE
  }

  /** Checks the percentile. */
  public RangeRule {
    checkArgument(percentile > 0 && percentile <= 100, "percentile %s", percentile);
  }

  boolean needsHistogram() {
    return method != Method.MIN_MAX;
  }

  /** The range of a value that was observed within {@code all}, with {@code histogram}. */
  Range of(Range all, Histogram histogram) {
    return switch (method) {
      case MIN_MAX -> all;
      case PERCENTILE -> {
        Range part = histogram.percentile(percentile / 100);
        yield new Range(
            Math.max(all.least(), part.least()), Math.min(all.greatest(), part.greatest()));
      }
      case MSE -> leastError(all, histogram);
    };
  }

  /** Shrinks one end after the other until neither makes the error less. */
  private static Range leastError(Range all, Histogram histogram) {
    Range best = all;
    Range before;
    do {
      before = best;
      Range fixed = best;
      best = best(best, histogram, part -> new Range(fixed.least(), all.greatest() * part));
      Range upper = best;
      best = best(best, histogram, part -> new Range(all.least() * part, upper.greatest()));
    } while (!best.equals(before));
    return best;
  }

  /** The first of {@code range} and its shrunk forms with the least error. */
  private static Range best(Range range, Histogram histogram, Function<Float, Range> shrunk) {
    Range best = range;
    double least = histogram.error(range);
    for (int step = 0; step < STEPS; step++) {
      Range other = shrunk.apply(1 - (float) step / STEPS);
      double error = histogram.error(other);
      if (error < least) {
        least = error;
        best = other;
      }
    }
    return best;
  }
}
