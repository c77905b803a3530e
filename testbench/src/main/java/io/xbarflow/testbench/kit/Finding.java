package io.xbarflow.testbench.kit;

import static java.util.Objects.requireNonNull;

/**
 * Something wrong with a core type.
 *
 * @param check which check found it
 * @param found what was found
 * @param change what to change
 */
public record Finding(String check, String found, String change) {
  /** Checks that nothing is missing. */
  public Finding {
    requireNonNull(check);
    requireNonNull(found);
    requireNonNull(change);
  }

  @Override
  public String toString() {
    return check + ": " + found + ". " + change;
  }
}
