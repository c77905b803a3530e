package io.xbarflow.cli;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * The images with which converters of analog columns are calibrated, and the ranges of float
 * results that a model does not quantise are seen.
 *
 * @param images which images
 * @param asked whether the user named them, so that it is a mistake when no core needs them
 */
record CalibrationImages(Inputs images, boolean asked) {
  CalibrationImages {
    requireNonNull(images);
  }

  /** The images that the user named. */
  Optional<Inputs> given() {
    return asked ? Optional.of(images) : Optional.empty();
  }

  /** The same when an earlier stage needed them, if {@code used} says so. */
  CalibrationImages usedBefore(boolean used) {
    return new CalibrationImages(images, asked && !used);
  }
}
