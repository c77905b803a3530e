package io.xbarflow.core.timing;

/**
 * Register stages in which a beat moves on whenever the next stage is free or becomes free: a queue
 * of {@code stages} beats with as many cycles of latency.
 */
final class ElasticPipe {
  private final int stages;
  private final BeatTimes output;
  private final long[] entries;
  private int entered;

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
    return entries[(entered - 1) % stages];
  }

  /** Whether {@link #earliestEntry} is known. */
  boolean canEnter() {
    return entered < stages || output.crossed() > entered - stages;
  }

  /** The first cycle in which the next beat can enter. */
  long earliestEntry() {
    long afterLast = entered == 0 ? 0 : entries[(entered - 1) % stages] + 1;
    return entered < stages ? afterLast : Math.max(afterLast, output.crossing(entered - stages));
  }

  /** The next beat enters in {@code cycle}. */
  void enter(long cycle) {
    entries[entered % stages] = cycle;
    entered++;
  }

  /** Offers the beats that have entered, each once the one before it has crossed. */
  boolean advance() {
    boolean moved = false;
    while (output.offered() < entered && output.crossed() == output.offered()) {
      int beat = output.offered();
      output.offer(Math.max(entries[beat % stages] + stages, output.afterPrevious(beat)));
      moved = true;
    }
    return moved;
  }
}
