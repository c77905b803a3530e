package io.xbarflow.mapper.place;

import java.util.SplittableRandom;

/**
 * Simulated annealing on a {@link Board}. Every move draws a macro and one of its wires and wants
 * to put the macro beside the wire's other end (or at the edge). It does so by exchanging the macro
 * with what stands there, by reversing the part of the pipeline from the one to the other, or by
 * shifting that part by one. The last two keep neighbours in the pipeline together; an exchange
 * does not. The temperature falls geometrically from the weight of the heaviest wires to below that
 * of the lightest, so that heavy wires settle first.
 */
final class Annealing {
  private static final int STEPS = 100; // temperatures
  private static final double HOTTEST = 0.3; // of the heaviest wire
  private static final double COLDEST = 0.2; // of the lightest
  private static final int LONGEST = 100; // macros that one move shifts or turns

  private static final int NOWHERE = -1;

  private final Board board;
  private final Wires wires;
  private final SplittableRandom random;
  private final double[] logarithms = new double[4096]; // of an even sample of (0, 1), negated

  Annealing(Board board, Wires wires, long seed) {
    this.board = board;
    this.wires = wires;
    this.random = new SplittableRandom(seed);
    // StrictMath: the same on every machine.
    for (int i = 0; i < logarithms.length; i++) {
      logarithms[i] = -StrictMath.log((i + 0.5) / logarithms.length);
    }
  }

  /** Improves the board by {@code moves} moves and leaves the best it saw between temperatures. */
  void run(long moves) {
    long heaviest = 0;
    long lightest = Long.MAX_VALUE;
    for (int wire = 0; wire < wires.count(); wire++) {
      heaviest = Math.max(heaviest, wires.bits(wire));
      lightest = Math.min(lightest, wires.bits(wire));
    }
    if (heaviest == 0 || wires.macros() < 2) {
      return;
    }
    double temperature = HOTTEST * heaviest;
    double factor = StrictMath.pow(COLDEST * lightest / temperature, 1.0 / STEPS);
    Best best = new Best(board);
    for (int step = 0; step <= STEPS; step++) {
      for (long i = 0; i < moves / STEPS; i++) {
        double before = board.energy();
        if (move()
            && board.energy() - before
                > temperature * logarithms[random.nextInt(logarithms.length)]) {
          board.undo();
        }
      }
      best.see(board);
      temperature *= factor;
    }
    board.put(best.cells());
  }

  /** Tries a random move; false when it would change nothing or too much. */
  private boolean move() {
    int macro = random.nextInt(wires.macros());
    if (wires.degree(macro) == 0) {
      return false;
    }
    int wire = wires.wire(macro, random.nextInt(wires.degree(macro)));
    int target = target(wires.other(wire, macro));
    if (target == NOWHERE || target == board.cell(macro)) {
      return false;
    }
    int there = board.occupant(target);
    int kind = random.nextInt(4);
    if (kind < 2) {
      board.swap(board.cell(macro), target);
      return true;
    }
    if (there == Board.NOBODY) {
      slide(macro, target);
      return true;
    }
    int first = Math.min(macro, there);
    int last = Math.max(macro, there);
    if (last - first >= LONGEST) {
      return false;
    }
    if (kind == 2) {
      board.reverse(first, last);
    } else {
      board.rotate(first, last, macro < there ? last - first : 1);
    }
    return true;
  }

  /** Pulls {@code macro} to the empty cell {@code target}, and some that follow it behind it. */
  private void slide(int macro, int target) {
    int length = random.nextInt(LONGEST);
    if (random.nextBoolean()) {
      board.slideTo(Math.max(0, macro - length), macro, target);
    } else {
      board.slideBackTo(macro, Math.min(wires.macros() - 1, macro + length), target);
    }
  }

  /** A cell beside that of {@code other}, or any cell when {@code other} is the edge. */
  private int target(int other) {
    if (other == Wires.EDGE) {
      return random.nextInt(board.rows() * board.columns());
    }
    int row = board.cell(other) / board.columns();
    int column = board.cell(other) % board.columns();
    switch (random.nextInt(4)) {
      case 0 -> row--;
      case 1 -> row++;
      case 2 -> column--;
      default -> column++;
    }
    return row < 0 || row >= board.rows() || column < 0 || column >= board.columns()
        ? NOWHERE
        : row * board.columns() + column;
  }
}
