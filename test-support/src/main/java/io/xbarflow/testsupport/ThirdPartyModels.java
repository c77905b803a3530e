package io.xbarflow.testsupport;

import java.nio.file.Files;
import java.nio.file.Path;

/** Networks and operator cases with stored expectations that are no part of the repository. */
public final class ThirdPartyModels {
  /** Names a folder of models other than {@code shared/models} beside the repository. */
  static final String VARIABLE = "XBARFLOW_MODELS";

  private ThirdPartyModels() {}

  /** The folder of all models, whether it is there or not. */
  public static Path folder() {
    String named = System.getenv(VARIABLE);
    return named != null
        ? Path.of(named)
        : Path.of(System.getProperty("xbarflow.root", ".."), "..", "shared", "models")
            .toAbsolutePath()
            .normalize();
  }

  /** The file or folder at {@code path} below {@link #folder()}. */
  public static Path resolve(String path) {
    return folder().resolve(path);
  }

  static boolean present() {
    return Files.isDirectory(folder());
  }
}
