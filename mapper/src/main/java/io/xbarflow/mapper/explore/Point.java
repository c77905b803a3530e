package io.xbarflow.mapper.explore;

import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.mapper.MappingOptions;
import java.util.Optional;

/**
 * One choice of everything that a sweep varies.
 *
 * @param crossbar macro
 * @param mvmCycles clock cycles of an MVM
 * @param memory policy of all activation memories
 * @param lanes values a beat carries at least
 * @param crossbars budget of macros; empty for one pixel per MVM and one copy of each array
 */
public record Point(
    Macro crossbar,
    int mvmCycles,
    ActivationMemoryPolicy memory,
    int lanes,
    Optional<Integer> crossbars) {

  /** {@code base} with what the point chooses. */
  public Architecture architecture(Architecture base) {
    return base.withCrossbar(crossbar.rows(), crossbar.columns())
        .withMvmCycles(mvmCycles)
        .withMemory(memory);
  }

  /** The other options of the mapping. */
  public MappingOptions options() {
    return new MappingOptions(
        crossbars, Optional.empty(), lanes, ImmutableMap.of(), MappingOptions.Effort.QUICK);
  }

  /** The words of the command line that choose the same. */
  public String words() {
    return String.format(
        "--crossbar %s --mvm-cycles %d --memory %s --lanes %d%s --effort quick",
        crossbar,
        mvmCycles,
        memory.word(),
        lanes,
        crossbars.map(budget -> " --crossbars " + budget).orElse(""));
  }
}
