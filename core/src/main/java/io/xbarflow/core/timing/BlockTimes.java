package io.xbarflow.core.timing;

/** One block's recurrence, and whether something has changed since it was last advanced. */
final class BlockTimes {
  private final Recurrence recurrence;
  private boolean awake = true;

  /** A block's recurrence. */
  interface Recurrence {
    /** Computes all that can be computed. */
    void advance();
  }

  BlockTimes(Recurrence recurrence) {
    this.recurrence = recurrence;
  }

  /** Stands where a link's end is not inside a block. */
  static BlockTimes none() {
    return new BlockTimes(() -> {});
  }

  /** The other end of one of the block's links knows more. */
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
