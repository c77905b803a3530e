package io.xbarflow.core.timing;

/**
 * Steps that runs of the timing model may still take. A step is a change of pace of one stream, or
 * the work of a block that was woken: what a run costs, whatever the machine. How many a run takes
 * is known only when it ends.
 */
public final class StepBudget {
  private long left;

  /** A budget of {@code steps}. */
  public StepBudget(long steps) {
    this.left = steps;
  }

  /** Whether more steps were taken than there were. */
  public boolean spent() {
    return left < 0;
  }

  void take(long steps) {
    left -= steps;
  }
}
