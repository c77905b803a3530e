package io.xbarflow.core.architecture;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

/**
 * What the chip is built from.
 *
 * @param name what reports call it
 * @param crossbarRows rows (inputs) of one crossbar macro
 * @param crossbarColumns columns (outputs) of one crossbar macro
 * @param cores which core type computes which layer
 * @param mvmCycles clock cycles of one matrix-vector multiplication, whatever its size, for core
 *     types that do not derive it from parameters of their own
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
    CoreSelection cores,
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

  /** Checks every value. */
  public Architecture {
    checkArgument(!name.isEmpty(), "empty name");
    CROSSBAR_ROWS.require(crossbarRows);
    CROSSBAR_COLUMNS.require(crossbarColumns);
    requireNonNull(cores, "cores");
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
      CoreSelection cores,
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
        cores,
        mvmCycles,
        clockMHz,
        gridRows,
        gridColumns,
        reach,
        memory,
        0);
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
        cores,
        mvmCycles,
        clockMHz,
        gridRows,
        gridColumns,
        reach,
        memory,
        channelBits);
  }

  /** The same with {@code newCores}. */
  public Architecture withCores(CoreSelection newCores) {
    return new Architecture(
        name,
        crossbarRows,
        crossbarColumns,
        newCores,
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
        cores,
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
        cores,
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
        cores,
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
        cores,
        mvmCycles,
        clockMHz,
        gridRows,
        gridColumns,
        reach,
        policy,
        channelBits);
  }
}
