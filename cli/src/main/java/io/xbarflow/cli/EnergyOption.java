package io.xbarflow.cli;

import io.xbarflow.core.energy.EnergyTable;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option for the energy of single events. */
final class EnergyOption {
  @Option(
      names = "--energy",
      paramLabel = "FILE",
      description =
          "What single events cost, in YAML; prints the energy of an image block by block. Without"
              + " it the built-in figures count.")
  private Path file;

  /** The table. */
  EnergyTable table() {
    return file == null ? EnergyTable.builtIn() : EnergyTable.read(file);
  }

  /** Whether the energy of every block is to be printed. */
  boolean shown() {
    return file != null;
  }
}
