package io.xbarflow.mapper;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.mapping.Place;

/**
 * Puts macros on the grid in the order of the pipeline, row by row, every second row backwards, so
 * that neighbours in the pipeline are neighbours on the grid.
 */
final class Placement {
  private final int rows;
  private final int columns;
  private int next;

  /**
   * A grid for {@code macros} macros.
   *
   * @throws UserException when the architecture's grid is too small
   */
  Placement(Architecture architecture, int macros) {
    if (architecture.automaticGrid()) {
      columns = (int) Math.max(1, Math.ceil(Math.sqrt(macros)));
      rows = (macros + columns - 1) / columns;
    } else {
      rows = architecture.gridRows();
      columns = architecture.gridColumns();
      if (macros > rows * columns) {
        throw UserException.badInput(
            "architecture " + architecture.name(),
            "a grid of " + rows + " x " + columns + " places for " + macros + " macros",
            "at least " + macros + " places",
            "Enlarge `grid` or the crossbars, or leave `grid` out for an automatic one.");
      }
    }
  }

  /** The next {@code count} places. */
  ImmutableList<Place> take(int count) {
    ImmutableList.Builder<Place> places = ImmutableList.builder();
    for (int i = 0; i < count; i++) {
      int row = next / columns;
      int along = next % columns;
      places.add(new Place(row, row % 2 == 0 ? along : columns - 1 - along));
      next++;
    }
    return places.build();
  }
}
