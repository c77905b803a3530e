package io.xbarflow.cli;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.diagnostic.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that choose the images and where the outputs go. */
final class InputOptions {
  private static final int RANDOM_IMAGES = 4;
  private static final int MOST_IMAGES = 1_000_000;

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description =
          "Images, .npy or ONNX .pb, several along the first axis; NAME=FILE when the model has"
              + " several inputs. May be repeated. Without it images are random.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--images",
      paramLabel = "N",
      description =
          "How many random images (4 when not given), or how many of those in the files (all when"
              + " not given).")
  private Integer images;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Seed of the random images (default 1).")
  private Long seed;

  @Option(
      names = "--dump",
      paramLabel = "DIR",
      description = "Write every network output as DIR/<output>.npy.")
  private Path dump;

  /** The images that the options stand for. */
  Inputs inputs() {
    check(files);
    if (images != null && (images < 1 || images > MOST_IMAGES)) {
      throw UserException.badInput(
          "--images", "'" + images + "'", "1 to " + MOST_IMAGES, "Change the number.");
    }
    if (seed != null && !files.isEmpty()) {
      throw UserException.badInput(
          "--seed",
          "a seed of random images, but images are given",
          "either --input or --seed",
          "Leave one of the two out.");
    }
    int otherwise = files.isEmpty() ? RANDOM_IMAGES : 0;
    return new Inputs(
        ImmutableList.copyOf(files), images == null ? otherwise : images, seed == null ? 1 : seed);
  }

  private static void check(List<Path> files) {
    for (Path file : files) {
      if (!Files.isRegularFile(file) && !Files.isRegularFile(withoutName(file))) {
        throw UserException.badInput(
            "--input", file + " is not there", "a .npy or .pb file", "Mend the path.");
      }
    }
  }

  /** All images in {@code files}, which are there; random ones without files. */
  static Inputs of(List<Path> files) {
    check(files);
    return new Inputs(ImmutableList.copyOf(files), files.isEmpty() ? RANDOM_IMAGES : 0, 1);
  }

  /** The file in {@code NAME=FILE}. */
  private static Path withoutName(Path argument) {
    String text = argument.toString();
    return Path.of(text.substring(text.indexOf('=') + 1));
  }

  /** The folder for the outputs, which is made and checked. */
  Optional<Path> dump(Session session) {
    return Optional.ofNullable(dump).map(folder -> OutputFolder.create(session, folder).path());
  }
}
