package io.xbarflow.cli;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.energy.EnergyEstimate;

/**
 * What a co-simulation found.
 *
 * @param failures one message for each thing that is not as promised, with layer, image, pixel,
 *     channel and cycle where they apply; empty when all is well
 * @param table what was reached
 * @param energy of an image
 */
record Verdict(ImmutableList<String> failures, ResultTable table, EnergyEstimate energy) {
  Verdict {
    failures = ImmutableList.copyOf(failures);
  }

  /** Whether everything was as promised. */
  boolean passed() {
    return failures.isEmpty();
  }
}
