package io.xbarflow.cli;

import io.xbarflow.core.diagnostic.UserException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Images that every point of a sweep is run on.
 *
 * @param inputs which images
 * @param labels file of their labels
 */
record SweepImages(Inputs inputs, Optional<Path> labels) {

  /** The images that options give; empty without files. */
  static Optional<SweepImages> of(Inputs inputs, Optional<Path> labels) {
    if (!inputs.files().isEmpty()) {
      return Optional.of(new SweepImages(inputs, labels));
    }
    if (labels.isPresent()) {
      throw UserException.badInput(
          "--labels",
          "labels without images",
          "the images they belong to",
          "Give the images as well (--input).");
    }
    return Optional.empty();
  }
}
