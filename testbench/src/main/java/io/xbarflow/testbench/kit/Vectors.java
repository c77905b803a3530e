package io.xbarflow.testbench.kit;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.coretype.Tile;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;

/** Inputs of MVMs: those at the limits first, then random ones. */
final class Vectors {
  private final Tile tile;
  private final List<Vector> vectors = new ArrayList<>();

  /**
   * The inputs of one MVM.
   *
   * @param name what messages call them
   * @param rows raw inputs
   */
  record Vector(String name, ImmutableList<Integer> rows) {
    int[] values() {
      return rows.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  private Vectors(Tile tile) {
    this.tile = tile;
  }

  /** Boundary values and {@code random} random vectors for {@code tile}. */
  static ImmutableList<Vector> of(Tile tile, int random, long seed) {
    Vectors all = new Vectors(tile);
    int least = tile.leastInput();
    int greatest = tile.greatestInput();
    all.add("all inputs " + least, row -> least);
    all.add("all inputs " + greatest, row -> greatest);
    all.add("all inputs 0", row -> 0);
    all.add("all inputs at the zero point " + tile.zeroPoint(), row -> tile.zeroPoint());
    all.add("limits in turn", row -> row % 2 == 0 ? least : greatest);
    int columns = Math.min(tile.columns(), 4);
    for (int i = 0; i < columns; i++) {
      int column = i * (tile.columns() - 1) / Math.max(1, columns - 1);
      all.add(
          "greatest sum of column " + column,
          row -> tile.weight(row, column) >= 0 ? greatest : least);
      all.add(
          "least sum of column " + column, row -> tile.weight(row, column) >= 0 ? least : greatest);
    }
    all.add("only row 0", row -> row == 0 ? greatest : 0);
    all.add("only the last row", row -> row == tile.rows() - 1 ? least : 0);
    Random generator = new Random(seed);
    for (int i = 0; i < random; i++) {
      boolean sparse = i % 3 == 2;
      all.add(
          "random inputs",
          row -> sparse && generator.nextInt(4) != 0 ? 0 : least + generator.nextInt(256));
    }
    return ImmutableList.copyOf(all.vectors);
  }

  private void add(String name, IntUnaryOperator input) {
    ImmutableList.Builder<Integer> rows = ImmutableList.builder();
    for (int row = 0; row < tile.rows(); row++) {
      rows.add(input.applyAsInt(row));
    }
    vectors.add(new Vector(name, rows.build()));
  }
}
