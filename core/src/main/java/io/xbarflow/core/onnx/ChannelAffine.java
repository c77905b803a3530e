package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import java.util.Arrays;

/**
 * What stands behind the integer sums of a product, channel by channel: {@code gain * step * (sum +
 * whole) + offset}, where {@code step} is input scale times weight scale. The whole part of the
 * bias, in steps, stays apart, so that it is never rounded.
 */
final class ChannelAffine {
  /** Bytes that it takes for a channel. */
  static final int BYTES = 3 * Double.BYTES;

  /** Quotients of scales that differ by less are the same: three roundings to float32. */
  private static final double SAME_SCALE = 0x1p-22;

  /** Multiples of a step beyond which integers of a bias are no longer exact. */
  private static final double MOST_STEPS = 0x1p20;

  private final double[] gains;
  private final double[] wholes;
  private final double[] offsets;

  private ChannelAffine(double[] gains, double[] wholes, double[] offsets) {
    this.gains = gains;
    this.wholes = wholes;
    this.offsets = offsets;
  }

  /** An int32 bias of every channel, in steps. */
  static ChannelAffine ofBias(ImmutableList<Integer> bias) {
    double[] gains = new double[bias.size()];
    Arrays.fill(gains, 1);
    double[] wholes = bias.stream().mapToDouble(Integer::doubleValue).toArray();
    return new ChannelAffine(gains, wholes, new double[bias.size()]);
  }

  double gain(int channel) {
    return gains[channel];
  }

  double whole(int channel) {
    return wholes[channel];
  }

  double offset(int channel) {
    return offsets[channel];
  }

  /** Whether it only adds an int32 bias in steps. */
  boolean isInteger(int channel) {
    return gains[channel] == 1 && offsets[channel] == 0 && (int) wholes[channel] == wholes[channel];
  }

  /** Whether some channel is multiplied by something else than 1. */
  boolean scales() {
    return Arrays.stream(gains).anyMatch(gain -> gain != 1);
  }

  /** This, then a factor and a summand of each channel. */
  ChannelAffine then(double[] factors, double[] summands) {
    double[] newGains = new double[gains.length];
    double[] newOffsets = new double[gains.length];
    for (int channel = 0; channel < gains.length; channel++) {
      newGains[channel] = gains[channel] * factors[channel];
      newOffsets[channel] = offsets[channel] * factors[channel] + summands[channel];
    }
    return new ChannelAffine(newGains, wholes, newOffsets);
  }

  /**
   * This, then stored integers with scales of their own added. They stay integers where their scale
   * is a multiple of the step, and of the factor behind it.
   *
   * @param integers of every channel, zero point taken out
   * @param scales of every channel
   * @param steps of every channel
   */
  ChannelAffine plus(double[] integers, double[] scales, double[] steps) {
    double[] newWholes = wholes.clone();
    double[] newOffsets = offsets.clone();
    for (int channel = 0; channel < gains.length; channel++) {
      double ratio = scales[channel] / (steps[channel] * gains[channel]);
      double multiple = Math.rint(ratio);
      boolean exact =
          Math.abs(multiple) >= 1
              && Math.abs(multiple) <= MOST_STEPS
              && Math.abs(ratio - multiple) <= SAME_SCALE * Math.abs(multiple);
      if (exact) {
        newWholes[channel] += integers[channel] * multiple;
      } else {
        newOffsets[channel] += (float) integers[channel] * (float) scales[channel];
      }
    }
    return new ChannelAffine(gains, newWholes, newOffsets);
  }
}
