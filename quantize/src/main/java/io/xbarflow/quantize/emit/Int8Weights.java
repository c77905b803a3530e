package io.xbarflow.quantize.emit;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Floats;
import io.xbarflow.quantize.graph.ElementType;
import io.xbarflow.quantize.graph.Stored;
import java.util.Optional;

/**
 * Weights and bias of a layer as integers: weights int8 in [-127, 127] with zero point 0, bias
 * int32 with scale {@code inputScale * scale}.
 *
 * @param values the weights
 * @param scales one for all, or one per output channel
 * @param bias one per output channel
 */
record Int8Weights(Stored values, ImmutableList<Float> scales, Stored bias) {
  private static final int GREATEST = 127;

  /** What a bias may be, so that sums stay well within 32 bits. */
  private static final double GREATEST_BIAS = 1 << 30;

  /** What the greatest bias is where weights are all zero and leave the scale open. */
  private static final double BIAS_WITHOUT_WEIGHTS = 1 << 20;

  /**
   * Quantises symmetrically.
   *
   * <p>The scale is the greatest magnitude over 127, larger only where the bias would leave its
   * range.
   *
   * @param weights by output channel first
   * @param bias one per output channel; 0 when absent
   * @param inputScale scale of the layer's input
   * @param perChannel whether every output channel has a scale
   */
  static Int8Weights of(
      Stored weights, Optional<Stored> bias, float inputScale, boolean perChannel) {
    int outputs = weights.dims().get(0);
    int fanIn = weights.size() / outputs;
    float[] scales = new float[perChannel ? outputs : 1];
    for (int output = 0; output < outputs; output++) {
      double greatest = 0;
      for (int tap = 0; tap < fanIn; tap++) {
        greatest = Math.max(greatest, Math.abs(weights.real(output * fanIn + tap)));
      }
      double magnitude = bias.isPresent() ? Math.abs(real(bias.get(), output)) : 0;
      double scale = Math.max(greatest / GREATEST, magnitude / inputScale / GREATEST_BIAS);
      if (greatest == 0) {
        scale = magnitude / inputScale / BIAS_WITHOUT_WEIGHTS;
      }
      int at = perChannel ? output : 0;
      scales[at] = Math.max(scales[at], (float) scale);
    }
    for (int i = 0; i < scales.length; i++) {
      scales[i] = scales[i] < Float.MIN_NORMAL ? 1 : scales[i];
    }
    byte[] values = new byte[weights.size()];
    for (int i = 0; i < values.length; i++) {
      double quantised = Math.rint(weights.real(i) / scales[perChannel ? i / fanIn : 0]);
      values[i] = (byte) Math.max(-GREATEST, Math.min(GREATEST, quantised));
    }
    long[] integers = new long[outputs];
    for (int output = 0; output < outputs && bias.isPresent(); output++) {
      float scale = inputScale * scales[perChannel ? output : 0];
      integers[output] = Math.round(Math.rint(real(bias.get(), output) / (double) scale));
      checkArgument(Math.abs(integers[output]) <= Integer.MAX_VALUE, "bias %s", integers[output]);
    }
    return new Int8Weights(
        Stored.ofBytes(ElementType.INT8, weights.dims(), values),
        ImmutableList.copyOf(Floats.asList(scales)),
        Stored.ofIntegers(ElementType.INT32, ImmutableList.of(outputs), integers));
  }

  private static float real(Stored bias, int output) {
    return bias.real(bias.size() == 1 ? 0 : output);
  }

  /** Dimensions of the scales: none, or one per output channel. */
  ImmutableList<Integer> scaleDims() {
    return values.dims().get(0) == scales.size()
        ? ImmutableList.of(scales.size())
        : ImmutableList.of();
  }

  Stored scaleTensor() {
    return Stored.ofReals(scaleDims(), scales::get);
  }

  Stored zeroPoints() {
    return Stored.ofBytes(ElementType.INT8, scaleDims(), new byte[scales.size()]);
  }

  /** Scale of the bias. */
  Stored biasScales(float inputScale) {
    return Stored.ofReals(scaleDims(), i -> inputScale * scales.get(i));
  }
}
