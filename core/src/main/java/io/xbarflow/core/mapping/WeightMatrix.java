package io.xbarflow.core.mapping;

import com.google.common.primitives.ImmutableIntArray;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Window;
import java.util.stream.IntStream;

/**
 * The weights of a convolution as they stand in the diagonal blocks of its {@link Tiling}:
 * block-Toeplitz where a patch has several pixels.
 *
 * <p>The rows of a block follow the slots of the input register. These are the taps of the window
 * in raster order; only a window that is the whole map and fills up as the stream comes has them in
 * the order of the stream.
 */
public final class WeightMatrix {
  private final Layer.Convolution layer;
  private final Tiling tiling;
  private final Window window;
  private final Window reads;
  private final int patchWidth;
  private final ImmutableIntArray taps;

  /** The weights of {@code layer}, whose windows {@code fetch} makes, on {@code tiling}. */
  public WeightMatrix(Layer.Convolution layer, Fetch fetch, Tiling tiling) {
    this.layer = layer;
    this.tiling = tiling;
    this.window = fetch.window();
    this.reads = fetch.reads();
    this.patchWidth = fetch.patch().width();
    boolean streamed = fetch.ring().isEmpty() && window.taps() == fetch.input().pixels();
    this.taps =
        ImmutableIntArray.copyOf(
            streamed
                ? IntStream.of(fetch.order().pixels(fetch.input()))
                : IntStream.range(0, reads.taps()));
  }

  /** Rows used in row tile {@code rowTile} of {@code block}. */
  public int rows(int block, int rowTile) {
    return Math.min(tiling.macroRows(), tiling.rows(block) - rowTile * tiling.macroRows());
  }

  /** Columns used in column tile {@code columnTile} of {@code block}. */
  public int columns(int block, int columnTile) {
    return Math.min(
        tiling.macroColumns(), tiling.columns(block) - columnTile * tiling.macroColumns());
  }

  /** The tap, in raster order of {@link Fetch#reads}, that slot {@code slot} holds. */
  public int tap(int slot) {
    return taps.get(slot);
  }

  /** Weight at ({@code row}, {@code column}) of {@code block}, tiles not yet cut. */
  public int weight(int block, int row, int column) {
    int inputs = tiling.inputs(block);
    int outputs = tiling.outputs(block);
    int tap = taps.get(row / inputs);
    int pixel = column / outputs;
    int down =
        tap / reads.kernelWidth() * reads.dilationHeight()
            - pixel / patchWidth * window.strideHeight();
    int across =
        tap % reads.kernelWidth() * reads.dilationWidth()
            - pixel % patchWidth * window.strideWidth();
    if (!isTap(down, window.dilationHeight(), window.kernelHeight())
        || !isTap(across, window.dilationWidth(), window.kernelWidth())) {
      return 0;
    }
    return layer.weight(
        tiling.firstOutput(block) + column % outputs,
        tiling.firstInput(block) + row % inputs,
        down / window.dilationHeight(),
        across / window.dilationWidth());
  }

  private static boolean isTap(int distance, int dilation, int kernel) {
    return distance >= 0 && distance % dilation == 0 && distance / dilation < kernel;
  }
}
