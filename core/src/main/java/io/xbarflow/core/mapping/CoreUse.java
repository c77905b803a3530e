package io.xbarflow.core.mapping;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import io.xbarflow.core.architecture.Architecture;

/**
 * The core type that computes one layer.
 *
 * @param type its name
 * @param parameters every parameter of the type, by name
 * @param macro what its macros offer the layer; follows from type and parameters
 */
public record CoreUse(String type, ImmutableSortedMap<String, String> parameters, MacroSpec macro) {

  /** Name of the core type that computes exact sums. */
  public static final String IDEAL = "ideal";

  /** Copies the map. */
  public CoreUse {
    parameters = ImmutableSortedMap.copyOf(parameters);
  }

  /** Macros of type {@link #IDEAL} as {@code architecture} has them. */
  public static CoreUse ideal(Architecture architecture) {
    return ideal(
        architecture.crossbarRows(), architecture.crossbarColumns(), architecture.mvmCycles());
  }

  /** Macros of type {@link #IDEAL}. */
  public static CoreUse ideal(int rows, int columns, int mvmCycles) {
    return new CoreUse(
        IDEAL,
        ImmutableSortedMap.copyOf(ImmutableMap.of("mvmCycles", Integer.toString(mvmCycles))),
        MacroSpec.exact(rows, columns, mvmCycles));
  }
}
