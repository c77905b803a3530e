package io.xbarflow.core.architecture;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.diagnostic.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Architectures by name or by file. */
public final class Architectures {
  /** The name that stands when the user gives none. */
  public static final String DEFAULT = "default";

  private static final ImmutableList<String> NAMES =
      ImmutableList.of(DEFAULT, "analog-256", "digital-128");

  private Architectures() {}

  /** Names of the built-in architectures, the default one first. */
  public static ImmutableList<String> names() {
    return NAMES;
  }

  /**
   * The built-in architecture called {@code name}.
   *
   * <p><i>Throws</i> {@link UserException} when there is none.
   */
  public static Architecture named(String name) {
    if (!NAMES.contains(name)) {
      throw UserException.badInput(
          "architecture",
          "nothing is called '" + name + "'",
          "one of " + String.join(", ", NAMES) + ", or a YAML file",
          "Use one of the names, or write a file (see docs/architecture.md).");
    }
    String resource = name + ".yaml";
    try (InputStream stream = Architectures.class.getResourceAsStream(resource)) {
      String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      return ArchitectureFile.parse(resource, name, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What {@code nameOrFile} stands for: a built-in name, or else a YAML file.
   *
   * <p><i>Throws</i> {@link UserException} when it is neither.
   */
  public static Architecture resolve(String nameOrFile) {
    if (NAMES.contains(nameOrFile)) {
      return named(nameOrFile);
    }
    if (nameOrFile.endsWith(".yaml")
        || nameOrFile.endsWith(".yml")
        || Files.exists(Path.of(nameOrFile))) {
      return ArchitectureFile.read(Path.of(nameOrFile));
    }
    return named(nameOrFile);
  }
}
