package io.xbarflow.sim.golden;

/**
 * The inner loops of all convolutions: weighted sums of rows of integers, modulo 2^32.
 *
 * <p>Every row is an array of its own and starts at index 0, and there are four of them: that is
 * the shape which the virtual machine's compiler turns into vector instructions. The pattern {@code
 * short * short + short * short}, for which it has one instruction, is not used: with more than one
 * of them in a loop the compiler of JDK 17 crashes.
 */
final class WeightedRows {
  /** Rows that are used together should fit in the first-level cache, in integers. */
  static final int NEAR = 4096;

  private WeightedRows() {}

  /**
   * {@code sums[i] += factors[factor] * rows[row][i] + factors[factor + 1] * rows[row + 1][i] +
   * ...} over {@code count} rows, for the first {@code length} indices.
   */
  static void add(
      int[] sums, int length, int[] factors, int factor, int[][] rows, int row, int count) {
    int k = 0;
    for (; k + 4 <= count; k += 4) {
      add4(
          sums,
          length,
          rows[row + k],
          rows[row + k + 1],
          rows[row + k + 2],
          rows[row + k + 3],
          factors[factor + k],
          factors[factor + k + 1],
          factors[factor + k + 2],
          factors[factor + k + 3]);
    }
    for (; k < count; k++) {
      add1(sums, length, rows[row + k], factors[factor + k]);
    }
  }

  private static void add4(
      int[] sums,
      int length,
      int[] r0,
      int[] r1,
      int[] r2,
      int[] r3,
      int f0,
      int f1,
      int f2,
      int f3) {
    for (int i = 0; i < length; i++) {
      sums[i] += f0 * r0[i] + f1 * r1[i] + f2 * r2[i] + f3 * r3[i];
    }
  }

  private static void add1(int[] sums, int length, int[] row, int factor) {
    for (int i = 0; i < length; i++) {
      sums[i] += factor * row[i];
    }
  }
}
