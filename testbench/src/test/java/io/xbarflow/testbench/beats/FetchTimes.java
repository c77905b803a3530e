package io.xbarflow.testbench.beats;

/** The half of a core before its array: turns beats into windows. */
interface FetchTimes {
  /** Computes what can be computed; whether anything was. */
  boolean advance();

  /** The windows it has made. */
  WindowTimes windows();
}
