package io.xbarflow.cli;

import io.xbarflow.core.diagnostic.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The option that says what images show. */
final class LabelsOption {
  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description =
          "The class of every image: integers in a .npy file, or text with a line for every image,"
              + " LABEL or NAME,LABEL; -1 stands for none. NAME is that of an input file with one"
              + " image.")
  private Path labels;

  /** The file, which is there. */
  Optional<Path> file() {
    if (labels != null && !Files.isRegularFile(labels)) {
      throw UserException.badInput(
          "--labels", labels + " is not there", "a .npy or text file", "Mend the path.");
    }
    return Optional.ofNullable(labels);
  }
}
