package io.xbarflow.core.onnx;

import io.xbarflow.core.onnx.Value.Known;
import io.xbarflow.core.onnx.Value.QuantisedConstant;
import java.util.Arrays;
import java.util.Optional;

/** Stored values that are added to the results of a product, one a channel: a bias in any form. */
final class ChannelAddend {
  private final double[] reals;
  private final double[] integers; // empty for values that are stored as reals
  private final double[] scales;

  private ChannelAddend(double[] reals, double[] integers, double[] scales) {
    this.reals = reals;
    this.integers = integers;
    this.scales = scales;
  }

  /** Whether {@code value} may be one. */
  static boolean isStored(Value value) {
    return value instanceof QuantisedConstant
        || (value instanceof Known known && known.constant().type() == OnnxType.FLOAT);
  }

  /**
   * {@code value}, which {@link #isStored}, over results of {@code view}; empty when it does not
   * broadcast with one value a channel.
   */
  static Optional<ChannelAddend> of(Node node, Assembly assembly, View view, Value value) {
    Constant constant =
        value instanceof QuantisedConstant stored
            ? stored.dequantised(node, assembly)
            : ((Known) value).constant();
    int channels = view.shape().channels();
    assembly.take(node.where(), channels, 3 * Double.BYTES);
    return ChannelConstants.of(node, assembly, view, constant)
        .map(
            constants -> {
              double[] reals = new double[channels];
              double[] integers = new double[channels];
              double[] scales = new double[channels];
              for (int channel = 0; channel < channels; channel++) {
                int index = constants.indices().get(channel);
                reals[channel] = finite(node, constant, index);
                if (value instanceof QuantisedConstant stored) {
                  int slice = stored.slices().applyAsInt(index);
                  integers[channel] =
                      (double) stored.values().integer(index) - stored.zeroPoints().get(slice);
                  scales[channel] = stored.scales().get(slice);
                }
              }
              return value instanceof QuantisedConstant
                  ? new ChannelAddend(reals, integers, scales)
                  : new ChannelAddend(reals, new double[0], new double[0]);
            });
  }

  private static double finite(Node node, Constant constant, int index) {
    float real = constant.real(index);
    if (!Float.isFinite(real)) {
      throw node.refuse(
          "value " + real + " in " + constant.describe(),
          "finite values",
          "Store one finite value a channel, or train it again.");
    }
    return real;
  }

  /** The values in float32. */
  double[] reals() {
    return reals.clone();
  }

  ChannelAddend negated() {
    return times(-1);
  }

  /** The values multiplied by {@code factor}. */
  ChannelAddend times(double factor) {
    return new ChannelAddend(times(reals, factor), integers, times(scales, factor));
  }

  private static double[] times(double[] values, double factor) {
    return Arrays.stream(values).map(value -> value * factor).toArray();
  }

  /** {@code affine} with these values added; {@code steps} are those of its sums. */
  ChannelAffine addedTo(ChannelAffine affine, double[] steps) {
    if (integers.length > 0) {
      return affine.plus(integers, scales, steps);
    }
    double[] ones = new double[reals.length];
    Arrays.fill(ones, 1);
    return affine.then(ones, reals);
  }
}
