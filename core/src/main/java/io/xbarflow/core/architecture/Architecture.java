package io.xbarflow.core.architecture;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.diagnostic.UserException;

/**
 * What the chip is built from.
 *
 * @param name what reports call it
 * @param crossbarRows rows (inputs) of one crossbar macro
 * @param crossbarColumns columns (outputs) of one crossbar macro
 * @param core core type, one of {@link #CORES}
 * @param mvmCycles clock cycles of one matrix-vector multiplication, whatever its size
 * @param clockMHz clock frequency, for figures in seconds only
 * @param gridRows rows of places the macros stand on; 0 when the mapper chooses the grid
 * @param gridColumns columns of places; 0 exactly when {@code gridRows} is 0
 * @param reach distance in places that a signal crosses in one clock cycle: a link gets one
 *     register stage for each such distance
 * @param memory how much of its input map a core keeps
 * @param channelBits bits that may cross between two neighbouring places in a clock cycle, both
 *     directions together; 0 for no limit
 */
public record Architecture(
    String name,
    int crossbarRows,
    int crossbarColumns,
    String core,
    int mvmCycles,
    int clockMHz,
    int gridRows,
    int gridColumns,
    int reach,
    ActivationMemoryPolicy memory,
    int channelBits) {

  /** Legal {@code crossbarRows}. */
  public static final Range CROSSBAR_ROWS = new Range("crossbar.rows", 1, 65536);

  /** Legal {@code crossbarColumns}. */
  public static final Range CROSSBAR_COLUMNS = new Range("crossbar.columns", 1, 65536);

  /** Legal {@code mvmCycles}. */
  public static final Range MVM_CYCLES = new Range("mvmCycles", 1, 1_000_000);

  /** Legal {@code clockMHz}. */
  public static final Range CLOCK_MHZ = new Range("clockMHz", 1, 100_000);

  /** Legal {@code gridRows} in a file; the record also takes 0. */
  public static final Range GRID_ROWS = new Range("grid.rows", 1, 4096);

  /** Legal {@code gridColumns} in a file; the record also takes 0. */
  public static final Range GRID_COLUMNS = new Range("grid.columns", 1, 4096);

  /** Legal {@code reach}. */
  public static final Range REACH = new Range("reach", 1, 1_000_000);

  /** Legal {@code channel}; the record also takes 0, no limit. */
  public static final Range CHANNEL_BITS = new Range("channel", 1, 1_000_000_000);

  /** Core types there are. */
  public static final ImmutableList<String> CORES = ImmutableList.of("ideal");

  /** Checks every value. */
  public Architecture {
    checkArgument(!name.isEmpty(), "empty name");
    CROSSBAR_ROWS.require(crossbarRows);
    CROSSBAR_COLUMNS.require(crossbarColumns);
    checkArgument(CORES.contains(core), "core %s", core);
    MVM_CYCLES.require(mvmCycles);
    CLOCK_MHZ.require(clockMHz);
    checkArgument((gridRows == 0) == (gridColumns == 0), "grid of %s x %s", gridRows, gridColumns);
    if (gridRows != 0) {
      GRID_ROWS.require(gridRows);
      GRID_COLUMNS.require(gridColumns);
    }
    REACH.require(reach);
    requireNonNull(memory, "memory");
    if (channelBits != 0) {
      CHANNEL_BITS.require(channelBits);
    }
  }

  /** An architecture whose channels have no limit. */
  public Architecture(
      String name,
      int crossbarRows,
      int crossbarColumns,
      String core,
      int mvmCycles,
      int clockMHz,
      int gridRows,
      int gridColumns,
      int reach,
      ActivationMemoryPolicy memory) {
    this(
        name,
        crossbarRows,
        crossbarColumns,
        core,
        mvmCycles,
        clockMHz,
        gridRows,
        gridColumns,
        reach,
        memory,
        0);
  }

  /**
   * {@code core}, when it is one of {@link #CORES}.
   *
   * <p><i>Throws</i> {@link UserException} otherwise; {@code where} is the option or the place in
   * the file that gave it.
   */
  public static String checkCore(String where, String core) {
    if (!CORES.contains(core)) {
      throw UserException.badInput(
          where, "unknown core type '" + core + "'", String.join(", ", CORES), "Use one of these.");
    }
    return core;
  }

  /** Whether the mapper chooses the grid. */
  public boolean automaticGrid() {
    return gridRows == 0;
  }

  /** The same with macros of {@code rows x columns}. */
  public Architecture withCrossbar(int rows, int columns) {
    return new Architecture(
        name,
        rows,
        columns,
        core,
        mvmCycles,
        clockMHz,
        gridRows,
        gridColumns,
        reach,
        memory,
        channelBits);
  }

  /** The same with cores of type {@code newCore}. */
  public Architecture withCore(String newCore) {
    return new Architecture(
        name,
        crossbarRows,
        crossbarColumns,
        newCore,
        mvmCycles,
        clockMHz,
        gridRows,
        gridColumns,
        reach,
        memory,
        channelBits);
  }

  /** The same with an MVM of {@code cycles} clock cycles. */
  public Architecture withMvmCycles(int cycles) {
    return new Architecture(
        name,
        crossbarRows,
        crossbarColumns,
        core,
        cycles,
        clockMHz,
        gridRows,
        gridColumns,
        reach,
        memory,
        channelBits);
  }

  /** The same on a grid of {@code rows x columns} places; 0 x 0 leaves it to the mapper. */
  public Architecture withGrid(int rows, int columns) {
    return new Architecture(
        name,
        crossbarRows,
        crossbarColumns,
        core,
        mvmCycles,
        clockMHz,
        rows,
        columns,
        reach,
        memory,
        channelBits);
  }

  /** The same with one register stage for every {@code places} of distance. */
  public Architecture withReach(int places) {
    return new Architecture(
        name,
        crossbarRows,
        crossbarColumns,
        core,
        mvmCycles,
        clockMHz,
        gridRows,
        gridColumns,
        places,
        memory,
        channelBits);
  }

  /** The same with activation memories of {@code policy}. */
  public Architecture withMemory(ActivationMemoryPolicy policy) {
    return new Architecture(
        name,
        crossbarRows,
        crossbarColumns,
        core,
        mvmCycles,
        clockMHz,
        gridRows,
        gridColumns,
        reach,
        policy,
        channelBits);
  }
}
