package io.xbarflow.testbench;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * Some cycles of a co-simulation, one behind the other.
 *
 * @param from the first; cycle 0 is the first in which the inputs are offered
 * @param to the last
 */
public record CycleWindow(long from, long to) {
  /** Checks the order. */
  public CycleWindow {
    checkArgument(from >= 0 && from <= to, "cycles %s to %s", from, to);
  }

  /** From {@code before} cycles before {@code cycle}, or the first, to {@code after} behind it. */
  static CycleWindow around(long cycle, long before, long after) {
    return new CycleWindow(Math.max(0, cycle - before), cycle + after);
  }

  /** The time in a waveform at which {@code cycle} begins. */
  static long time(long cycle) {
    return 10 * (cycle + 10);
  }

  @Override
  public String toString() {
    return from + ".." + to;
  }
}
