package io.xbarflow.examples;

import java.util.function.IntToDoubleFunction;

/** The int8 weights of a layer, one scale per output, and its real biases. */
final class Int8Weights {
  private static final int MOST = 127;

  private final byte[] values;
  private final float[] scales;
  private final double[] biases;

  private Int8Weights(byte[] values, float[] scales, double[] biases) {
    this.values = values;
    this.scales = scales;
    this.biases = biases;
  }

  /** A real weight. */
  interface Weight {
    double at(int output, int tap);
  }

  /** {@code weights} rounded to steps of which 127 make the greatest of an output. */
  static Int8Weights of(int outputs, int taps, Weight weights, IntToDoubleFunction bias) {
    byte[] values = new byte[outputs * taps];
    float[] scales = new float[outputs];
    double[] biases = new double[outputs];
    for (int output = 0; output < outputs; output++) {
      double greatest = 0;
      for (int tap = 0; tap < taps; tap++) {
        greatest = Math.max(greatest, Math.abs(weights.at(output, tap)));
      }
      // An output without weights has any scale.
      scales[output] = greatest == 0 ? 1f / MOST : (float) (greatest / MOST);
      for (int tap = 0; tap < taps; tap++) {
        double steps = Math.rint(weights.at(output, tap) / scales[output]);
        values[output * taps + tap] = (byte) Math.max(-MOST, Math.min(MOST, steps));
      }
      biases[output] = bias.applyAsDouble(output);
    }
    return new Int8Weights(values, scales, biases);
  }

  /** Seeded weights that keep the size of activations, for inputs of size {@code rms}. */
  static Int8Weights seeded(SeededWeights seeded, int outputs, int taps, double rms) {
    float[] scales = seeded.scales(outputs, taps);
    byte[] values = seeded.weights(outputs * taps);
    float[] units = seeded.reals(outputs);
    double[] biases = new double[outputs];
    for (int output = 0; output < outputs; output++) {
      biases[output] = 0.25 * rms * units[output];
    }
    return new Int8Weights(values, scales, biases);
  }

  byte[] values() {
    return values.clone();
  }

  float[] scales() {
    return scales.clone();
  }

  /** Biases in units of {@code inputStep} times the scale of the weights. */
  int[] integerBiases(float inputStep) {
    int[] integers = new int[biases.length];
    for (int output = 0; output < biases.length; output++) {
      double unit = (double) inputStep * scales[output];
      integers[output] =
          (int)
              Math.max(
                  Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, Math.rint(biases[output] / unit)));
    }
    return integers;
  }

  /**
   * Root mean square of the outputs for independent inputs of root mean square {@code rms} around
   * {@code mean}.
   */
  double sigma(double rms, double mean) {
    int taps = values.length / scales.length;
    double total = 0;
    for (int output = 0; output < scales.length; output++) {
      double sum = 0;
      double squares = 0;
      for (int tap = 0; tap < taps; tap++) {
        double weight = (double) scales[output] * values[output * taps + tap];
        sum += weight;
        squares += weight * weight;
      }
      double middle = mean * sum + biases[output];
      total += squares * (rms * rms - mean * mean) + middle * middle;
    }
    return Math.sqrt(total / scales.length);
  }
}
