package io.xbarflow.testbench.formal;

import com.google.common.collect.ImmutableList;
import java.util.Locale;

/**
 * What a proof came to.
 *
 * @param proof what was to be proved
 * @param properties number of assertions
 * @param covers number of covers
 * @param failed assertions that do not hold and covers that were not reached, by name; empty when
 *     all is proved
 * @param log what the tools said
 * @param seconds wall-clock time
 */
record Outcome(
    Proof proof,
    int properties,
    int covers,
    ImmutableList<String> failed,
    ImmutableList<String> log,
    double seconds) {

  /** The row of the table up to the seconds. */
  String row() {
    String reach =
        proof.stateless()
            ? "every input"
            : proof.cycles()
                + " cycles"
                + (proof.inductionCycles() == 0
                    ? ""
                    : ", all by induction over " + proof.inductionCycles());
    return String.format(
        Locale.ROOT,
        "| `%s` | %s | %d | %d | %s |",
        proof.cell(),
        proof.parameterText(),
        properties,
        covers,
        reach);
  }
}
