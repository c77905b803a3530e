package io.xbarflow.cli;

import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.diagnostic.UserException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder that the stages hand their artefacts over in.
 *
 * @param path where it is
 */
record OutputFolder(Path path) {
  /** What each stage leaves behind when it is complete, in the order of the stages. */
  enum Artefact {
    /** Of import. */
    NETWORK("network.json", "run or map"),
    /** Of explore. */
    EXPLORATION("explore.json", "explore"),
    /** Of explore, too. */
    EXPLORATION_PAGE("explore.html", "explore"),
    /** Of map. */
    MAPPING("mapping.json", "run or map"),
    /** Of generate, written after all other files of the bundle. */
    FILE_LIST("rtl/filelist.f", "run or generate"),
    /** Of simulate. */
    SIMULATION("simulation.json", "simulate"),
    /** Of cosim. */
    COSIM("cosim.json", "run or cosim"),
    /** Of cosim, too. */
    ENERGY("energy.json", "run or cosim"),
    /** Of report. */
    REPORT("report.html", "run or report");

    private final String file;
    private final String verbs;

    Artefact(String file, String verbs) {
      this.file = file;
      this.verbs = verbs;
    }
  }

  /** Makes the folder when it is not there, and checks that it can be written. */
  static OutputFolder create(Path path) {
    try {
      Files.createDirectories(path);
      Files.delete(Files.createTempFile(path, ".", ".part"));
    } catch (IOException e) {
      throw Artefacts.unwritable(path, e);
    }
    return new OutputFolder(path);
  }

  /** The folder of an earlier run, which has {@code artefact}. */
  static OutputFolder open(Path path, Artefact artefact) {
    if (!Files.isDirectory(path)) {
      throw UserException.badInput(
          path.toString(),
          Files.exists(path) ? "is not a folder" : "no such folder",
          "the output folder of an earlier run",
          "Give the folder that `xbarflow run MODEL.onnx -o FOLDER` or `xbarflow map` wrote.");
    }
    if (!Files.isRegularFile(path.resolve(artefact.file))) {
      throw UserException.badInput(
          path.toString(),
          "has no " + artefact.file,
          "the artefacts of the earlier stages",
          "First use xbarflow " + artefact.verbs + ".");
    }
    return create(path);
  }

  /** Removes {@code first} and what later stages made of it, so that nothing old looks current. */
  void discardFrom(Artefact first) {
    if (first.compareTo(Artefact.FILE_LIST) <= 0) {
      discardSyntheses();
    }
    for (Artefact artefact : Artefact.values()) {
      // The two simulations do not build on each other; the report shows both.
      boolean later =
          artefact.compareTo(first) > 0
              && (first != Artefact.SIMULATION || artefact == Artefact.REPORT);
      if (artefact == first || later) {
        Path file = path.resolve(artefact.file);
        try {
          Files.deleteIfExists(file);
        } catch (IOException e) {
          throw Artefacts.unwritable(file, e);
        }
      }
    }
  }

  /** Removes what synthesis found, for whatever target. */
  private void discardSyntheses() {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(path, "synth.*.json")) {
      for (Path file : found) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw Artefacts.unwritable(path, e);
    }
  }
}
