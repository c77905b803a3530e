package io.xbarflow.sim.golden;

import io.xbarflow.core.network.Layer;
import java.util.Arrays;

/**
 * Convolution with vectors of pixels: the input of a group is unfolded into one row of pixels for
 * every tap, and an output channel is the sum of those rows weighted by its weights. For large
 * maps, and for groups of few channels.
 *
 * <p>A piece of work is some output rows of the images, one image behind the other.
 */
final class PixelRows implements ConvolutionMethod {
  /** Pixels in a row, about. */
  private static final int PIXELS = 384;

  private final Unfolding unfolding;
  private final int groups;
  private final int groupInputs;
  private final int groupOutputs;
  private final WeightRows weights;
  private final Requantiser requantiser;

  PixelRows(Layer.Convolution layer, Unfolding unfolding, Requantiser requantiser) {
    this.unfolding = unfolding;
    groups = layer.groups();
    groupInputs = layer.groupInputChannels();
    groupOutputs = layer.outputChannels() / groups;
    weights = WeightRows.of(layer.weights(), unfolding.taps(groupInputs));
    this.requantiser = requantiser;
  }

  @Override
  public void apply(int[][] x, int[][] y, Workers workers) {
    int height = unfolding.output().height();
    int width = unfolding.output().width();
    int rows = height * x.length;
    int atOnce = Math.max(1, PIXELS / width);
    int pieces = Math.max((rows + atOnce - 1) / atOnce, Math.min(rows, workers.threads()));
    int most = (rows + pieces - 1) / pieces;
    workers.share(
        pieces,
        () -> {
          Panel panel = new Panel(most * width);
          return piece ->
              panel.compute(
                  x,
                  y,
                  (int) ((long) rows * piece / pieces),
                  (int) ((long) rows * (piece + 1) / pieces));
        });
  }

  /** The memory of one worker. */
  private final class Panel {
    private final int taps = unfolding.taps(groupInputs);
    private final int[][] unfolded;
    private final int[][] sums;
    private final int[] factors = new int[taps];

    Panel(int pixels) {
      unfolded = new int[taps][pixels];
      sums = new int[groupOutputs][pixels];
    }

    void compute(int[][] x, int[][] y, int firstRow, int lastRow) {
      int width = unfolding.output().width();
      int pixels = (lastRow - firstRow) * width;
      for (int group = 0; group < groups; group++) {
        unfold(x, group, firstRow, lastRow);
        multiply(group, pixels);
        for (int row = firstRow; row < lastRow; row++) {
          store(group, (row - firstRow) * width, row, y);
        }
      }
    }

    private void unfold(int[][] x, int group, int firstRow, int lastRow) {
      int height = unfolding.output().height();
      int width = unfolding.output().width();
      int tap = 0;
      for (int c = group * groupInputs; c < (group + 1) * groupInputs; c++) {
        for (int i = 0; i < unfolding.window().kernelHeight(); i++) {
          for (int j = 0; j < unfolding.window().kernelWidth(); j++) {
            for (int row = firstRow; row < lastRow; row++) {
              unfolding.row(
                  x[row / height], c, i, j, row % height, unfolded[tap], (row - firstRow) * width);
            }
            tap++;
          }
        }
      }
    }

    private void multiply(int group, int pixels) {
      int together = Math.max(4, WeightedRows.NEAR / pixels / 4 * 4);
      for (int output = 0; output < groupOutputs; output++) {
        Arrays.fill(sums[output], 0, pixels, 0);
      }
      for (int tap = 0; tap < taps; tap += together) {
        int count = Math.min(together, taps - tap);
        for (int output = 0; output < groupOutputs; output++) {
          weights.copy(group * groupOutputs + output, tap, count, factors);
          WeightedRows.add(sums[output], pixels, factors, 0, unfolded, tap, count);
        }
      }
    }

    private void store(int group, int from, int row, int[][] y) {
      int height = unfolding.output().height();
      int width = unfolding.output().width();
      for (int output = 0; output < groupOutputs; output++) {
        int channel = group * groupOutputs + output;
        int to = (channel * height + row % height) * width;
        requantiser.values(channel, sums[output], from, y[row / height], to, width);
      }
    }
  }
}
