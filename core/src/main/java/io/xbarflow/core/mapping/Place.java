package io.xbarflow.core.mapping;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * Where a macro stands on the grid of macros.
 *
 * @param row from the top, 0 first
 * @param column from the left, 0 first
 */
public record Place(int row, int column) {
  /** Rows and columns of the largest grid. */
  public static final int MOST = 1 << 24;

  /** Checks that the place can be on a grid, so that distances can be computed. */
  public Place {
    checkArgument(
        row >= 0 && row < MOST && column >= 0 && column < MOST,
        "place (%s, %s) is on no grid",
        row,
        column);
  }

  /** Grid steps to {@code other}. */
  public int distance(Place other) {
    return Math.abs(row - other.row) + Math.abs(column - other.column);
  }
}
