package io.xbarflow.mapper.place;

import com.google.common.collect.ImmutableList;

/**
 * Orders in which to visit the cells of a {@code rows x columns} board: row by row, there and back
 * in bands of every height, along a Hilbert curve. Macros that follow one another in the pipeline
 * take cells that follow one another.
 */
final class Orders {
  /** A Hilbert curve goes over the least square around the board, if that is not far larger. */
  private static final int MOST_CELLS_PER_CELL = 8;

  private final int rows;
  private final int columns;
  private final int count;

  private Orders(int rows, int columns, int count) {
    this.rows = rows;
    this.columns = columns;
    this.count = count;
  }

  /** The first {@code count} cells of every order. */
  static ImmutableList<int[]> of(int rows, int columns, int count) {
    Orders orders = new Orders(rows, columns, count);
    ImmutableList.Builder<int[]> all = ImmutableList.builder();
    all.add(orders.rowMajor());
    for (int height = 1; height <= Math.min(rows, count); height++) {
      all.add(orders.bands(height, false));
    }
    for (int width = 1; width <= Math.min(columns, count); width++) {
      all.add(orders.bands(width, true));
    }
    int side = Integer.highestOneBit(2 * Math.max(rows, columns) - 1);
    if ((long) side * side <= (long) MOST_CELLS_PER_CELL * rows * columns) {
      all.add(orders.hilbert(side));
    }
    return all.build();
  }

  private int[] rowMajor() {
    int[] cells = new int[count];
    for (int i = 0; i < count; i++) {
      cells[i] = i;
    }
    return cells;
  }

  /**
   * Bands of {@code height} rows, the first to the right, the next back, and so on; in a band the
   * columns are visited down and up in turn. Height 1 is the serpentine. Transposed: bands of
   * columns.
   */
  private int[] bands(int height, boolean transposed) {
    int bandRows = transposed ? columns : rows;
    int bandColumns = transposed ? rows : columns;
    int[] cells = new int[count];
    int filled = 0;
    for (int band = 0; filled < count; band++) {
      int top = band * height;
      int tall = Math.min(height, bandRows - top);
      boolean down = true; // the next column is visited from its upper row
      for (int along = 0; along < bandColumns && filled < count; along++) {
        int c = band % 2 == 0 ? along : bandColumns - 1 - along;
        for (int step = 0; step < tall && filled < count; step++) {
          int r = top + (down ? step : tall - 1 - step);
          cells[filled++] = transposed ? c * columns + r : r * columns + c;
        }
        down = !down;
      }
    }
    return cells;
  }

  /** The cells in the order of the Hilbert curve through a square of {@code side}, a power of 2. */
  private int[] hilbert(int side) {
    int[] cells = new int[count];
    int filled = 0;
    for (long position = 0; filled < count; position++) {
      int x = 0;
      int y = 0;
      long rest = position;
      for (int size = 1; size < side; size *= 2) {
        int right = (int) (rest / 2 % 2);
        int upper = (int) ((rest ^ right) % 2);
        if (upper == 0) { // turn the quarters built so far
          if (right == 1) {
            x = size - 1 - x;
            y = size - 1 - y;
          }
          int swapped = x;
          x = y;
          y = swapped;
        }
        x += size * right;
        y += size * upper;
        rest /= 4;
      }
      if (y < rows && x < columns) {
        cells[filled++] = y * columns + x;
      }
    }
    return cells;
  }
}
