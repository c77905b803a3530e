package io.xbarflow.testbench.beats;

/** Between a fetch unit and what computes: windows completed, windows taken. One waits at most. */
final class WindowTimes {
  private int completed;
  private int taken;
  private long completionCycle;
  private long takenCycle;

  /** The next window was completed at the end of {@code cycle}. */
  void complete(long cycle) {
    completed++;
    completionCycle = cycle;
  }

  /** The waiting window is taken in {@code cycle}. */
  void take(long cycle) {
    taken++;
    takenCycle = cycle;
  }

  /** Whether a completed window is not known to be taken. */
  boolean waiting() {
    return completed > taken;
  }

  /** The cycle at whose end the latest window was completed. */
  long completionCycle() {
    return completionCycle;
  }

  /** The cycle in which the latest window was taken; 0 before the first. */
  long takenCycle() {
    return takenCycle;
  }
}
