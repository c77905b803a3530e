package io.xbarflow.cli;

import io.xbarflow.core.diagnostic.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say which classes there are and what images show. */
final class ClassesOption {
  @Mixin private LabelsOption labels = new LabelsOption();

  @Option(
      names = "--classes",
      paramLabel = "FILE",
      description =
          "The name of every class, one a line, in the order of the values of the model's first"
              + " output; the classes of the first images are then printed by name.")
  private Path names;

  /** What the options say; the files are there. */
  KnownClasses classes() {
    if (names != null && !Files.isRegularFile(names)) {
      throw UserException.badInput(
          "--classes", names + " is not there", "a text file", "Mend the path.");
    }
    return new KnownClasses(labels.file(), Optional.ofNullable(names));
  }
}
