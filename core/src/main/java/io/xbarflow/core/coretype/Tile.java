package io.xbarflow.core.coretype;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.ImmutableIntArray;

/**
 * What one macro has to hold and what comes to it.
 *
 * <p><i>Shape:</i> rows x columns in use, at most those of the macro.
 */
public final class Tile {
  private final String layer;
  private final int number;
  private final int rows;
  private final int columns;
  private final byte[] weights;
  private final boolean inputsSigned;
  private final int zeroPoint;
  private final ImmutableIntArray ranges;

  /**
   * A tile.
   *
   * @param layer layer whose weights it holds
   * @param number of the macro among those of the layer, copies counted
   * @param rows rows in use
   * @param weights int8, row by row; their number is a multiple of {@code rows}
   * @param inputsSigned whether raw inputs are int8; uint8 otherwise
   * @param zeroPoint the raw input that stands for zero
   * @param ranges for every column the greatest magnitude that its sum of (input - zero point)
   *     times weight is expected to reach; empty when that is not known
   */
  public Tile(
      String layer,
      int number,
      int rows,
      byte[] weights,
      boolean inputsSigned,
      int zeroPoint,
      ImmutableIntArray ranges) {
    checkArgument(rows > 0 && weights.length > 0 && weights.length % rows == 0, "%s rows", rows);
    this.layer = layer;
    this.number = number;
    this.rows = rows;
    this.columns = weights.length / rows;
    this.weights = weights.clone();
    this.inputsSigned = inputsSigned;
    this.zeroPoint = zeroPoint;
    this.ranges = ranges;
    checkArgument(ranges.isEmpty() || ranges.length() == columns, "%s ranges", ranges.length());
  }

  /** Layer whose weights it holds. */
  public String layer() {
    return layer;
  }

  /** Number of the macro among those of the layer. */
  public int number() {
    return number;
  }

  /** Rows in use. */
  public int rows() {
    return rows;
  }

  /** Columns in use. */
  public int columns() {
    return columns;
  }

  /** Weight at ({@code row}, {@code column}), -128 to 127. */
  public int weight(int row, int column) {
    return weights[row * columns + column];
  }

  /** Whether raw inputs are int8; uint8 otherwise. */
  public boolean inputsSigned() {
    return inputsSigned;
  }

  /** The least raw input. */
  public int leastInput() {
    return inputsSigned ? -128 : 0;
  }

  /** The greatest raw input. */
  public int greatestInput() {
    return inputsSigned ? 127 : 255;
  }

  /** The raw input that stands for zero. */
  public int zeroPoint() {
    return zeroPoint;
  }

  /** Whether {@link #range} is known. */
  public boolean calibrated() {
    return !ranges.isEmpty();
  }

  /**
   * The greatest magnitude expected of column {@code column}'s sum of (input - zero point) times
   * weight.
   */
  public int range(int column) {
    return ranges.get(column);
  }
}
