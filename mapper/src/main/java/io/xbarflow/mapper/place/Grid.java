package io.xbarflow.mapper.place;

import static com.google.common.base.Preconditions.checkArgument;

import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.diagnostic.UserException;

/**
 * The places there are and what the channels between neighbouring places can carry.
 *
 * @param name what messages call it
 * @param rows of places
 * @param columns of places
 * @param channelBits bits per image that a channel can carry, both directions together; {@link
 *     #UNLIMITED} for no limit
 */
public record Grid(String name, int rows, int columns, long channelBits) {
  /** Channels that carry anything. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  /** Checks the range. */
  public Grid {
    checkArgument(rows > 0 && columns > 0, "grid of %s x %s", rows, columns);
    checkArgument(channelBits >= 0, "channels of %s bits", channelBits);
  }

  /**
   * The grid of {@code architecture} for {@code macros} macros, with unlimited channels. Where the
   * mapper may choose it, it is as near to a square as whole rows allow.
   *
   * @throws UserException when the architecture's grid is too small
   */
  public static Grid of(Architecture architecture, int macros) {
    String name = "architecture " + architecture.name();
    if (architecture.automaticGrid()) {
      int columns = (int) Math.max(1, Math.ceil(Math.sqrt(macros)));
      return new Grid(name, Math.max(1, (macros + columns - 1) / columns), columns, UNLIMITED);
    }
    Grid grid = new Grid(name, architecture.gridRows(), architecture.gridColumns(), UNLIMITED);
    grid.requireRoom(macros);
    return grid;
  }

  /**
   * The same with channels of {@code bitsPerCycle} bits in each of the {@code intervalCycles}
   * cycles of an image; 0 bits per cycle for unlimited channels.
   */
  public Grid withChannels(long bitsPerCycle, long intervalCycles) {
    checkArgument(
        bitsPerCycle >= 0 && intervalCycles >= 0,
        "%s bits per cycle in %s cycles",
        bitsPerCycle,
        intervalCycles);
    long bits = bitsPerCycle == 0 ? UNLIMITED : Math.multiplyExact(bitsPerCycle, intervalCycles);
    return new Grid(name, rows, columns, bits);
  }

  /** Whether the channels have a limit. */
  boolean limited() {
    return channelBits != UNLIMITED;
  }

  void requireRoom(int macros) {
    if (macros > (long) rows * columns) {
      throw UserException.badInput(
          name,
          "a grid of " + rows + " x " + columns + " places for " + macros + " macros",
          "at least " + macros + " places",
          "Enlarge `grid` or the crossbars, or leave `grid` out for an automatic one.");
    }
  }
}
