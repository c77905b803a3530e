package io.xbarflow.core.network;

/** Positions of windows along one axis. */
final class Windows {
  private Windows() {}

  /**
   * Whether each of {@code positions} windows has a tap inside {@code size} rows or columns, found
   * without walking over the taps.
   */
  static boolean haveTaps(
      int kernel, int stride, int before, int dilation, int size, int positions) {
    for (int position = 0; position < positions; position++) {
      long first = (long) position * stride - before;
      // The first tap at or behind the edge.
      long tap = first >= 0 ? 0 : (-first + dilation - 1) / dilation;
      if (tap >= kernel || first + tap * dilation >= size) {
        return false;
      }
    }
    return true;
  }
}
