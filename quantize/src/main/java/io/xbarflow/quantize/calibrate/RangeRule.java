package io.xbarflow.quantize.calibrate;

import static com.google.common.base.Preconditions.checkArgument;

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

  private static Range leastError(Range all, Histogram histogram) {
    Range best = all;
    double least = histogram.error(all);
    for (int step = 1; step < STEPS; step++) {
      float part = 1 - (float) step / STEPS;
      Range shrunk = new Range(all.least() * part, all.greatest() * part);
      double error = histogram.error(shrunk);
      if (error < least) {
        least = error;
        best = shrunk;
      }
    }
    return best;
  }
}
