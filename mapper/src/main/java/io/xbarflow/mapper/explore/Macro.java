package io.xbarflow.mapper.explore;

import io.xbarflow.core.architecture.Architecture;

/**
 * The size of a crossbar macro.
 *
 * @param rows rows of one macro
 * @param columns columns of one macro
 */
public record Macro(int rows, int columns) {
  /** The macro of {@code architecture}. */
  static Macro of(Architecture architecture) {
    return new Macro(architecture.crossbarRows(), architecture.crossbarColumns());
  }

  @Override
  public String toString() {
    return rows + "x" + columns;
  }
}
