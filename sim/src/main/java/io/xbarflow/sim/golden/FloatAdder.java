package io.xbarflow.sim.golden;

import io.xbarflow.core.network.Quantisation;

/**
 * QLinearAdd of two values in float32, with the order and the fused operations of ONNX Runtime's
 * x86-64 kernel: {@code fixed = zy - fma(ra, za, rb*zb), y = fma(a, ra, fma(b, rb, fixed))}.
 */
final class FloatAdder {
  private final float ratioA;
  private final float ratioB;
  private final float fixed;
  private final int least;
  private final int greatest;

  FloatAdder(Quantisation a, Quantisation b, Quantisation y, int least, int greatest) {
    ratioA = a.scale() / y.scale();
    ratioB = b.scale() / y.scale();
    float productB = ratioB * b.zeroPoint();
    fixed = y.zeroPoint() - Math.fma(ratioA, (float) a.zeroPoint(), productB);
    this.least = least;
    this.greatest = greatest;
  }

  int add(int a, int b) {
    float sum = Math.fma((float) a, ratioA, Math.fma((float) b, ratioB, fixed));
    return FloatRounding.quantise(sum, 0, least, greatest);
  }

  /** Adds element by element. */
  void add(int[] a, int[] b, int[] y) {
    for (int i = 0; i < y.length; i++) {
      y[i] = add(a[i], b[i]);
    }
  }
}
