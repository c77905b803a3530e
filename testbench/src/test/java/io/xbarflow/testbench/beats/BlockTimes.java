package io.xbarflow.testbench.beats;

/** One block's recurrence, and whether something has changed since it was last advanced. */
final class BlockTimes {
  private final Recurrence recurrence;
  private boolean awake = true;

  /** A block's recurrence. */
  interface Recurrence {
    /** Computes all that can be computed; whether anything was. */
    boolean advance();
  }

  BlockTimes(Recurrence recurrence) {
    this.recurrence = recurrence;
  }

  /** Stands where a link's end is inside a block. */
  static BlockTimes none() {
    return new BlockTimes(() -> false);
  }

  /** A beat was offered or accepted at the other end of one of the block's links. */
  void wake() {
    awake = true;
  }

  /** Computes what can be computed since the block was woken; whether it was. */
  boolean advance() {
    if (!awake) {
      return false;
    }
    awake = false;
    recurrence.advance();
    return true;
  }
}
