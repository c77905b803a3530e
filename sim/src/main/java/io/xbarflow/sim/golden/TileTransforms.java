package io.xbarflow.sim.golden;

/**
 * The transformations of {@link Winograd} in one dimension, for many tiles side by side: index
 * {@code i} of every array belongs to tile {@code i}. All modulo 2^32. The loops are short because
 * the virtual machine's compiler does not make vector instructions of longer ones.
 */
final class TileTransforms {
  private TileTransforms() {}

  /**
   * B': six values to six.
   *
   * @param from the values, {@code step} rows apart from row {@code at} on
   * @param to the results; other arrays than those read
   */
  static void input(int[][] from, int at, int step, int[][] to, int toAt, int toStep, int length) {
    int[] a = from[at];
    int[] b = from[at + step];
    int[] c = from[at + 2 * step];
    int[] d = from[at + 3 * step];
    int[] e = from[at + 4 * step];
    int[] f = from[at + 5 * step];
    inputEnd(a, c, e, to[toAt], length);
    inputNear(b, c, d, e, to[toAt + toStep], to[toAt + 2 * toStep], length);
    inputFar(b, c, d, e, to[toAt + 3 * toStep], to[toAt + 4 * toStep], length);
    inputEnd(b, d, f, to[toAt + 5 * toStep], length);
  }

  private static void inputEnd(int[] a, int[] c, int[] e, int[] to, int length) {
    for (int i = 0; i < length; i++) {
      to[i] = 4 * a[i] - 5 * c[i] + e[i];
    }
  }

  private static void inputNear(
      int[] b, int[] c, int[] d, int[] e, int[] plus, int[] minus, int length) {
    for (int i = 0; i < length; i++) {
      int even = e[i] - 4 * c[i];
      int odd = d[i] - 4 * b[i];
      plus[i] = even + odd;
      minus[i] = even - odd;
    }
  }

  private static void inputFar(
      int[] b, int[] c, int[] d, int[] e, int[] plus, int[] minus, int length) {
    for (int i = 0; i < length; i++) {
      int even = e[i] - c[i];
      int odd = 2 * (d[i] - b[i]);
      plus[i] = even + odd;
      minus[i] = even - odd;
    }
  }

  /**
   * 24 A' with the factors of {@code G}: six values to four.
   *
   * @param from the values, {@code step} rows apart from row {@code at} on
   * @param to the results; other arrays than those read
   */
  static void output(int[][] from, int at, int step, int[][] to, int toAt, int toStep, int length) {
    int[] b = from[at + step];
    int[] c = from[at + 2 * step];
    int[] d = from[at + 3 * step];
    int[] e = from[at + 4 * step];
    outputSum(b, c, d, e, 1, to[toAt], length);
    add(from[at], 6, to[toAt], length);
    outputDifference(b, c, d, e, 2, to[toAt + toStep], length);
    outputSum(b, c, d, e, 4, to[toAt + 2 * toStep], length);
    outputDifference(b, c, d, e, 8, to[toAt + 3 * toStep], length);
    add(from[at + 5 * step], 24, to[toAt + 3 * toStep], length);
  }

  private static void outputSum(
      int[] b, int[] c, int[] d, int[] e, int factor, int[] to, int length) {
    for (int i = 0; i < length; i++) {
      to[i] = factor * (d[i] + e[i]) - 4 * (b[i] + c[i]);
    }
  }

  private static void outputDifference(
      int[] b, int[] c, int[] d, int[] e, int factor, int[] to, int length) {
    for (int i = 0; i < length; i++) {
      to[i] = factor * (d[i] - e[i]) - 4 * (b[i] - c[i]);
    }
  }

  private static void add(int[] a, int factor, int[] to, int length) {
    for (int i = 0; i < length; i++) {
      to[i] += factor * a[i];
    }
  }
}
