package io.xbarflow.examples.results;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * How one stage of one network went.
 *
 * @param outcome whether it ended
 * @param seconds wall-clock time, 0 when it was not run
 * @param peakMebibytes most memory that its processes had at once, 0 when it was not run
 * @param note why it did not end well, else empty
 */
record StageRun(Outcome outcome, double seconds, long peakMebibytes, String note) {
  /** How a stage ends. */
  enum Outcome {
    /** With exit code 0. */
    DONE,
    /** With another exit code. */
    FAILED,
    /** At the time limit. */
    STOPPED,
    /** It was not asked for, or a stage before it did not end well. */
    NOT_RUN
  }

  StageRun {
    checkArgument(seconds >= 0, "%s s", seconds);
  }

  static StageRun notRun(String note) {
    return new StageRun(Outcome.NOT_RUN, 0, 0, note);
  }

  boolean done() {
    return outcome == Outcome.DONE;
  }

  /** The same stage, of which one part took {@code partSeconds} and {@code partMebibytes}. */
  StageRun part(double partSeconds, long partMebibytes) {
    return new StageRun(outcome, partSeconds, partMebibytes, note);
  }
}
