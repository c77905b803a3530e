package io.xbarflow.core.synthesis;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * The slowest path of a module.
 *
 * @param nanoseconds least clock period that it allows; empty where only its levels are known
 * @param levels cells on it between its two ends
 * @param from register, memory or port where it starts, by its name in the Verilog
 * @param to register, memory or port where it ends
 */
public record CriticalPath(Optional<Double> nanoseconds, int levels, String from, String to) {
  /** Checks that the path has ends. */
  public CriticalPath {
    requireNonNull(nanoseconds);
    checkArgument(levels >= 0, "%s levels", levels);
    checkArgument(!from.isEmpty() && !to.isEmpty(), "a path without ends");
  }

  /** Greatest clock frequency that it allows. */
  public Optional<Double> megahertz() {
    return nanoseconds.map(period -> 1000 / period);
  }
}
