package io.xbarflow.mapper.place;

import java.util.Arrays;

/**
 * Macros on the places of a grid, with the cost kept up to date. Place {@code row * columns +
 * column} is called a cell here.
 *
 * <p>The energy is the cost, bits times steps, plus a penalty for each bit of excess on an
 * overloaded channel.
 */
final class Board {
  /** Stands on an empty cell. */
  static final int NOBODY = -1;

  private final Wires wires;
  private final int rows; // that are used here
  private final int columns;
  private final int lastRow; // of the whole grid, for the way to its edge
  private final int lastColumn;
  private final boolean limited;
  private double penalty; // of a bit of excess on a channel
  private final Channels channels;

  private final int[] row; // by macro
  private final int[] column;
  private final int[] occupant; // by cell
  private long cost;

  // What the last move did.
  private final int[] movedCells;
  private final int[] before;
  private int moved;
  private long costBefore;
  private final int[] stamp; // by macro: the move that touched it last
  private int move;

  /** A board of the first {@code rows x columns} places of {@code grid}, empty. */
  Board(Wires wires, Grid grid, int rows, int columns) {
    this.wires = wires;
    this.rows = rows;
    this.columns = columns;
    this.lastRow = grid.rows() - 1;
    this.lastColumn = grid.columns() - 1;
    this.limited = grid.limited();
    this.penalty = 2.0 * (rows + columns);
    this.channels = new Channels(rows, columns, grid.channelBits());
    this.row = new int[wires.macros()];
    this.column = new int[wires.macros()];
    this.occupant = new int[rows * columns];
    Arrays.fill(occupant, NOBODY);
    this.movedCells = new int[wires.macros() + 1];
    this.before = new int[wires.macros() + 1];
    this.stamp = new int[wires.macros()];
  }

  int rows() {
    return rows;
  }

  int columns() {
    return columns;
  }

  /** Puts macro i on {@code cells[i]}; clears the board first. */
  void put(int[] cells) {
    Arrays.fill(occupant, NOBODY);
    for (int macro = 0; macro < row.length; macro++) {
      stand(macro, cells[macro]);
    }
    cost = 0;
    channels.clear();
    for (int wire = 0; wire < wires.count(); wire++) {
      cost += wires.bits(wire) * steps(wire);
      if (limited) {
        route(wire, 1);
      }
    }
  }

  private void stand(int macro, int cell) {
    row[macro] = cell / columns;
    column[macro] = cell % columns;
    occupant[cell] = macro;
  }

  /** The cell of {@code macro}. */
  int cell(int macro) {
    return row[macro] * columns + column[macro];
  }

  /** The cells of all macros. */
  int[] cells() {
    int[] cells = new int[row.length];
    Arrays.setAll(cells, this::cell);
    return cells;
  }

  /** The macro on {@code cell}, or {@link #NOBODY}. */
  int occupant(int cell) {
    return occupant[cell];
  }

  /** Bits per image times steps. */
  long cost() {
    return cost;
  }

  /** Bits per image over the limit, summed over all channels. */
  long excess() {
    return limited ? channels.excess() : 0;
  }

  /** Cost and penalty: what the search makes small. */
  double energy() {
    return limited ? cost + penalty * channels.excess() : cost;
  }

  /** Makes a bit of excess {@code factor} times as bad as before. */
  void raisePenalty(double factor) {
    penalty *= factor;
  }

  /** Steps of {@code wire}. */
  int steps(int wire) {
    int a = wires.from(wire);
    int b = wires.to(wire);
    if (b == Wires.EDGE) {
      return Math.min(
          Math.min(row[a], lastRow - row[a]), Math.min(column[a], lastColumn - column[a]));
    }
    return Math.abs(row[a] - row[b]) + Math.abs(column[a] - column[b]);
  }

  private void route(int wire, int sign) {
    if (wires.routed(wire)) {
      int a = wires.from(wire);
      int b = wires.to(wire);
      long bits = sign * wires.bits(wire);
      if (b != Wires.EDGE) {
        channels.add(row[a], column[a], row[b], column[b], bits);
      } else {
        int steps = steps(wire);
        if (steps == row[a]) {
          channels.add(row[a], column[a], 0, column[a], bits);
        } else if (steps == column[a]) {
          channels.add(row[a], column[a], row[a], 0, bits);
        } else if (steps == lastRow - row[a]) {
          channels.add(row[a], column[a], lastRow, column[a], bits);
        } else {
          channels.add(row[a], column[a], row[a], lastColumn, bits);
        }
      }
    }
  }

  /** Exchanges what stands on two cells, at least one of them a macro. */
  void swap(int cell, int other) {
    movedCells[0] = cell;
    movedCells[1] = other;
    moved = 2;
    permute(0, true);
  }

  /** Reverses the order in which macros {@code first} to {@code last} stand on their cells. */
  void reverse(int first, int last) {
    take(first, last);
    permute(0, true);
  }

  /**
   * Each of macros {@code first} to {@code last} goes {@code by} cells on, the last to the front.
   */
  void rotate(int first, int last, int by) {
    take(first, last);
    permute(by, false);
  }

  /** Macros {@code first} to {@code last} go one on, the last to the empty {@code cell}. */
  void slideTo(int first, int last, int cell) {
    take(first, last);
    movedCells[moved++] = cell;
    permute(1, false);
  }

  /** Macros {@code first} to {@code last} go one back, the first to the empty {@code cell}. */
  void slideBackTo(int first, int last, int cell) {
    take(first, last);
    movedCells[moved++] = cell;
    permute(moved - 1, false);
  }

  private void take(int first, int last) {
    moved = last - first + 1;
    for (int i = 0; i < moved; i++) {
      movedCells[i] = cell(first + i);
    }
  }

  /** What stood on moved cell i stands on cell {@code i + by} (reversed: the mirrored one) then. */
  private void permute(int by, boolean reversed) {
    move++;
    costBefore = cost;
    for (int i = 0; i < moved; i++) {
      before[i] = occupant[movedCells[i]];
      if (before[i] != NOBODY) {
        stamp[before[i]] = move;
      }
    }
    account(-1);
    for (int i = 0; i < moved; i++) {
      int target = movedCells[reversed ? moved - 1 - i : (i + by) % moved];
      occupant[target] = NOBODY;
      if (before[i] != NOBODY) {
        stand(before[i], target);
      }
    }
    account(1);
  }

  /** Adds or subtracts every wire of the moved macros once. */
  private void account(int sign) {
    long sum = 0;
    for (int i = 0; i < moved; i++) {
      int macro = before[i];
      if (macro != NOBODY) {
        for (int index = 0; index < wires.degree(macro); index++) {
          int wire = wires.wire(macro, index);
          int other = wires.other(wire, macro);
          if (other == Wires.EDGE || stamp[other] != move || macro == wires.from(wire)) {
            sum += wires.bits(wire) * steps(wire);
            if (limited) {
              route(wire, sign);
            }
          }
        }
      }
    }
    cost += sign * sum;
  }

  /** Takes the last move back. */
  void undo() {
    if (limited) {
      account(-1);
    }
    for (int i = 0; i < moved; i++) {
      occupant[movedCells[i]] = before[i];
      if (before[i] != NOBODY) {
        stand(before[i], movedCells[i]);
      }
    }
    if (limited) {
      account(1);
    }
    cost = costBefore;
  }

  /** The loads of all channels. */
  Channels channels() {
    if (!limited) {
      channels.clear();
      for (int wire = 0; wire < wires.count(); wire++) {
        route(wire, 1);
      }
    }
    return channels;
  }
}
