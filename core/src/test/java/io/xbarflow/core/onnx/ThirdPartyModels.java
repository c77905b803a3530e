package io.xbarflow.core.onnx;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the third-party models are, which are no part of the repository. */
final class ThirdPartyModels {
  private ThirdPartyModels() {}

  /** Environment variable XBARFLOW_MODELS, else {@code shared/models} beside the repository. */
  static Path root() {
    String given = System.getenv("XBARFLOW_MODELS");
    return given != null
        ? Path.of(given)
        : Path.of(System.getProperty("xbarflow.root", "."), "../shared/models").normalize();
  }

  /** Whether they are there; says so when not. */
  static boolean present(int checks) {
    if (Files.isDirectory(root())) {
      return true;
    }
    System.out.println(
        "third-party models not found at " + root() + ": " + checks + " checks left out");
    return false;
  }
}
