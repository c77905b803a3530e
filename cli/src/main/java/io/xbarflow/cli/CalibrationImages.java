package io.xbarflow.cli;

import static java.util.Objects.requireNonNull;

/**
 * The images with which converters of analog columns are calibrated.
 *
 * @param images which images
 * @param asked whether the user named them, so that it is a mistake when no core needs them
 */
record CalibrationImages(Inputs images, boolean asked) {
  CalibrationImages {
    requireNonNull(images);
  }
}
