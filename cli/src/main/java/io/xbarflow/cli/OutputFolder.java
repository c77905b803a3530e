package io.xbarflow.cli;

import io.xbarflow.core.artefact.ManagedFolder;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.rtlgen.rtl.Generator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The folder that the stages hand their artefacts over in.
 *
 * @param path where it is
 */
record OutputFolder(Path path) {
  /** What synthesis found, for whatever target and module. */
  private static final Pattern SYNTHESIS = Pattern.compile("synth\\.[^/]*\\.json");

  /** What each stage leaves behind when it is complete, in the order of the stages. */
  enum Artefact {
    /** Of import. */
    NETWORK(SavedChip.NETWORK, "run or map"),
    /** Of import, too, and of generate where the network was edited. */
    NETWORK_MODEL(SavedChip.NETWORK_MODEL, "run or map"),
    /** Of explore. */
    EXPLORATION("explore.json", "explore"),
    /** Of explore, too. */
    EXPLORATION_PAGE("explore.html", "explore"),
    /** Of map. */
    MAPPING(SavedChip.MAPPING, "run or map"),
    /** Of generate, written after all other files of the bundle. */
    FILE_LIST("rtl/filelist.f", "run or generate"),
    /** Of simulate. */
    SIMULATION("simulation.json", "simulate"),
    /** Of cosim. */
    COSIM("cosim.json", "run or cosim"),
    /** Of cosim, too. */
    ENERGY("energy.json", "run or cosim"),
    /** Of cosim with coverage. */
    COVERAGE("coverage.json", "run or cosim"),
    /** Of report. */
    REPORT("report.html", "run or report");

    private final String file;
    private final String verbs;

    Artefact(String file, String verbs) {
      this.file = file;
      this.verbs = verbs;
    }
  }

  /**
   * Makes the folder when it is not there, and keeps other runs out of it until {@code session}
   * ends.
   */
  static OutputFolder create(Session session, Path path) {
    session.locks().take(path);
    ManagedFolder.at(path).sweep();
    return new OutputFolder(path);
  }

  /** The folder of an earlier run, which has {@code artefact}. */
  static OutputFolder open(Session session, Path path, Artefact artefact) {
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
    return create(session, path);
  }

  /**
   * Removes {@code first} and what later stages made of it, so that nothing old looks current.
   *
   * @throws UserException when something there, or what the stages from {@code first} on would
   *     replace, is not xbarflow's
   */
  void discardFrom(Artefact first) {
    ManagedFolder folder = ManagedFolder.at(path);
    List<String> discarded = new ArrayList<>();
    if (first.compareTo(Artefact.FILE_LIST) <= 0) {
      Generator.FOLDERS.forEach(folder::checkFolder);
      folder.names().stream()
          .filter(name -> SYNTHESIS.matcher(name).matches())
          .forEach(discarded::add);
    }
    for (Artefact artefact : Artefact.values()) {
      // The two simulations do not build on each other; the report shows both.
      boolean later =
          artefact.compareTo(first) > 0
              && (first != Artefact.SIMULATION || artefact == Artefact.REPORT);
      if (artefact == first || later) {
        discarded.add(artefact.file);
      }
    }
    folder.delete(discarded);
  }
}
