package io.xbarflow.cores;

import com.google.common.primitives.ImmutableIntArray;
import io.xbarflow.core.coretype.Tile;
import java.util.Arrays;
import java.util.Random;

/** Tiles and inputs for tests. */
public final class Tiles {
  private Tiles() {}

  /** A tile of layer "layer" with weights {@code weights}, row by row. */
  public static Tile of(int rows, boolean inputsSigned, int zeroPoint, int... weights) {
    byte[] bytes = new byte[weights.length];
    for (int index = 0; index < weights.length; index++) {
      bytes[index] = (byte) weights[index];
    }
    return new Tile("layer", 0, rows, bytes, inputsSigned, zeroPoint, ImmutableIntArray.of());
  }

  /** {@code tile} with the same expected range for all columns. */
  public static Tile calibrated(Tile tile, int number, int range) {
    byte[] weights = new byte[tile.rows() * tile.columns()];
    for (int index = 0; index < weights.length; index++) {
      weights[index] = (byte) tile.weight(index / tile.columns(), index % tile.columns());
    }
    int[] ranges = new int[tile.columns()];
    Arrays.fill(ranges, range);
    return new Tile(
        tile.layer(),
        number,
        tile.rows(),
        weights,
        tile.inputsSigned(),
        tile.zeroPoint(),
        ImmutableIntArray.copyOf(ranges));
  }

  /** Random weights, all of int8, a tenth of them zero. */
  public static Tile random(
      Random random, int rows, int columns, boolean inputsSigned, int zeroPoint) {
    int[] weights = new int[rows * columns];
    for (int index = 0; index < weights.length; index++) {
      weights[index] = random.nextInt(10) == 0 ? 0 : random.nextInt(256) - 128;
    }
    return of(rows, inputsSigned, zeroPoint, weights);
  }

  /**
   * Raw inputs by row and MVM: random ones, after an MVM of the least, one of the greatest and one
   * of the zero point in every row.
   */
  public static int[][] inputs(Random random, Tile tile, int count) {
    int[][] rows = new int[tile.rows()][count];
    for (int[] row : rows) {
      for (int mvm = 0; mvm < count; mvm++) {
        row[mvm] =
            switch (mvm) {
              case 0 -> tile.leastInput();
              case 1 -> tile.greatestInput();
              case 2 -> tile.zeroPoint();
              default -> random.nextInt(256) + tile.leastInput();
            };
      }
    }
    return rows;
  }
}
