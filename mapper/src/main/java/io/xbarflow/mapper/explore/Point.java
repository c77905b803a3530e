package io.xbarflow.mapper.explore;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.CoreSelection;
import io.xbarflow.mapper.MappingOptions;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One choice of everything that a sweep varies.
 *
 * @param crossbar macro
 * @param mvmCycles clock cycles of an MVM
 * @param memory policy of all activation memories
 * @param lanes values a beat carries at least
 * @param crossbars budget of macros; empty for one pixel per MVM and one copy of each array
 * @param physics values of core types' parameters, by TYPE.PARAMETER
 */
public record Point(
    Macro crossbar,
    int mvmCycles,
    ActivationMemoryPolicy memory,
    int lanes,
    Optional<Integer> crossbars,
    ImmutableSortedMap<String, String> physics) {

  /** Copies the map. */
  public Point {
    physics = ImmutableSortedMap.copyOf(physics);
  }

  /** A point with the architecture's parameters of core types. */
  public Point(
      Macro crossbar,
      int mvmCycles,
      ActivationMemoryPolicy memory,
      int lanes,
      Optional<Integer> crossbars) {
    this(crossbar, mvmCycles, memory, lanes, crossbars, ImmutableSortedMap.of());
  }

  /** {@code base} with what the point chooses. */
  public Architecture architecture(Architecture base) {
    CoreSelection cores = base.cores();
    for (Map.Entry<String, String> each : physics.entrySet()) {
      int dot = each.getKey().indexOf('.');
      cores =
          cores.withParameter(
              each.getKey().substring(0, dot), each.getKey().substring(dot + 1), each.getValue());
    }
    return base.withCrossbar(crossbar.rows(), crossbar.columns())
        .withMvmCycles(mvmCycles)
        .withMemory(memory)
        .withCores(cores);
  }

  /** The other options of the mapping. */
  public MappingOptions options() {
    return new MappingOptions(
        crossbars, Optional.empty(), lanes, ImmutableMap.of(), MappingOptions.Effort.QUICK);
  }

  /** The words of the command line that choose the same. */
  public String words() {
    StringBuilder sets = new StringBuilder();
    physics.forEach((name, value) -> sets.append(" --set ").append(name).append('=').append(value));
    return String.format(
        Locale.ROOT,
        "--crossbar %s --mvm-cycles %d --memory %s --lanes %d%s%s --effort quick",
        crossbar,
        mvmCycles,
        memory.word(),
        lanes,
        crossbars.map(budget -> " --crossbars " + budget).orElse(""),
        sets);
  }
}
