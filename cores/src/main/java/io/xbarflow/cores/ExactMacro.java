package io.xbarflow.cores;

import io.xbarflow.core.coretype.Macro;
import io.xbarflow.core.coretype.Tile;
import java.util.Arrays;

/**
 * A macro with exact sums of raw inputs times weights: {@code y[c] = sum over r of x[r] * w[r][c]}.
 * Its memory file holds the weights, int8 in hexadecimal, a row of the macro per line.
 */
public final class ExactMacro implements Macro {
  private final Tile tile;
  private final int columnBits;

  /** A macro that holds {@code tile}. */
  public ExactMacro(Tile tile) {
    this.tile = tile;
    this.columnBits = columnBits(tile.rows(), tile.inputsSigned());
  }

  /** Signed bits that hold any sum over {@code rows} rows: every one at its greatest times -128. */
  public static int columnBits(int rows, boolean inputsSigned) {
    long greatest = rows * (inputsSigned ? 128L : 255L) * 128;
    return 65 - Long.numberOfLeadingZeros(greatest);
  }

  @Override
  public int columnBits() {
    return columnBits;
  }

  @Override
  public long least(int column) {
    return extreme(column, false);
  }

  @Override
  public long greatest(int column) {
    return extreme(column, true);
  }

  private long extreme(int column, boolean greatest) {
    long sum = 0;
    for (int row = 0; row < tile.rows(); row++) {
      int weight = tile.weight(row, column);
      boolean high = (weight >= 0) == greatest;
      sum += (long) weight * (high ? tile.greatestInput() : tile.leastInput());
    }
    return sum;
  }

  @Override
  public int gain(int column) {
    return 1;
  }

  @Override
  public String memory() {
    StringBuilder text = new StringBuilder(tile.rows() * tile.columns() * 3);
    for (int row = 0; row < tile.rows(); row++) {
      for (int column = 0; column < tile.columns(); column++) {
        int weight = tile.weight(row, column);
        text.append(Character.forDigit(weight >> 4 & 15, 16))
            .append(Character.forDigit(weight & 15, 16))
            .append(column + 1 < tile.columns() ? ' ' : '\n');
      }
    }
    return text.toString();
  }

  @Override
  public void multiply(int[][] rows, int count, long first, int[][] columns) {
    for (int column = 0; column < tile.columns(); column++) {
      int[] sums = columns[column];
      Arrays.fill(sums, 0, count, 0);
      for (int row = 0; row < tile.rows(); row++) {
        int weight = tile.weight(row, column);
        if (weight != 0) {
          int[] inputs = rows[row];
          for (int mvm = 0; mvm < count; mvm++) {
            sums[mvm] += weight * inputs[mvm];
          }
        }
      }
    }
  }
}
