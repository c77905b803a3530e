package io.xbarflow.mapper.place;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.mapping.Place;

/**
 * Finds places for the macros of all cores with the least cost, and no channel overloaded.
 *
 * <p>The cost is the sum of bits per image times Manhattan distance in grid steps, over
 *
 * <ul>
 *   <li>every net, from the macro where it leaves to the macro where it goes; to the edge of the
 *       chip the distance is that to the nearest edge of the grid, 0 on the outermost places;
 *   <li>every two consecutive macros of a core, with the bits of all nets that go to the core's
 *       first macro: what enters is passed on from macro to macro.
 * </ul>
 *
 * <p>A channel joins two neighbouring places. It carries the nets, both directions together, that
 * are routed through it: along the row of the source first, then along the column of the sink, or
 * straight to the nearest edge (upper, left, lower, right when equally near). Wires within a core
 * are its own. A placement that overloads no channel is better than any that does; else less excess
 * is better.
 *
 * <p>The search takes the best of many fixed orders (row by row, serpentines, bands, a Hilbert
 * curve), then anneals. It is deterministic, and never worse than row by row or the serpentine.
 */
public final class Placer {
  private static final long MOVES_PER_MACRO = 3000;

  // Small netlists are annealed several times, for about the work that one of this size takes.
  private static final int MACROS_OF_A_RUN = 400;
  private static final int MOST_RUNS = 10;
  private static final long MOST_MOVES = 5_000_000; // of a run

  // With a limit on channels a run may end in vain; the next one then avoids excess the more.
  private static final int LEAST_RUNS_WITH_LIMIT = 3;
  private static final double PENALTY_FACTOR = 8;

  private final Netlist netlist;
  private final Grid grid;
  private final Wires wires;
  private final Board board;

  private Placer(Netlist netlist, Grid grid) {
    grid.requireRoom(netlist.macros());
    this.netlist = netlist;
    this.grid = grid;
    this.wires = Wires.of(netlist);
    int macros = Math.max(1, netlist.macros());
    int columns = used(grid.columns(), macros);
    int needed = (macros + columns - 1) / columns;
    int rows = used(grid.rows(), Math.max(needed, 2 * (int) Math.ceil(Math.sqrt(macros))));
    this.board = new Board(wires, grid, rows, columns);
  }

  /**
   * How many of {@code there} rows to look at when {@code enough} are: all, unless there are so
   * many that the others are nearer to the far edge.
   */
  private static int used(int there, int enough) {
    return there >= 2 * enough ? enough : there;
  }

  /**
   * The best floorplan found in seconds (1000 macros) or less. Equal arguments give equal
   * floorplans.
   *
   * @param seed of the search
   * @throws UserException when the grid is too small, or when no placement was found that overloads
   *     no channel; names the channel
   */
  public static Floorplan place(Netlist netlist, Grid grid, long seed) {
    if (grid.limited()) {
      Floorplan free = place(netlist, grid.withChannels(0, 0), seed);
      if (free.busiestChannelBits() <= grid.channelBits()) {
        return free;
      }
    }
    Placer placer = new Placer(netlist, grid);
    placer.follow();
    placer.anneal(seed);
    return placer.floorplan();
  }

  /**
   * The best of the fixed orders, found in milliseconds. Only when each of them overloads a channel
   * does it search.
   *
   * @throws UserException as {@link #place}
   */
  public static Floorplan quick(Netlist netlist, Grid grid) {
    Placer placer = new Placer(netlist, grid);
    placer.follow();
    if (placer.board.excess() > 0) {
      placer.anneal(0);
    }
    return placer.floorplan();
  }

  /** Puts the macros on the board in the best order. */
  private void follow() {
    Best best = null;
    for (int[] cells : Orders.of(board.rows(), board.columns(), netlist.macros())) {
      board.put(cells);
      if (best == null) {
        best = new Best(board);
      }
      best.see(board);
    }
    board.put(best.cells());
  }

  /** Improves what is on the board, unless nothing can be better or keep the limit. */
  private void anneal(long seed) {
    if (netlist.macros() == 0 || wires.heaviestNet() > grid.channelBits()) {
      return;
    }
    int[] start = board.cells();
    Best best = new Best(board);
    int runs = Math.max(1, Math.min(MOST_RUNS, MACROS_OF_A_RUN / netlist.macros()));
    if (grid.limited()) {
      runs = Math.max(LEAST_RUNS_WITH_LIMIT, runs);
    }
    long moves = Math.min(MOST_MOVES, MOVES_PER_MACRO * netlist.macros());
    Annealing annealing = new Annealing(board, wires, seed);
    for (int run = 0; run < runs && !best.isAtMost(wires.leastCost()); run++) {
      board.put(start);
      annealing.run(moves);
      best.see(board);
      if (board.excess() > 0) {
        board.raisePenalty(PENALTY_FACTOR);
      }
    }
    board.put(best.cells());
  }

  /** What is on the board. */
  private Floorplan floorplan() {
    Channels channels = board.channels();
    int busiest = channels.busiest();
    if (board.excess() > 0) {
      throw UserException.badInput(
          grid.name(),
          channels.describe(busiest) + " carries " + channels.load(busiest) + " bits per image",
          "at most " + grid.channelBits() + " bits per image on a channel",
          "Widen the channels, allow more cycles per image, or use fewer and larger crossbars.");
    }
    ImmutableMap.Builder<String, ImmutableList<Place>> places = ImmutableMap.builder();
    int macro = 0;
    for (Core core : netlist.cores()) {
      ImmutableList.Builder<Place> of = ImmutableList.builder();
      for (int i = 0; i < core.macros(); i++) {
        int cell = board.cell(macro++);
        of.add(new Place(cell / board.columns(), cell % board.columns()));
      }
      places.put(core.name(), of.build());
    }
    return new Floorplan(places.buildOrThrow(), board.cost(), channels.load(busiest));
  }
}
