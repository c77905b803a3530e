package io.xbarflow.testbench.kit;

import com.google.common.primitives.ImmutableIntArray;

/**
 * What column_data of one macro was in the cycles just before done rose. A model that shows the
 * result there, or still the one before, hides that somebody reads it too early.
 */
final class EarlyColumns {
  private int looked;
  private int coming;
  private int past;
  private ImmutableIntArray before = ImmutableIntArray.of();

  /** Looks at the MVM whose result stands there from cycle {@code done} on. */
  void look(Trace trace, MacroCase on, long done, ImmutableIntArray result) {
    // An MVM of one cycle leaves none in which done is low.
    if (done > 0 && !trace.done(done - 1)) {
      ImmutableIntArray columns = trace.columns(on, done - 1);
      looked++;
      coming += columns.equals(result) ? 1 : 0;
      past += before.isEmpty() || columns.equals(before) ? 1 : 0;
    }
    before = result;
  }

  /** Adds to {@code findings} what was so in every MVM; in single ones it is chance. */
  void report(MacroCase on, Findings findings) {
    if (looked > 1 && (coming == looked || past == looked)) {
      findings.add(
          on
              + ": in the cycle before done rises column_data already "
              + (coming == looked ? "is the result" : "was the result of the MVM before")
              + ", in each of "
              + looked
              + " MVMs",
          "Drive column_data to X while done is low, for simulation: assign column_data = done ?"
              + " held_result : {(COLUMNS*COLUMN_BITS){1'bx}}"
              + Judge.CONTRACT
              + ".");
    }
  }
}
