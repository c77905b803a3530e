package io.xbarflow.testbench.beats;

/**
 * Register stages in which a beat moves on whenever the next stage is free or becomes free: a queue
 * of {@code stages} beats with as many cycles of latency.
 */
final class ElasticPipe {
  private final int stages;
  private final BeatTimes output;
  private final long[] entries; // of the latest beats, in turn
  private int next; // where in entries the next beat goes
  private int oldest; // where in entries the next beat to be offered is
  private int entered;
  private long lastEntry = -1;

  ElasticPipe(int stages, BeatTimes output) {
    this.stages = stages;
    this.output = output;
    this.entries = new long[stages];
  }

  /** Beats entered so far. */
  int entered() {
    return entered;
  }

  /** Cycle of the latest entry. */
  long lastEntry() {
    return lastEntry;
  }

  /** Whether {@link #earliestEntry} is known. */
  boolean canEnter() {
    return entered < stages || output.crossed() > entered - stages;
  }

  /** The first cycle in which the next beat can enter. */
  long earliestEntry() {
    return entered < stages
        ? lastEntry + 1
        : Math.max(lastEntry + 1, output.crossing(entered - stages));
  }

  /** The next beat enters in {@code cycle}. */
  void enter(long cycle) {
    entries[next] = cycle;
    next = next + 1 == stages ? 0 : next + 1;
    lastEntry = cycle;
    entered++;
  }

  /** Offers the beats that have entered, each once the one before it has crossed. */
  boolean advance() {
    boolean moved = false;
    while (output.offered() < entered && output.crossed() == output.offered()) {
      output.offer(Math.max(entries[oldest] + stages, output.afterPrevious(output.crossed())));
      oldest = oldest + 1 == stages ? 0 : oldest + 1;
      moved = true;
    }
    return moved;
  }
}
