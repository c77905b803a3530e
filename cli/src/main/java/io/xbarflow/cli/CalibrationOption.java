package io.xbarflow.cli;

import com.google.common.collect.ImmutableList;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The option for the images with which converters of analog columns are calibrated. */
final class CalibrationOption {
  /** Images that are enough to see how large sums become. */
  private static final int IMAGES = 16;

  @Option(
      names = "--calibration",
      paramLabel = "FILE",
      description =
          "Images (.npy or .pb) that show how large the sums of analog columns become; the first 16"
              + " are used. Without it those the network is run on, or random ones.")
  private Path file;

  /** The images, when a file is given. */
  Optional<Inputs> inputs() {
    return Optional.ofNullable(file).map(path -> new Inputs(ImmutableList.of(path), IMAGES, 0));
  }

  /** The images: those of the file, or else of {@code inputs}. */
  Inputs inputsOr(Inputs inputs) {
    int images = inputs.images() == 0 ? IMAGES : Math.min(IMAGES, inputs.images());
    return inputs().orElse(new Inputs(inputs.files(), images, inputs.seed()));
  }

  /** The images: those of the file, or else random ones. */
  Inputs inputsOrRandom() {
    return inputs().orElse(new Inputs(ImmutableList.of(), 4, 1));
  }
}
