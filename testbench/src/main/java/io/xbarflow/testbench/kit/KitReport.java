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

  /** The same with one more check. */
  public KitReport with(Check check) {
    return new KitReport(core, ImmutableList.<Check>builder().addAll(checks).add(check).build());
  }

  /** What is wrong, all checks together. */
  public ImmutableList<Finding> findings() {
    return checks.stream()
        .flatMap(check -> check.findings().stream())
        .collect(ImmutableList.toImmutableList());
  }
}
