package io.xbarflow.core.tensor;

import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Tensor;
import java.util.function.IntBinaryOperator;

/**
 * QLinearAdd of two values in float32, with the order and the fused operations of ONNX Runtime's
 * x86-64 kernel: {@code fixed = zy - fma(ra, za, rb*zb), y = fma(a, ra, fma(b, rb, fixed))}.
 */
public final class FloatAdder {
  private final float ratioA;
  private final float ratioB;
  private final float fixed;
  private final int least;
  private final int greatest;

  /** Adds values of {@code a} and {@code b}; sums are quantised by {@code y} and clamped. */
  public FloatAdder(Quantisation a, Quantisation b, Quantisation y, int least, int greatest) {
    ratioA = a.scale() / y.scale();
    ratioB = b.scale() / y.scale();
    float productB = ratioB * b.zeroPoint();
    fixed = y.zeroPoint() - Math.fma(ratioA, (float) a.zeroPoint(), productB);
    this.least = least;
    this.greatest = greatest;
  }

  /** The sums of {@code layer}, which reads {@code input}, of a value and its channel. */
  public static IntBinaryOperator ofConstant(
      Layer.AddConstant layer, Tensor input, Quantisation y) {
    // ONNX Runtime adds an operand that is constant over several values first, whichever it is.
    boolean constantFirst = layer.constantFirst() && input.shape().pixels() == 1;
    FloatAdder adder =
        new FloatAdder(
            constantFirst ? layer.constantQuantisation() : input.quantisation(),
            constantFirst ? input.quantisation() : layer.constantQuantisation(),
            y,
            layer.clampMin(),
            layer.clampMax());
    return (x, channel) -> {
      int constant = layer.constant().get(channel);
      return constantFirst ? adder.add(constant, x) : adder.add(x, constant);
    };
  }

  /** The sum of two values. */
  public int add(int a, int b) {
    double rounded = Math.rint(Math.fma((float) a, ratioA, Math.fma((float) b, ratioB, fixed)));
    return (int) Math.max(least, Math.min(greatest, rounded));
  }

  /** Adds element by element. */
  public void add(int[] a, int[] b, int[] y) {
    for (int i = 0; i < y.length; i++) {
      y[i] = add(a[i], b[i]);
    }
  }
}
