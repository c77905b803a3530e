package io.xbarflow.quantize.calibrate;

import io.xbarflow.quantize.graph.Stored;

/** How often values fall into equal parts of their range. */
final class Histogram {
  /** Sixteen parts for each of the 256 steps. */
  private static final int BINS = 4096;

  private final float least;
  private final double width;
  private final long[] counts = new long[BINS];
  private long total;

  Histogram(float least, float greatest) {
    this.least = least;
    this.width = ((double) greatest - least) / BINS;
  }

  void add(Stored values) {
    for (int i = 0; i < values.size(); i++) {
      counts[bin(values.real(i))]++;
    }
    total += values.size();
  }

  private int bin(float value) {
    return width == 0 ? 0 : (int) Math.max(0, Math.min(BINS - 1, (value - least) / width));
  }

  /** The middle of part {@code bin}. */
  private double middle(int bin) {
    return least + (bin + 0.5) * width;
  }

  /**
   * The range that leaves out {@code 1 - part} of all values, half of them on either side.
   *
   * @param part greater than 0, at most 1
   */
  Range percentile(double part) {
    double tail = total * (1 - part) / 2;
    int low = 0;
    for (long below = counts[0]; low < BINS - 1 && below <= tail; below += counts[low]) {
      low++;
    }
    int high = BINS - 1;
    for (long above = counts[high]; high > 0 && above <= tail; above += counts[high]) {
      high--;
    }
    return Range.including((float) (least + low * width), (float) (least + (high + 1) * width));
  }

  /** The mean squared error of 8-bit values that stand for {@code range}. */
  double error(Range range) {
    double scale = range.quantisation(false).scale();
    double zero = range.quantisation(false).zeroPoint();
    double sum = 0;
    for (int bin = 0; bin < BINS; bin++) {
      if (counts[bin] > 0) {
        double value = middle(bin);
        double quantised = Math.max(0, Math.min(255, Math.rint(value / scale) + zero));
        double error = (quantised - zero) * scale - value;
        sum += counts[bin] * error * error;
      }
    }
    return sum / Math.max(1, total);
  }
}
