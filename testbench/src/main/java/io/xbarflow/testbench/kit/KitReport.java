package io.xbarflow.testbench.kit;

import com.google.common.collect.ImmutableList;

/**
 * What the kit says about a core type.
 *
 * @param core its name
 * @param checks in the order in which they were made
 */
public record KitReport(String core, ImmutableList<Check> checks) {
  /** Copies the list. */
  public KitReport {
    checks = ImmutableList.copyOf(checks);
  }

  /** Whether nothing is wrong. */
  public boolean passed() {
    return findings().isEmpty();
  }

  /** What is wrong, all checks together. */
  public ImmutableList<Finding> findings() {
    return checks.stream()
        .flatMap(check -> check.findings().stream())
        .collect(ImmutableList.toImmutableList());
  }
}
