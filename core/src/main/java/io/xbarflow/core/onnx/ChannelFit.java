package io.xbarflow.core.onnx;

import io.xbarflow.core.network.Quantisation;

/**
 * The integers of one output channel of a product with an affine function behind it.
 *
 * @param weightFactor what the stored weights are multiplied by: 1, or -1 for a negative gain; less
 *     where the bias would leave int32; 0 where the weights make no difference
 * @param weightScale scale of these weights
 * @param bias in steps of input scale times {@code weightScale}
 * @param exactBias the same before it was rounded
 * @param step input scale times weight scale, not rounded
 */
record ChannelFit(
    double weightFactor, float weightScale, long bias, double exactBias, double step) {

  /** Of the output scale: sums of int32 in such steps make no difference. */
  private static final double LEAST_STEP = 0x1p-60;

  /** Of the output scale: the step of a bias whose weights make no difference. */
  private static final double STEP_OF_CONSTANTS = 0x1p-13;

  /** Steps of the output beyond which every result saturates, whatever the zero point. */
  private static final double SATURATING = 1024;

  /** Where the bias must be for sums not to leave int32, when it is chosen here. */
  private static final double MOST = 0x1p30;

  /**
   * Fits {@code channel} of {@code affine}. The bias is rounded as newer ONNX Runtime rounds a
   * float bias: {@code roundHalfEven(offset / (input scale * weight scale))} in float32.
   *
   * @param least least sum of the stored weights, without bias
   * @param greatest greatest sum
   */
  static ChannelFit of(
      float inputScale,
      float weightScale,
      ChannelAffine affine,
      int channel,
      long least,
      long greatest,
      Quantisation to) {
    double gain = affine.gain(channel);
    double whole = affine.whole(channel);
    double step = (double) inputScale * weightScale * Math.abs(gain);
    if (affine.isInteger(channel)) {
      return new ChannelFit(1, weightScale, (long) whole, whole, step);
    }
    int sign = gain < 0 ? -1 : 1;
    double offset = affine.offset(channel);
    float scale = (float) (weightScale * Math.abs(gain));
    double exact = sign * whole + (offset == 0 ? 0 : offset / step);
    double bias =
        sign * whole + (offset == 0 ? 0 : Math.rint((float) offset / (inputScale * scale)));
    long low = sign < 0 ? -greatest : least;
    long high = sign < 0 ? -least : greatest;
    boolean vanishes = step < LEAST_STEP * to.scale();
    if (!vanishes && bias + low >= Integer.MIN_VALUE && bias + high <= Integer.MAX_VALUE) {
      return new ChannelFit(sign, scale, (long) bias, exact, step);
    }
    double sums = Math.max(-low, high);
    double reach = SATURATING * to.scale() + sums * step;
    double real = Math.min(Math.max(whole * step * sign + offset, -reach), reach);
    double coarse = vanishes ? STEP_OF_CONSTANTS * to.scale() : step;
    double factor = vanishes ? 0 : sign;
    while (Math.abs(real / coarse) + sums * Math.abs(factor) > MOST) {
      coarse *= 2;
      factor /= 2;
    }
    float coarseScale = (float) (coarse / inputScale);
    double exactBias = real / ((double) inputScale * coarseScale);
    return new ChannelFit(factor, coarseScale, (long) Math.rint(exactBias), exactBias, coarse);
  }

  /** The weight that stands for the stored {@code weight}. */
  byte weight(int weight) {
    double rounded = Math.rint(weight * weightFactor);
    return (byte) Math.max(Byte.MIN_VALUE, Math.min(Byte.MAX_VALUE, rounded));
  }

  /** By how much {@link #weight} is another real value, as often as the input's step. */
  double weightError(int weight) {
    return Math.abs(weight * weightFactor - weight(weight)) * step;
  }

  /** By how much the rounding of the bias moves a result. */
  double biasError() {
    return Math.abs(exactBias - bias) * step;
  }
}
