package io.xbarflow.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.TypeConversionException;

/** How every option and argument that is a path is read. */
final class PathOption {
  private PathOption() {}

  /** The path {@code text}, which is not empty: that would be the current folder. */
  static Path path(String text) {
    if (text.isBlank()) {
      throw new TypeConversionException("an empty path; name a file or folder ('.' is this one)");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new TypeConversionException("not a path (" + e.getReason() + ")");
    }
  }
}
