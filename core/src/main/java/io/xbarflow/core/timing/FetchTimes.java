package io.xbarflow.core.timing;

/** The half of a core before its array: turns beats into windows. */
interface FetchTimes {
  /** Computes what can be computed; whether anything was. */
  boolean advance();

  /** Whether the cycle in which the next window was completed is known. */
  boolean windowReady();

  /** The cycle at whose end the next window was completed. */
  long windowCycle();

  /** The next window is taken in {@code cycle}. */
  void start(long cycle);
}
