package io.xbarflow.sim.golden;

import io.xbarflow.core.network.Int8Array;

/** The rows of a matrix of weights, kept as narrow as they are and widened where they are used. */
@FunctionalInterface
interface WeightRows {
  /**
   * Writes {@code count} weights of {@code row}, from column {@code from} on, to {@code target}.
   */
  void copy(int row, int from, int count, int[] target);

  /** Rows of {@code columns} stored weights. */
  static WeightRows of(Int8Array weights, int columns) {
    return (row, from, count, target) -> {
      int first = row * columns + from;
      for (int i = 0; i < count; i++) {
        target[i] = weights.get(first + i);
      }
    };
  }

  /** Rows of {@code columns} bytes. */
  static WeightRows of(byte[] weights, int columns) {
    return (row, from, count, target) -> {
      int first = row * columns + from;
      for (int i = 0; i < count; i++) {
        target[i] = weights[first + i];
      }
    };
  }

  /** Rows of {@code columns} 16-bit integers. */
  static WeightRows of(short[] weights, int columns) {
    return (row, from, count, target) -> {
      int first = row * columns + from;
      for (int i = 0; i < count; i++) {
        target[i] = weights[first + i];
      }
    };
  }
}
