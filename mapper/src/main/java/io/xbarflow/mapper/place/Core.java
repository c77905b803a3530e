package io.xbarflow.mapper.place;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * A core that wants places on the grid.
 *
 * @param name of the core, unique in its netlist
 * @param macros it needs, at least 1; copies and tiles alike
 */
public record Core(String name, int macros) {
  /** Checks the range. */
  public Core {
    checkArgument(!name.isEmpty(), "empty name");
    checkArgument(macros > 0, "core %s with %s macros", name, macros);
  }
}
