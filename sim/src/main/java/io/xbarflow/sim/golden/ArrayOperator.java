package io.xbarflow.sim.golden;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.coretype.CoreType;
import io.xbarflow.core.coretype.Macro;
import io.xbarflow.core.coretype.Parameters;
import io.xbarflow.core.coretype.Tile;
import io.xbarflow.core.coretype.Tiles;
import io.xbarflow.core.mapping.CoreUse;
import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.mapping.Tiling;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * A convolution as its core computes it: MVM by MVM on macros that hold a tile of the weights, with
 * what the core type makes of it. The sum over row tiles of gain times column result, and the bias,
 * is requantised as ever.
 *
 * <p>What a macro gives may depend on how many MVMs it has done before; so every call says which
 * images of the stream it is for.
 */
final class ArrayOperator implements Operator {
  /** MVMs that a macro does in one call, at most: their rows are to stay in the cache. */
  private static final int MVMS = 512;

  private final Tiles tiles;
  private final Tiling tiling;
  private final ArrayWindows windows;
  private final int copies;
  private final ImmutableList<Macro> macros;
  private final int[] offsets;
  private final Requantiser requantiser;
  private final int outputSize;
  private final int outputPixels;

  /**
   * A core.
   *
   * @param layer what it computes
   * @param fetch how windows come to it
   * @param core what its macros are; of type {@code type}
   * @param copies whole copies of the layer
   * @param ranges as {@link Tiles} takes them
   */
  ArrayOperator(
      Layer.Convolution layer,
      Tensor input,
      Tensor output,
      Fetch fetch,
      CoreUse core,
      CoreType type,
      int copies,
      ImmutableList<ImmutableList<Integer>> ranges) {
    this.copies = copies;
    tiles = new Tiles(layer, input.quantisation(), fetch, core, copies, ranges);
    tiling = tiles.tiling();
    int zeroPoint = input.quantisation().zeroPoint();
    windows = new ArrayWindows(fetch, tiling, tiles.weights(), copies, zeroPoint);
    macros = programmed(type, new Parameters(core.parameters()));
    offsets =
        core.macro().takesZeroPoint() ? new int[layer.outputChannels()] : fold(layer, zeroPoint);
    requantiser = new Requantiser(layer, input, output);
    outputSize = output.shape().size();
    outputPixels = output.shape().pixels();
  }

  /** The macros by number, those of copies that need no telling apart once. */
  private ImmutableList<Macro> programmed(CoreType type, Parameters parameters) {
    ImmutableList.Builder<Tile> all = ImmutableList.builder();
    for (int copy = 0; copy < tiles.distinctCopies(); copy++) {
      all.addAll(tiles.ofCopy(copy));
    }
    return all.build().parallelStream()
        .map(tile -> type.program(tile, parameters))
        .collect(ImmutableList.toImmutableList());
  }

  /** What raw inputs add to the sum of each channel, to be taken out: -zx * sum(w). */
  private static int[] fold(Layer.Convolution layer, int zeroPoint) {
    int[] offsets = new int[layer.outputChannels()];
    int perChannel = layer.weights().length() / offsets.length;
    for (int i = 0; i < layer.weights().length(); i++) {
      offsets[i / perChannel] -= zeroPoint * layer.weights().get(i);
    }
    return offsets;
  }

  @Override
  public int[] apply(int[][] operands) {
    return apply(new int[][][] {operands}, 0, Workers.CALLER)[0];
  }

  @Override
  public int[][] apply(int[][][] images, long first, Workers workers) {
    int[][] x = Arrays.stream(images).map(operands -> operands[0]).toArray(int[][]::new);
    int[][] y = new int[images.length][outputSize];
    List<Piece> pieces = new ArrayList<>();
    for (int copy = 0; copy < copies; copy++) {
      int mvms = windows.perImage(copy) * images.length;
      int parts = Math.max((mvms + MVMS - 1) / MVMS, Math.min(mvms, workers.threads()));
      for (int part = 0; part < parts; part++) {
        int from = (int) ((long) mvms * part / parts);
        pieces.add(new Piece(copy, from, (int) ((long) mvms * (part + 1) / parts) - from));
      }
    }
    int most = pieces.stream().mapToInt(Piece::count).max().orElse(0);
    workers.share(
        pieces.size(),
        () -> {
          Panel panel = new Panel(most);
          IntConsumer compute = piece -> panel.compute(pieces.get(piece), x, first, y);
          return compute;
        });
    return y;
  }

  /**
   * Some MVMs of a copy.
   *
   * @param first the first, counted from the first image of a batch
   */
  private record Piece(int copy, int first, int count) {}

  /** The memory of one worker. */
  private final class Panel {
    private final ArrayWindows.Run run;
    private final int[][] rows;
    private final int[][] results;
    private final int[][] sums;
    private final int[] values;

    Panel(int mvms) {
      int columns = Math.min(tiling.columns(0), tiling.macroColumns());
      run = windows.new Run(mvms);
      rows = new int[tiling.rows(0)][mvms];
      results = new int[columns][mvms];
      sums = tiling.rowTiles(0) > 1 ? new int[columns][mvms] : results;
      values = new int[mvms];
    }

    void compute(Piece piece, int[][] x, long firstImage, int[][] y) {
      run.set(piece.copy(), piece.first(), piece.count());
      long before = firstImage * windows.perImage(piece.copy()) + piece.first();
      for (int block = 0; block < tiling.blocks(); block++) {
        run.gather(x, block, rows);
        for (int columnTile = 0; columnTile < tiling.columnTiles(block); columnTile++) {
          for (int rowTile = 0; rowTile < tiling.rowTiles(block); rowTile++) {
            int number =
                tiles.number(piece.copy() % tiles.distinctCopies(), block, rowTile, columnTile);
            multiply(number, block, rowTile, columnTile, before);
          }
          store(block, columnTile, y);
        }
      }
    }

    private void multiply(int number, int block, int rowTile, int columnTile, long before) {
      Macro macro = macros.get(number);
      macro.multiply(windows.tileRows(rows, block, rowTile), run.count(), before, results);
      for (int column = 0; column < tiles.weights().columns(block, columnTile); column++) {
        addGain(macro.gain(column), results[column], sums[column], rowTile == 0, run.count());
      }
    }

    private void store(int block, int columnTile, int[][] y) {
      int first = columnTile * tiling.macroColumns();
      for (int column = 0; column < tiles.weights().columns(block, columnTile); column++) {
        int channel = tiles.channel(block, first + column);
        int[] sum = sums[column];
        for (int mvm = 0; mvm < run.count(); mvm++) {
          sum[mvm] += offsets[channel];
        }
        requantiser.values(channel, sum, 0, values, 0, run.count());
        int pixel = (first + column) / tiling.outputs(block);
        for (int mvm = 0; mvm < run.count(); mvm++) {
          int at = run.outputPixel(mvm, pixel);
          if (at >= 0) {
            y[run.image(mvm)][channel * outputPixels + at] = values[mvm];
          }
        }
      }
    }
  }

  /** Adds {@code gain * results} to {@code sums}, or begins sums with them. */
  private static void addGain(int gain, int[] results, int[] sums, boolean begin, int count) {
    for (int mvm = 0; mvm < count; mvm++) {
      sums[mvm] = gain * results[mvm] + (begin ? 0 : sums[mvm]);
    }
  }
}
