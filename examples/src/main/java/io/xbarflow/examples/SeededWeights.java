package io.xbarflow.examples;

import java.util.SplittableRandom;

/**
 * Seeded int8 weights and the scales that go with them.
 *
 * <p>Weights are uniform over [-127, 127], root mean square {@link #WEIGHT_RMS}. A sum of {@code
 * fanIn} products then has standard deviation {@code sqrt(fanIn) * WEIGHT_RMS * rms(x - zx)} in
 * quantised units; with a weight scale near {@code 1 / (sqrt(fanIn) * WEIGHT_RMS)} a layer's output
 * is as large as its input, so that no activation dies or saturates however deep the network is.
 */
final class SeededWeights {
  static final double WEIGHT_RMS = 73.3;

  private final SplittableRandom random;

  SeededWeights(long seed) {
    random = new SplittableRandom(seed);
  }

  byte[] weights(int count) {
    byte[] weights = new byte[count];
    for (int i = 0; i < count; i++) {
      weights[i] = (byte) (random.nextInt(255) - 127);
    }
    return weights;
  }

  /** One scale per output channel, within 30 % of the one that keeps the size of activations. */
  float[] scales(int channels, int fanIn) {
    float[] scales = new float[channels];
    for (int i = 0; i < channels; i++) {
      scales[i] = (float) ((0.7 + 0.6 * random.nextDouble()) / (WEIGHT_RMS * Math.sqrt(fanIn)));
    }
    return scales;
  }

  /** Biases within a quarter of {@code sigma}, in units of {@code inputScale * weightScale}. */
  int[] biases(float[] weightScales, int channels, double inputScale, double sigma) {
    int[] biases = new int[channels];
    for (int i = 0; i < channels; i++) {
      double unit = inputScale * weightScales[weightScales.length == 1 ? 0 : i];
      biases[i] = (int) Math.rint((random.nextDouble() - 0.5) * 0.5 * sigma / unit);
    }
    return biases;
  }

  int[] integers(int count, int least, int greatest) {
    int[] values = new int[count];
    for (int i = 0; i < count; i++) {
      values[i] = least + random.nextInt(greatest - least + 1);
    }
    return values;
  }

  float[] reals(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (2 * random.nextDouble() - 1);
    }
    return values;
  }
}
