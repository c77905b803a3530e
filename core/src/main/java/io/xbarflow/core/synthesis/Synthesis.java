package io.xbarflow.core.synthesis;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import java.util.Optional;

/**
 * What synthesis for one target found: the artefact {@code synth.TARGET.json}.
 *
 * @param model source model
 * @param modelSha256 its hash
 * @param target {@code asic}, {@code ice40}, {@code ecp5} or {@code xilinx}
 * @param technology cells that were used
 * @param tools programs that were run, with their versions
 * @param timing where the critical paths come from and what they mean
 * @param clockNanoseconds period that the constraints ask for
 * @param top module that was synthesised with all that is in it
 * @param total what the top takes
 * @param criticalPath the slowest path of the whole; empty where paths are known per module only
 * @param modules every module, in the order of their names
 * @param seconds how long it took
 */
public record Synthesis(
    String model,
    String modelSha256,
    String target,
    String technology,
    String tools,
    String timing,
    double clockNanoseconds,
    String top,
    Resources total,
    Optional<CriticalPath> criticalPath,
    ImmutableList<ModuleSynthesis> modules,
    double seconds) {
  /** Checks that everything is there. */
  public Synthesis {
    requireNonNull(model);
    requireNonNull(modelSha256);
    requireNonNull(target);
    requireNonNull(technology);
    requireNonNull(tools);
    requireNonNull(timing);
    requireNonNull(top);
    requireNonNull(total);
    requireNonNull(criticalPath);
    modules = ImmutableList.copyOf(modules);
  }
}
