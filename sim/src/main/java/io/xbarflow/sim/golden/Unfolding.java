package io.xbarflow.sim.golden;

import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Window;
import java.util.Arrays;

/**
 * What the taps of a window read. A tap is (input channel, kernel row, kernel column), in the order
 * of the weights; in the padding it reads 0.
 *
 * @param window the window
 * @param input shape of the map read
 * @param output shape of the map written
 */
record Unfolding(Window window, Shape input, Shape output) {

  /** Taps over {@code channels} input channels. */
  int taps(int channels) {
    return channels * window.taps();
  }

  /**
   * Writes what tap ({@code channel}, {@code i}, {@code j}) reads for output row {@code row} to
   * {@code target} from {@code to} on.
   *
   * @param x the map, zero point taken out
   */
  void row(int[] x, int channel, int i, int j, int row, int[] target, int to) {
    int width = output.width();
    int r = row * window.strideHeight() - window.padTop() + i * window.dilationHeight();
    if (r < 0 || r >= input.height()) {
      Arrays.fill(target, to, to + width, 0);
      return;
    }
    int stride = window.strideWidth();
    int left = j * window.dilationWidth() - window.padLeft(); // column that output column 0 reads
    int first = Math.min(width, left >= 0 ? 0 : (-left + stride - 1) / stride);
    int end = input.width() - left; // output columns c with c * stride < end are inside
    int last = Math.max(first, Math.min(width, end <= 0 ? 0 : (end + stride - 1) / stride));
    Arrays.fill(target, to, to + first, 0);
    Arrays.fill(target, to + last, to + width, 0);
    int from = (channel * input.height() + r) * input.width() + left;
    if (stride == 1 && first < last) {
      System.arraycopy(x, from + first, target, to + first, last - first);
    } else {
      for (int c = first; c < last; c++) {
        target[to + c] = x[from + c * stride];
      }
    }
  }

  /**
   * Writes what every tap over all input channels reads for one output pixel to {@code target}.
   *
   * @param x the map, zero point taken out
   */
  void pixel(int[] x, int row, int column, int[] target) {
    int tap = 0;
    for (int channel = 0; channel < input.channels(); channel++) {
      for (int i = 0; i < window.kernelHeight(); i++) {
        int r = row * window.strideHeight() - window.padTop() + i * window.dilationHeight();
        boolean inside = r >= 0 && r < input.height();
        int from = (channel * input.height() + r) * input.width();
        for (int j = 0; j < window.kernelWidth(); j++) {
          int c = column * window.strideWidth() - window.padLeft() + j * window.dilationWidth();
          target[tap++] = inside && c >= 0 && c < input.width() ? x[from + c] : 0;
        }
      }
    }
  }
}
