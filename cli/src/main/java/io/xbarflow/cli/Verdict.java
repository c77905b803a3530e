package io.xbarflow.cli;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.energy.EnergyEstimate;
import io.xbarflow.testbench.CoverageReport;
import java.util.Optional;

/**
 * What a co-simulation found.
 *
 * @param failures one message for each thing that is not as promised, with layer, image, pixel,
 *     channel and cycle where they apply; empty when all is well
 * @param table what was reached
 * @param answers the classes that the chip gave the images
 * @param energy of an image; absent when something failed
 * @param coverage what was executed, when that was asked for
 */
record Verdict(
    ImmutableList<String> failures,
    ResultTable table,
    Answers answers,
    Optional<EnergyEstimate> energy,
    Optional<CoverageReport> coverage) {
  Verdict {
    failures = ImmutableList.copyOf(failures);
  }

  /** Whether everything was as promised. */
  boolean passed() {
    return failures.isEmpty();
  }
}
