package io.xbarflow.cores;

import java.util.Arrays;

/** The sums of one column over a block of MVMs, in loops that a compiler vectorises. */
public final class ColumnSum {
  private ColumnSum() {}

  /** Sets {@code sums[m]} to the sum over r of {@code cells[r] * inputs[r][m]}. */
  public static void compute(int[] cells, int[][] inputs, int count, int[] sums) {
    Arrays.fill(sums, 0, count, 0);
    int[][] rows = new int[4][];
    int[] factors = new int[4];
    int held = 0;
    for (int row = 0; row < cells.length; row++) {
      if (cells[row] != 0) {
        rows[held] = inputs[row];
        factors[held++] = cells[row];
        if (held == 4) {
          addFour(rows, factors, count, sums);
          held = 0;
        }
      }
    }
    for (int each = 0; each < held; each++) {
      addOne(rows[each], factors[each], count, sums);
    }
  }

  private static void addFour(int[][] rows, int[] factors, int count, int[] sums) {
    int[] row0 = rows[0];
    int[] row1 = rows[1];
    int[] row2 = rows[2];
    int[] row3 = rows[3];
    int factor0 = factors[0];
    int factor1 = factors[1];
    int factor2 = factors[2];
    int factor3 = factors[3];
    for (int mvm = 0; mvm < count; mvm++) {
      sums[mvm] +=
          factor0 * row0[mvm] + factor1 * row1[mvm] + factor2 * row2[mvm] + factor3 * row3[mvm];
    }
  }

  private static void addOne(int[] row, int factor, int count, int[] sums) {
    for (int mvm = 0; mvm < count; mvm++) {
      sums[mvm] += factor * row[mvm];
    }
  }
}
