package io.xbarflow.core.synthesis;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableMap;
import java.util.Optional;

/**
 * A module with its parameters, synthesised.
 *
 * @param name its name in the results: the module's, with a number where several sets of parameters
 *     are in use
 * @param module module of the Verilog
 * @param parameters its parameters, as far as they are set
 * @param instances how often it stands in the chip
 * @param own what one instance takes without the modules in it
 * @param whole what one instance takes with them
 * @param criticalPath its slowest path, those through the modules in it included where a timing
 *     analyser found it; empty when there is none
 */
public record ModuleSynthesis(
    String name,
    String module,
    ImmutableMap<String, String> parameters,
    long instances,
    Resources own,
    Resources whole,
    Optional<CriticalPath> criticalPath) {
  /** Checks that the module is used. */
  public ModuleSynthesis {
    requireNonNull(name);
    requireNonNull(module);
    parameters = ImmutableMap.copyOf(parameters);
    checkArgument(instances >= 1, "%s has %s instances", name, instances);
    requireNonNull(own);
    requireNonNull(whole);
    requireNonNull(criticalPath);
  }
}
