package io.xbarflow.sim.golden;

import io.xbarflow.core.network.Quantisation;

/** QLinearAdd of two values in float32 with fused multiply-add, see {@code Layer.Add}. */
final class FloatAdder {
  private final float ratioA;
  private final float ratioB;
  private final float fixed;
  private final int least;
  private final int greatest;

  FloatAdder(Quantisation a, Quantisation b, Quantisation y, int least, int greatest) {
    ratioA = a.scale() / y.scale();
    ratioB = b.scale() / y.scale();
    fixed = y.zeroPoint() - (ratioA * a.zeroPoint() + ratioB * b.zeroPoint());
    this.least = least;
    this.greatest = greatest;
  }

  int add(int a, int b) {
    float sum = Math.fma((float) b, ratioB, Math.fma((float) a, ratioA, fixed));
    return FloatRounding.quantise(sum, 0, least, greatest);
  }
}
