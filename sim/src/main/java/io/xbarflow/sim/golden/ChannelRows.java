package io.xbarflow.sim.golden;

import io.xbarflow.core.network.Layer;
import java.util.Arrays;

/**
 * Convolution with vectors of output channels: the weights of a tap are one row, and an output
 * pixel is the sum of those rows weighted by what its taps read. For maps of few pixels and many
 * channels, one group only.
 *
 * <p>A piece of work is some pixels of the images, one image behind the other, and some of the
 * output channels.
 */
final class ChannelRows implements ConvolutionMethod {
  /** Pixels that share a widened weight, at most. */
  private static final int PIXELS = 64;

  /** Output channels in a row, at most. */
  private static final int CHANNELS = 512;

  private final Unfolding unfolding;
  private final int taps;
  private final int outputs;
  private final WeightRows weights;
  private final Requantiser requantiser;

  ChannelRows(Layer.Convolution layer, Unfolding unfolding, Requantiser requantiser) {
    this.unfolding = unfolding;
    taps = unfolding.taps(layer.groupInputChannels());
    outputs = layer.outputChannels();
    weights = WeightRows.of(transposed(layer), outputs);
    this.requantiser = requantiser;
  }

  private static byte[] transposed(Layer.Convolution layer) {
    int outputs = layer.outputChannels();
    int taps = layer.weights().length() / outputs;
    byte[] transposed = new byte[outputs * taps];
    for (int output = 0; output < outputs; output++) {
      for (int tap = 0; tap < taps; tap++) {
        transposed[tap * outputs + output] = (byte) layer.weights().get(output * taps + tap);
      }
    }
    return transposed;
  }

  @Override
  public void apply(int[][] x, int[][] y, Workers workers) {
    int pixels = unfolding.output().pixels() * x.length;
    int panels = (pixels + PIXELS - 1) / PIXELS;
    int parts =
        Math.max(
            (outputs + CHANNELS - 1) / CHANNELS,
            panels < workers.threads() ? Math.min(workers.threads(), outputs) : 1);
    int mostPixels = (pixels + panels - 1) / panels;
    int mostOutputs = (outputs + parts - 1) / parts;
    workers.share(
        panels * parts,
        () -> {
          Panel panel = new Panel(mostPixels, mostOutputs);
          return piece ->
              panel.compute(
                  x,
                  y,
                  (int) ((long) pixels * (piece / parts) / panels),
                  (int) ((long) pixels * (piece / parts + 1) / panels),
                  (int) ((long) outputs * (piece % parts) / parts),
                  (int) ((long) outputs * (piece % parts + 1) / parts));
        });
  }

  /** The memory of one worker. */
  private final class Panel {
    private final int[][] read;
    private final int[][] sums;
    private final int[][] rows;

    Panel(int pixels, int channels) {
      read = new int[pixels][taps];
      sums = new int[pixels][channels];
      rows = new int[Math.max(4, WeightedRows.NEAR / channels / 4 * 4)][channels];
    }

    void compute(int[][] x, int[][] y, int from, int to, int firstOutput, int lastOutput) {
      int pixels = unfolding.output().pixels();
      int width = unfolding.output().width();
      int channels = lastOutput - firstOutput;
      for (int pixel = from; pixel < to; pixel++) {
        int place = pixel % pixels;
        unfolding.pixel(x[pixel / pixels], place / width, place % width, read[pixel - from]);
        Arrays.fill(sums[pixel - from], 0);
      }
      for (int tap = 0; tap < taps; tap += rows.length) {
        int count = Math.min(rows.length, taps - tap);
        for (int i = 0; i < count; i++) {
          weights.copy(tap + i, firstOutput, channels, rows[i]);
        }
        for (int i = 0; i < to - from; i++) {
          WeightedRows.add(sums[i], channels, read[i], tap, rows, 0, count);
        }
      }
      for (int pixel = from; pixel < to; pixel++) {
        int[] image = y[pixel / pixels];
        for (int channel = firstOutput; channel < lastOutput; channel++) {
          image[channel * pixels + pixel % pixels] =
              requantiser.value(sums[pixel - from][channel - firstOutput], channel);
        }
      }
    }
  }
}
