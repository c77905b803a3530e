package io.xbarflow.mapper.place;

import java.util.Arrays;
import java.util.Locale;

/**
 * Loads of the channels between neighbouring places. A net goes along the row of its source to the
 * column of its sink, then along that column; a net to the edge of the chip goes straight to the
 * nearest one.
 */
final class Channels {
  private final int rows;
  private final int columns;
  private final long limit;
  // The channel to the right of place p has index p, the one below it places + p.
  private final long[] load;
  private long excess;

  /** Channels of a grid whose every channel should carry {@code limit} bits per image at most. */
  Channels(int rows, int columns, long limit) {
    this.rows = rows;
    this.columns = columns;
    this.limit = limit;
    this.load = new long[2 * rows * columns];
  }

  /** Takes all loads away. */
  void clear() {
    Arrays.fill(load, 0);
    excess = 0;
  }

  /** Bits per image over the limit, summed over all channels. */
  long excess() {
    return excess;
  }

  /** Adds {@code bits}, which may be negative, on the way from one place to another. */
  void add(int row, int column, int toRow, int toColumn, long bits) {
    int right = row * columns;
    for (int c = Math.min(column, toColumn); c < Math.max(column, toColumn); c++) {
      change(right + c, bits);
    }
    int below = rows * columns + toColumn;
    for (int r = Math.min(row, toRow); r < Math.max(row, toRow); r++) {
      change(below + r * columns, bits);
    }
  }

  private void change(int channel, long bits) {
    long before = load[channel];
    long after = before + bits;
    load[channel] = after;
    excess += Math.max(0, after - limit) - Math.max(0, before - limit);
  }

  /** The most loaded channel; the first one of several. */
  int busiest() {
    int busiest = 0;
    for (int channel = 1; channel < load.length; channel++) {
      if (load[channel] > load[busiest]) {
        busiest = channel;
      }
    }
    return busiest;
  }

  /** Bits per image on {@code channel}. */
  long load(int channel) {
    return load[channel];
  }

  /** {@code channel} in words: the places it joins, as (row, column). */
  String describe(int channel) {
    int place = channel % (rows * columns);
    int row = place / columns;
    int column = place % columns;
    boolean right = channel < rows * columns;
    return String.format(
        Locale.ROOT,
        "channel between places (%d, %d) and (%d, %d)",
        row,
        column,
        right ? row : row + 1,
        right ? column + 1 : column);
  }
}
