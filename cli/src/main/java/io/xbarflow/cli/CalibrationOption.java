package io.xbarflow.cli;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.diagnostic.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The option for the images with which converters and missing quantisations are calibrated. */
final class CalibrationOption {
  /** Images that are enough to see how large sums become. */
  private static final int IMAGES = 16;

  @Option(
      names = "--calibration",
      paramLabel = "FILE",
      description =
          "Images (.npy or .pb) that show how large the sums of analog columns become, and the float"
              + " results that the model does not quantise; the first 16 are used. Without it the"
              + " former are seen in those the network is run on, or random ones, and of the latter"
              + " the proven range is taken.")
  private Path file;

  private Optional<CalibrationImages> asked() {
    if (file != null && !Files.isRegularFile(file)) {
      throw UserException.badInput(
          "--calibration", file + " is not there", "a .npy or .pb file", "Correct the path.");
    }
    return Optional.ofNullable(file)
        .map(path -> new CalibrationImages(new Inputs(ImmutableList.of(path), IMAGES, 0), true));
  }

  /** The images: those of the file, which is there, or else of {@code inputs}. */
  CalibrationImages imagesOr(Inputs inputs) {
    int images = inputs.images() == 0 ? IMAGES : Math.min(IMAGES, inputs.images());
    return asked()
        .orElse(new CalibrationImages(new Inputs(inputs.files(), images, inputs.seed()), false));
  }

  /** The images: those of the file, which is there, or else random ones. */
  CalibrationImages imagesOrRandom() {
    return asked().orElse(new CalibrationImages(new Inputs(ImmutableList.of(), 4, 1), false));
  }
}
