package io.xbarflow.core.mapping;

/**
 * Where a macro stands on the grid of macros.
 *
 * @param row from the top, 0 first
 * @param column from the left, 0 first
 */
public record Place(int row, int column) {
  /** Grid steps to {@code other}. */
  public int distance(Place other) {
    return Math.abs(row - other.row) + Math.abs(column - other.column);
  }
}
