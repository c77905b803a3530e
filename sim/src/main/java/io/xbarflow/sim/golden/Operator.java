package io.xbarflow.sim.golden;

/** What one layer computes. */
@FunctionalInterface
interface Operator {
  /**
   * The layer's output for one image.
   *
   * @param operands quantised values of every input tensor, channels, rows, columns; not modified
   * @return quantised values of the output tensor, in the same order
   */
  int[] apply(int[][] operands);
}
