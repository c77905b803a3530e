package io.xbarflow.sim.golden;

import static com.google.common.base.Preconditions.checkArgument;

import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.mapping.Tiling;
import io.xbarflow.core.mapping.WeightMatrix;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Window;
import java.util.Arrays;

/**
 * The MVMs of one core and what their rows read. Patches in raster order go to the copies in turn;
 * every image begins with the first copy. A copy's MVMs are numbered from one image to the next.
 *
 * <p>Pixels beyond the map read the zero point.
 */
final class ArrayWindows {
  private final Fetch fetch;
  private final Window reads;
  private final Tiling tiling;
  private final WeightMatrix weights;
  private final int copies;
  private final int zeroPoint;

  ArrayWindows(Fetch fetch, Tiling tiling, WeightMatrix weights, int copies, int zeroPoint) {
    this.fetch = fetch;
    this.reads = fetch.reads();
    this.tiling = tiling;
    this.weights = weights;
    this.copies = copies;
    this.zeroPoint = zeroPoint;
  }

  /** MVMs that copy {@code copy} does for an image. */
  int perImage(int copy) {
    return (fetch.windows() - copy + copies - 1) / copies;
  }

  /** Some MVMs of a copy, one behind the other. One thread uses it at a time. */
  final class Run {
    private final int[] images;
    private final int[] patchRows;
    private final int[] patchColumns;
    private final int[] pixels;
    private int count;

    /** Holds at most {@code most} MVMs. */
    Run(int most) {
      images = new int[most];
      patchRows = new int[most];
      patchColumns = new int[most];
      pixels = new int[most];
    }

    /** Becomes {@code length} MVMs of {@code copy}, from {@code first} on. */
    void set(int copy, int first, int length) {
      checkArgument(length <= images.length, "%s MVMs", length);
      int across = fetch.patch().across(fetch.output());
      int perImage = perImage(copy);
      count = length;
      for (int mvm = 0; mvm < length; mvm++) {
        int patch = copy + (first + mvm) % perImage * copies;
        images[mvm] = (first + mvm) / perImage;
        patchRows[mvm] = patch / across;
        patchColumns[mvm] = patch % across;
      }
    }

    /** MVMs. */
    int count() {
      return count;
    }

    /** The image of MVM {@code mvm}. */
    int image(int mvm) {
      return images[mvm];
    }

    /** The output pixel that pixel {@code pixel} of MVM {@code mvm}'s patch is; -1 if none. */
    int outputPixel(int mvm, int pixel) {
      int row = patchRows[mvm] * fetch.patch().height() + pixel / fetch.patch().width();
      int column = patchColumns[mvm] * fetch.patch().width() + pixel % fetch.patch().width();
      Shape output = fetch.output();
      return row < output.height() && column < output.width() ? row * output.width() + column : -1;
    }

    /** Writes what row r of {@code block} reads in MVM m to {@code rows[r][m]}. */
    void gather(int[][] x, int block, int[][] rows) {
      int inputs = tiling.inputs(block);
      for (int slot = 0; slot < tiling.taps(); slot++) {
        locate(weights.tap(slot));
        for (int channel = 0; channel < inputs; channel++) {
          read(x, tiling.firstInput(block) + channel, rows[slot * inputs + channel]);
        }
      }
    }

    /** Finds the pixel of the map that tap {@code tap} reads in every MVM; -1 beyond the map. */
    private void locate(int tap) {
      int height = fetch.input().height();
      int width = fetch.input().width();
      int down = tap / reads.kernelWidth() * reads.dilationHeight() - reads.padTop();
      int across = tap % reads.kernelWidth() * reads.dilationWidth() - reads.padLeft();
      for (int mvm = 0; mvm < count; mvm++) {
        int row = patchRows[mvm] * reads.strideHeight() + down;
        int column = patchColumns[mvm] * reads.strideWidth() + across;
        boolean inside = row >= 0 && row < height && column >= 0 && column < width;
        pixels[mvm] = inside ? row * width + column : -1;
      }
    }

    private void read(int[][] x, int channel, int[] row) {
      int first = channel * fetch.input().pixels();
      int mvm = 0;
      while (mvm < count) {
        int image = images[mvm];
        int[] map = x[image];
        for (; mvm < count && images[mvm] == image; mvm++) {
          int pixel = pixels[mvm];
          row[mvm] = pixel < 0 ? zeroPoint : map[first + pixel];
        }
      }
    }
  }

  /** Rows of row tile {@code rowTile} of {@code block}, of all rows of the block. */
  int[][] tileRows(int[][] rows, int block, int rowTile) {
    int first = rowTile * tiling.macroRows();
    return Arrays.copyOfRange(rows, first, first + weights.rows(block, rowTile));
  }
}
