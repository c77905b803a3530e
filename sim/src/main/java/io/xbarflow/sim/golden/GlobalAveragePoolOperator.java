package io.xbarflow.sim.golden;

import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Tensor;

/** QLinearGlobalAveragePool: {@code sum(x - zx) * (sx / (sy * pixels))}. */
final class GlobalAveragePoolOperator implements Operator {
  private final int channels;
  private final int pixels;
  private final int inputZeroPoint;
  private final Quantisation output;
  private final float scale;

  GlobalAveragePoolOperator(Tensor input, Tensor output) {
    channels = input.shape().channels();
    pixels = input.shape().pixels();
    inputZeroPoint = input.quantisation().zeroPoint();
    this.output = output.quantisation();
    scale = input.quantisation().scale() / (this.output.scale() * (float) pixels);
  }

  @Override
  public int[] apply(int[][] operands) {
    int[] x = operands[0];
    int[] y = new int[channels];
    for (int channel = 0; channel < channels; channel++) {
      int sum = 0;
      for (int i = channel * pixels; i < (channel + 1) * pixels; i++) {
        sum += x[i] - inputZeroPoint;
      }
      y[channel] =
          FloatRounding.quantise(
              (float) sum * scale, output.zeroPoint(), output.min(), output.max());
    }
    return y;
  }
}
