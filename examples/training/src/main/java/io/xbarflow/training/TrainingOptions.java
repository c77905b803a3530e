package io.xbarflow.training;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * How to train.
 *
 * @param seed of the first weights, the images and the noise
 * @param steps batches of images
 * @param weightNoise standard deviation of the disturbance of a weight, in units of the greatest
 *     weight of its output channel
 */
record TrainingOptions(long seed, int steps, double weightNoise) {
  TrainingOptions {
    checkArgument(steps > 0, "%s steps", steps);
    checkArgument(weightNoise >= 0 && weightNoise < 1, "weight noise %s", weightNoise);
  }

  /** The seed of the images of batch {@code step}. */
  long imageSeed(int step) {
    return (seed << 32) + step;
  }
}
