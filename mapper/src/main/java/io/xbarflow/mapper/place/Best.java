package io.xbarflow.mapper.place;

/** The best placement seen on a board: first the least excess on channels, then the least cost. */
final class Best {
  private int[] cells;
  private long excess;
  private long cost;

  /** Starts with what is on {@code board}. */
  Best(Board board) {
    keep(board);
  }

  /** Keeps what is on {@code board} if it is better. */
  void see(Board board) {
    if (board.excess() < excess || (board.excess() == excess && board.cost() < cost)) {
      keep(board);
    }
  }

  private void keep(Board board) {
    cells = board.cells();
    excess = board.excess();
    cost = board.cost();
  }

  /** Whether it overloads nothing and costs {@code least} at most. */
  boolean isAtMost(long least) {
    return excess == 0 && cost <= least;
  }

  /** By macro, the cell where it stands. */
  int[] cells() {
    return cells.clone();
  }
}
