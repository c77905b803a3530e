package io.xbarflow.core.tensor;

import io.xbarflow.core.network.Quantisation;

/**
 * What the host computes around the chip, in float32, exactly as ONNX Runtime does.
 *
 * <p>Source: ONNX QuantizeLinear-13, DequantizeLinear-13, Softmax-13.
 */
public final class HostQuantisation {
  private HostQuantisation() {}

  /**
   * The quantised value of {@code real}: {@code saturate(roundHalfEven(real / scale) + zeroPoint)},
   * the division in float32. Infinities saturate; NaN becomes the least value, as in ONNX Runtime.
   */
  public static int quantise(float real, Quantisation quantisation) {
    double rounded = Math.rint(real / quantisation.scale());
    if (Double.isNaN(rounded)) {
      return quantisation.min();
    }
    double shifted = rounded + quantisation.zeroPoint();
    return (int) Math.max(quantisation.min(), Math.min(quantisation.max(), shifted));
  }

  /** The real value of {@code quantised}: {@code (quantised - zeroPoint) * scale} in float32. */
  public static float dequantise(int quantised, Quantisation quantisation) {
    return (quantised - quantisation.zeroPoint()) * quantisation.scale();
  }

  /**
   * Softmax over slices of {@code values}, or its logarithm: float32 results of double precision
   * sums.
   *
   * <p>Shape: {@code values} is [outer, length, inner] in C order; every (outer, inner) pair is one
   * distribution.
   *
   * @throws IllegalArgumentException when the sizes do not fit
   */
  public static float[] softmax(float[] values, int length, int inner, boolean logarithm) {
    if (length < 1 || inner < 1 || values.length % (length * inner) != 0) {
      throw new IllegalArgumentException(values.length + " values, " + length + " x " + inner);
    }
    float[] result = new float[values.length];
    for (int outer = 0; outer < values.length; outer += length * inner) {
      for (int start = outer; start < outer + inner; start++) {
        double greatest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < length; i++) {
          greatest = Math.max(greatest, values[start + i * inner]);
        }
        double sum = 0;
        for (int i = 0; i < length; i++) {
          sum += Math.exp(values[start + i * inner] - greatest);
        }
        for (int i = 0; i < length; i++) {
          int at = start + i * inner;
          result[at] =
              (float)
                  (logarithm
                      ? values[at] - greatest - Math.log(sum)
                      : Math.exp(values[at] - greatest) / sum);
        }
      }
    }
    return result;
  }
}
