package io.xbarflow.core.coretype;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import io.xbarflow.core.mapping.CoreUse;
import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.mapping.Tiling;
import io.xbarflow.core.mapping.WeightMatrix;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Quantisation;
import java.util.Arrays;

/**
 * What every macro of one core holds. Macros are numbered as their places are: copy by copy,
 * diagonal block by block, row tile by row tile, column tile by column tile. Copies of a core with
 * exact sums need no telling apart: they have the tiles of the first.
 */
public final class Tiles {
  private final Layer.Convolution layer;
  private final Quantisation input;
  private final CoreUse core;
  private final int copies;
  private final ImmutableList<ImmutableList<Integer>> ranges;
  private final Tiling tiling;
  private final WeightMatrix weights;

  /**
   * The tiles of a core.
   *
   * @param layer what it computes
   * @param input quantisation of the layer's input
   * @param fetch how windows come to it
   * @param core what its macros are
   * @param copies whole copies of the layer
   * @param ranges for every row tile and output channel the greatest magnitude that the sum of
   *     (input - zero point) times weight is expected to reach; empty when that is not known
   */
  public Tiles(
      Layer.Convolution layer,
      Quantisation input,
      Fetch fetch,
      CoreUse core,
      int copies,
      ImmutableList<ImmutableList<Integer>> ranges) {
    this.layer = layer;
    this.input = input;
    this.core = core;
    this.copies = copies;
    tiling = Tiling.of(layer, fetch.patch(), core.macro().rows(), core.macro().columns());
    weights = new WeightMatrix(layer, fetch, tiling);
    checkArgument(
        ranges.isEmpty() || ranges.size() == tiling.rowTiles(0),
        "ranges of %s row tiles, there are %s",
        ranges.size(),
        tiling.rowTiles(0));
    this.ranges = ranges.isEmpty() && core.macro().calibrated() ? reachable() : ranges;
  }

  /**
   * The greatest magnitude that sums of (input - zero point) times weight can reach at all: what
   * converters cover that nothing was seen of.
   */
  private ImmutableList<ImmutableList<Integer>> reachable() {
    long[][] greatest = new long[tiling.rowTiles(0)][layer.outputChannels()];
    for (int block = 0; block < tiling.blocks(); block++) {
      for (int column = 0; column < tiling.columns(block); column++) {
        for (int rowTile = 0; rowTile < greatest.length; rowTile++) {
          int channel = channel(block, column);
          greatest[rowTile][channel] =
              Math.max(greatest[rowTile][channel], reach(block, rowTile, column));
        }
      }
    }
    return Arrays.stream(greatest)
        .map(
            row ->
                Arrays.stream(row)
                    .mapToObj(value -> (int) Math.min(Integer.MAX_VALUE, value))
                    .collect(ImmutableList.toImmutableList()))
        .collect(ImmutableList.toImmutableList());
  }

  private long reach(int block, int rowTile, int column) {
    int first = rowTile * tiling.macroRows();
    long positive = 0;
    long negative = 0;
    for (int row = first; row < first + weights.rows(block, rowTile); row++) {
      long low = (input.min() - (long) input.zeroPoint()) * weights.weight(block, row, column);
      long high = (input.max() - (long) input.zeroPoint()) * weights.weight(block, row, column);
      positive += Math.max(low, high);
      negative += Math.min(low, high);
    }
    return Math.max(positive, -negative);
  }

  /** How the weights lie on macros. */
  public Tiling tiling() {
    return tiling;
  }

  /** The weights before they are cut into tiles. */
  public WeightMatrix weights() {
    return weights;
  }

  /** Copies whose macros differ: one when sums are exact. */
  public int distinctCopies() {
    return core.macro().exact() ? 1 : copies;
  }

  /** Number of the macro that holds tile ({@code rowTile}, {@code columnTile}). */
  public int number(int copy, int block, int rowTile, int columnTile) {
    // Every block but the last is as large as the first.
    long before =
        copy * tiling.macros() + (long) block * tiling.rowTiles(0) * tiling.columnTiles(0);
    return Math.toIntExact(before + (long) rowTile * tiling.columnTiles(block) + columnTile);
  }

  /** Tile ({@code rowTile}, {@code columnTile}) of a block of a copy. */
  public Tile tile(int copy, int block, int rowTile, int columnTile) {
    int rows = weights.rows(block, rowTile);
    int columns = weights.columns(block, columnTile);
    int firstRow = rowTile * tiling.macroRows();
    int firstColumn = columnTile * tiling.macroColumns();
    byte[] values = new byte[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) weights.weight(block, firstRow + i / columns, firstColumn + i % columns);
    }
    return new Tile(
        layer.name(),
        number(core.macro().exact() ? 0 : copy, block, rowTile, columnTile),
        rows,
        values,
        input.signed(),
        input.zeroPoint(),
        ranges(block, rowTile, firstColumn, columns));
  }

  /** All tiles of a copy, in the order of their numbers. */
  public ImmutableList<Tile> ofCopy(int copy) {
    ImmutableList.Builder<Tile> all = ImmutableList.builder();
    for (int block = 0; block < tiling.blocks(); block++) {
      for (int rowTile = 0; rowTile < tiling.rowTiles(block); rowTile++) {
        for (int columnTile = 0; columnTile < tiling.columnTiles(block); columnTile++) {
          all.add(tile(copy, block, rowTile, columnTile));
        }
      }
    }
    return all.build();
  }

  private ImmutableIntArray ranges(int block, int rowTile, int firstColumn, int columns) {
    if (ranges.isEmpty()) {
      return ImmutableIntArray.of();
    }
    ImmutableIntArray.Builder result = ImmutableIntArray.builder(columns);
    for (int column = firstColumn; column < firstColumn + columns; column++) {
      result.add(ranges.get(rowTile).get(channel(block, column)));
    }
    return result.build();
  }

  /** The output channel of column {@code column} of {@code block}, tiles not yet cut. */
  public int channel(int block, int column) {
    return tiling.firstOutput(block) + column % tiling.outputs(block);
  }
}
