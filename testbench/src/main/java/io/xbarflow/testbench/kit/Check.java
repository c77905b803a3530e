package io.xbarflow.testbench.kit;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;

/**
 * A check of the kit and what came of it.
 *
 * @param name of the check
 * @param done what was looked at, in one line
 * @param findings what is wrong
 */
public record Check(String name, String done, ImmutableList<Finding> findings) {
  /** Copies the list. */
  public Check {
    requireNonNull(name);
    requireNonNull(done);
    findings = ImmutableList.copyOf(findings);
  }

  /** Whether nothing is wrong. */
  public boolean passed() {
    return findings.isEmpty();
  }
}
