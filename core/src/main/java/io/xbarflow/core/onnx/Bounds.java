package io.xbarflow.core.onnx;

import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.tensor.HostQuantisation;

/**
 * A Relu or Clip in real values.
 *
 * @param low least value
 * @param high greatest value; wins when it is less than {@code low}, as in ONNX
 */
record Bounds(float low, float high) {
  static final Bounds NONE = new Bounds(Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY);
  static final Bounds RELU = new Bounds(0, Float.POSITIVE_INFINITY);

  /** Both, these first: what they leave lies between what {@code next} makes of their ends. */
  Bounds then(Bounds next) {
    return new Bounds(next.apply(Math.min(low, high)), next.apply(high));
  }

  /** Whether they cut off a part of the range of {@code quantisation}. */
  boolean cut(Quantisation quantisation) {
    return low > HostQuantisation.dequantise(quantisation.min(), quantisation)
        || high < HostQuantisation.dequantise(quantisation.max(), quantisation);
  }

  float apply(float value) {
    return Math.min(Math.max(value, low), high);
  }

  /** The same bounds applied to a quantised value. */
  int apply(int quantised, Quantisation quantisation) {
    int least = HostQuantisation.quantise(low, quantisation);
    int greatest = HostQuantisation.quantise(high, quantisation);
    return Math.min(Math.max(quantised, least), greatest);
  }
}
