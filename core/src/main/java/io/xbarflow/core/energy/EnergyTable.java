package io.xbarflow.core.energy;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.ImmutableMap;
import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * What single events cost; {@code docs/energy.md} has the file format.
 *
 * @param name of the table
 * @param macros by core type; {@value #OTHER} stands for those that are not named
 * @param smallMemory femtojoules for each bit read from or written to a memory of up to 8 KiB
 * @param mediumMemory the same up to 32 KiB
 * @param largeMemory the same of larger ones
 * @param requantise femtojoules for each value that is scaled and rounded
 * @param register femtojoules for each bit of a register that changes
 * @param clock femtojoules for each flip-flop and clock cycle: its clock pin and its share of the
 *     clock tree
 * @param wire femtojoules for each bit of a link that changes and each millimetre it goes
 * @param place millimetres from a place of the grid to the next
 */
public record EnergyTable(
    String name,
    ImmutableMap<String, MacroEnergy> macros,
    EnergyFigure smallMemory,
    EnergyFigure mediumMemory,
    EnergyFigure largeMemory,
    EnergyFigure requantise,
    EnergyFigure register,
    EnergyFigure clock,
    EnergyFigure wire,
    EnergyFigure place) {

  /** Stands for core types that the table does not name. */
  static final String OTHER = "other";

  private static final long SMALL_BITS = 8L * 8 * 1024;
  private static final long MEDIUM_BITS = 32L * 8 * 1024;

  /** The built-in table, figures from the literature. */
  public static EnergyTable builtIn() {
    String file = "energy.yaml";
    try {
      return EnergyFile.parse(
          file, Resources.toString(Resources.getResource(EnergyTable.class, file), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
  }

  /**
   * The table in {@code file}.
   *
   * @throws io.xbarflow.core.diagnostic.UserException with {@code file:line:column} when it is none
   */
  public static EnergyTable read(Path file) {
    return EnergyFile.read(file);
  }

  /** What macros of core type {@code type} cost. */
  MacroEnergy macro(String type) {
    MacroEnergy named = macros.get(type);
    return named == null ? macros.get(OTHER) : named;
  }

  /** Femtojoules for a bit read from or written to a memory of {@code bits} bits. */
  double memoryBit(long bits) {
    EnergyFigure figure =
        bits <= SMALL_BITS ? smallMemory : bits <= MEDIUM_BITS ? mediumMemory : largeMemory;
    return figure.value();
  }
}
