package io.xbarflow.sim.golden;

import io.xbarflow.core.coretype.Tile;
import java.util.Arrays;

/** The exact sums of (input - zero point) times weight of one tile. */
final class CentredMacro {
  private final Tile tile;
  private final byte[] transposed;

  CentredMacro(Tile tile) {
    this.tile = tile;
    transposed = new byte[tile.rows() * tile.columns()];
    for (int i = 0; i < transposed.length; i++) {
      transposed[i] = (byte) tile.weight(i % tile.rows(), i / tile.rows());
    }
  }

  /** Columns in use. */
  int columns() {
    return tile.columns();
  }

  /**
   * Raises {@code greatest[c]} to the greatest magnitude of column c's sum over {@code count} MVMs.
   *
   * @param rows raw input of row r in MVM m is {@code rows[r][m]}
   * @param sums memory for {@code count} sums
   * @param factors memory for as many weights as there are rows
   */
  void raise(int[][] rows, int count, int[] sums, int[] factors, int[] greatest) {
    WeightRows weights = WeightRows.of(transposed, tile.rows());
    for (int column = 0; column < tile.columns(); column++) {
      weights.copy(column, 0, tile.rows(), factors);
      int offset = 0;
      for (int row = 0; row < tile.rows(); row++) {
        offset -= tile.zeroPoint() * factors[row];
      }
      Arrays.fill(sums, 0, count, offset);
      WeightedRows.add(sums, count, factors, 0, rows, 0, tile.rows());
      for (int mvm = 0; mvm < count; mvm++) {
        greatest[column] = Math.max(greatest[column], Math.abs(sums[mvm]));
      }
    }
  }
}
