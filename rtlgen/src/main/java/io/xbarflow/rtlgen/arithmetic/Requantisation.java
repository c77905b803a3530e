package io.xbarflow.rtlgen.arithmetic;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;

/**
 * The requantisation a layer asks for: {@code y = clamp(roundHalfEven(float32(acc) * scale) + zy)}
 * in float32.
 *
 * <p>Source: ONNX QLinearConv-10 and com.microsoft QGemm-1 as ONNX Runtime computes them.
 *
 * @param layer name for messages
 * @param scales float32 scale of every channel
 * @param accumulatorLow least reachable accumulator of every channel
 * @param accumulatorHigh greatest reachable accumulator of every channel
 * @param zeroPoint zero point of the output
 * @param clampMin least output value
 * @param clampMax greatest output value
 */
public record Requantisation(
    String layer,
    ImmutableList<Float> scales,
    ImmutableList<Long> accumulatorLow,
    ImmutableList<Long> accumulatorHigh,
    int zeroPoint,
    int clampMin,
    int clampMax) {

  /** Checks that the parts fit together. */
  public Requantisation {
    scales = ImmutableList.copyOf(scales);
    accumulatorLow = ImmutableList.copyOf(accumulatorLow);
    accumulatorHigh = ImmutableList.copyOf(accumulatorHigh);
    checkArgument(!scales.isEmpty(), "no channels");
    checkArgument(
        accumulatorLow.size() == scales.size() && accumulatorHigh.size() == scales.size(),
        "%s scales, %s and %s bounds",
        scales.size(),
        accumulatorLow.size(),
        accumulatorHigh.size());
    for (int channel = 0; channel < scales.size(); channel++) {
      checkArgument(
          accumulatorLow.get(channel) <= accumulatorHigh.get(channel), "bounds of %s", channel);
    }
    checkArgument(
        zeroPoint >= -128 && zeroPoint <= 255 && clampMin >= -128 && clampMax <= 255,
        "zero point %s, clamp %s to %s",
        zeroPoint,
        clampMin,
        clampMax);
    checkArgument(clampMin <= clampMax, "clamp %s to %s", clampMin, clampMax);
  }

  /** Channels. */
  public int channels() {
    return scales.size();
  }

  /** The defined output of {@code channel} for the accumulator value {@code acc}. */
  int define(int channel, long acc) {
    float real = (float) acc * scales.get(channel);
    double rounded = Math.rint((double) real) + zeroPoint;
    return (int) Math.max(clampMin, Math.min(clampMax, rounded));
  }

  /** Whether {@code channel} rounds to zero, before the zero point, wherever it can reach. */
  boolean vanishes(int channel) {
    float scale = scales.get(channel);
    return Math.rint((double) ((float) accumulatorLow.get(channel) * scale)) == 0
        && Math.rint((double) ((float) accumulatorHigh.get(channel) * scale)) == 0;
  }
}
