package io.xbarflow.sim.golden;

import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Tensor;

/**
 * From the sums of a convolution to its output: {@code y = clamp(roundHalfEven(float(sum + bias) *
 * scale) + zy)} with {@code scale = float(float(sx * sw) / sy)}, per output channel.
 */
final class Requantiser {
  private final int[] bias;
  private final float[] scales;
  private final int zeroPoint;
  private final int least;
  private final int greatest;

  Requantiser(Layer.Convolution layer, Tensor input, Tensor output) {
    bias = layer.bias().stream().mapToInt(Integer::intValue).toArray();
    scales = new float[bias.length];
    for (int channel = 0; channel < scales.length; channel++) {
      float product = input.quantisation().scale() * layer.weightScale(channel);
      scales[channel] = product / output.quantisation().scale();
    }
    zeroPoint = output.quantisation().zeroPoint();
    least = layer.clampMin();
    greatest = layer.clampMax();
  }

  /** The output value of {@code channel} for {@code sum}, without bias. */
  int value(int sum, int channel) {
    return FloatRounding.quantise(
        (float) (sum + bias[channel]) * scales[channel], zeroPoint, least, greatest);
  }

  /** {@code count} sums of {@code channel} become output values. */
  void values(int channel, int[] sums, int from, int[] y, int to, int count) {
    int offset = bias[channel];
    float scale = scales[channel];
    for (int i = 0; i < count; i++) {
      y[to + i] =
          FloatRounding.quantise(
              (float) (sums[from + i] + offset) * scale, zeroPoint, least, greatest);
    }
  }
}
