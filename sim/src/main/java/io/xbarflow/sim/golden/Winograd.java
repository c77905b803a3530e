package io.xbarflow.sim.golden;

import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.network.Window;
import java.util.Arrays;

/**
 * A 3x3 convolution of stride 1 in a quarter of the multiplications, exact: Winograd's minimal
 * filtering F(4x4, 3x3) in integers modulo 2^32.
 *
 * <p>A tile of 4 x 4 output pixels reads 6 x 6 input pixels {@code d}. With the interpolation
 * points 0, 1, -1, 2, -2 and infinity, {@code 24^2 * y = A' ((G g G') * (B' d B)) A}, where {@code
 * *} is element by element: 36 products instead of 144 for every pair of channels, and the sum over
 * input channels goes between the transformations. The factors 1/4, -1/6, -1/6, 1/24, 1/24, 1 of
 * the usual {@code G} are moved into {@code A}, so that all three matrices are of small integers,
 * {@code G g G'} fits 16 bits, and every step is exact modulo 2^32 however large its values are.
 * The result {@code 576 y} modulo 2^32 is multiplied by the inverse of 9, which gives {@code 64 y}
 * modulo 2^32, and that gives {@code y} as long as {@code |y| < 2^25}. Input channels are therefore
 * summed in segments within which no output channel can reach 2^25, for any input.
 *
 * <p>Source: A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural Networks", 2016.
 *
 * <p>A piece of work is some tiles of the images, one image behind the other. Vectors are of tiles,
 * or of output channels when there are few tiles; in the latter case a piece may also be some of
 * the output channels.
 */
final class Winograd implements ConvolutionMethod {
  /** Rows and columns of an output tile. */
  static final int TILE = 4;

  private static final int KERNEL = 3;
  private static final int READ = TILE + KERNEL - 1;

  /** Products of a tile, and so of matrices to multiply. */
  private static final int POINTS = READ * READ;

  private static final int INVERSE_OF_9 = 0x38E38E39;
  private static final int SHIFT = 6;

  /** Sums stay below this. */
  private static final long REACH = 1L << (31 - SHIFT);

  /** Tiles of a piece of work, about, when vectors are of tiles. */
  private static final int TILES = 192;

  /** Tiles that share a widened weight, at most, when vectors are of channels. */
  private static final int TILES_OF_CHANNELS = 64;

  /** Output channels in a row, at most. */
  private static final int CHANNELS = 512;

  private final Window window;
  private final Shape input;
  private final Shape output;
  private final boolean ofTiles;
  private final WeightRows weights;
  private final Requantiser requantiser;

  /** First input channel of every segment, and the number of input channels. */
  private final int[] segments;

  /** Whether {@code layer} is of the kind that this computes. */
  static boolean computes(Layer.Convolution layer) {
    Window window = layer.window();
    return layer.groups() == 1
        && window.kernelHeight() == KERNEL
        && window.kernelWidth() == KERNEL
        && window.strideHeight() == 1
        && window.strideWidth() == 1
        && window.dilationHeight() == 1
        && window.dilationWidth() == 1;
  }

  /** Tiles of an output map. */
  static int tiles(Shape output) {
    return across(output.height()) * across(output.width());
  }

  private static int across(int pixels) {
    return (pixels + TILE - 1) / TILE;
  }

  /**
   * Prepares {@code layer}.
   *
   * @param ofTiles whether vectors are of tiles
   */
  Winograd(
      Layer.Convolution layer,
      Tensor input,
      Shape output,
      boolean ofTiles,
      Requantiser requantiser) {
    window = layer.window();
    this.input = input.shape();
    this.output = output;
    this.ofTiles = ofTiles;
    this.requantiser = requantiser;
    segments = segments(layer, input);
    int inputs = layer.inputChannels();
    int outputs = layer.outputChannels();
    short[] transformed = new short[POINTS * inputs * outputs];
    int[] g = new int[POINTS];
    for (int o = 0; o < outputs; o++) {
      for (int c = 0; c < inputs; c++) {
        transformWeights(layer, (o * inputs + c) * KERNEL * KERNEL, g);
        for (int point = 0; point < POINTS; point++) {
          transformed[
                  ofTiles
                      ? (point * outputs + o) * inputs + c
                      : (point * inputs + c) * outputs + o] =
              (short) g[point];
        }
      }
    }
    weights = WeightRows.of(transformed, ofTiles ? inputs : outputs);
  }

  private static int[] segments(Layer.Convolution layer, Tensor input) {
    int inputs = layer.inputChannels();
    int outputs = layer.outputChannels();
    int taps = KERNEL * KERNEL;
    int zero = input.quantisation().zeroPoint();
    long farthest = Math.max(zero - input.quantisation().min(), input.quantisation().max() - zero);
    int[] starts = new int[inputs + 1];
    int count = 1;
    long[] reach = new long[outputs];
    for (int c = 0; c < inputs; c++) {
      long[] own = new long[outputs];
      boolean fits = true;
      for (int o = 0; o < outputs; o++) {
        for (int tap = 0; tap < taps; tap++) {
          own[o] += Math.abs(layer.weights().get((o * inputs + c) * taps + tap)) * farthest;
        }
        fits &= reach[o] + own[o] < REACH;
      }
      if (!fits) {
        starts[count++] = c;
        Arrays.fill(reach, 0);
      }
      for (int o = 0; o < outputs; o++) {
        reach[o] += own[o];
      }
    }
    starts[count] = inputs;
    return Arrays.copyOf(starts, count + 1);
  }

  private static void transformWeights(Layer.Convolution layer, int first, int[] g) {
    int[] half = new int[READ * KERNEL];
    for (int j = 0; j < KERNEL; j++) {
      int a = layer.weights().get(first + j);
      int b = layer.weights().get(first + KERNEL + j);
      int c = layer.weights().get(first + 2 * KERNEL + j);
      transformWeights(a, b, c, half, j, KERNEL);
    }
    for (int i = 0; i < READ; i++) {
      int row = i * KERNEL;
      transformWeights(half[row], half[row + 1], half[row + 2], g, i * READ, 1);
    }
  }

  private static void transformWeights(int a, int b, int c, int[] target, int to, int step) {
    target[to] = a;
    target[to + step] = a + b + c;
    target[to + 2 * step] = a - b + c;
    target[to + 3 * step] = a + 2 * b + 4 * c;
    target[to + 4 * step] = a - 2 * b + 4 * c;
    target[to + 5 * step] = c;
  }

  @Override
  public void apply(int[][] x, int[][] y, Workers workers) {
    int tiles = tiles(output) * x.length;
    int outputs = output.channels();
    int atOnce = ofTiles ? TILES : TILES_OF_CHANNELS;
    int panels = (tiles + atOnce - 1) / atOnce;
    int parts = 1;
    if (ofTiles) {
      panels = Math.max(panels, Math.min(tiles, workers.threads()));
    } else {
      parts =
          Math.max(
              (outputs + CHANNELS - 1) / CHANNELS,
              panels < workers.threads() ? Math.min(workers.threads(), outputs) : 1);
    }
    int allPanels = panels;
    int allParts = parts;
    int mostTiles = (tiles + panels - 1) / panels;
    int mostOutputs = (outputs + parts - 1) / parts;
    workers.share(
        panels * parts,
        () -> {
          Panel panel = new Panel(mostTiles, mostOutputs);
          return piece ->
              panel.compute(
                  x,
                  y,
                  (int) ((long) tiles * (piece / allParts) / allPanels),
                  (int) ((long) tiles * (piece / allParts + 1) / allPanels),
                  (int) ((long) outputs * (piece % allParts) / allParts),
                  (int) ((long) outputs * (piece % allParts + 1) / allParts));
        });
  }

  /** The memory of one worker. */
  private final class Panel {
    /** Transformed input: [point][channel of the segment][tile], or [point][tile][channel]. */
    private final int[][][] read;

    /** Sums of products: [point][output channel][tile], or [point][tile][output channel]. */
    private final int[][][] sums;

    /** Weights: those of one output channel, or rows of output channels. */
    private final int[][] wide;

    /** What the tiles read, and later what they write: [row and column][tile or channel]. */
    private final int[][] patch;

    /** Tiles transformed in one of the two dimensions. */
    private final int[][] half;

    /** The rows of all points that belong together. */
    private final int[][] line = new int[POINTS][];

    private final int perImage = tiles(output);
    private final int perRow = across(output.width());

    /** One input channel of one image with its padding, and where each tile begins in it. */
    private final int[] padded;

    private final int paddedWidth = perRow * TILE + READ - TILE;
    private final int[] corners = new int[perImage];

    /** Where each tile begins in an output channel, and the pixels from there to its ends. */
    private final int[] places = new int[perImage];

    private final int[] rowsLeft = new int[perImage];
    private final int[] columnsLeft = new int[perImage];

    Panel(int tiles, int channels) {
      int inputs = 0;
      for (int i = 1; i < segments.length; i++) {
        inputs = Math.max(inputs, segments[i] - segments[i - 1]);
      }
      int longest = ofTiles ? tiles : Math.max(inputs, channels);
      patch = new int[POINTS][longest];
      half = new int[POINTS][longest];
      padded = new int[ofTiles ? (across(output.height()) * TILE + READ - TILE) * paddedWidth : 0];
      for (int tile = 0; tile < perImage; tile++) {
        int row = tile / perRow * TILE;
        int column = tile % perRow * TILE;
        corners[tile] = row * paddedWidth + column;
        places[tile] = row * output.width() + column;
        rowsLeft[tile] = output.height() - row;
        columnsLeft[tile] = output.width() - column;
      }
      if (ofTiles) {
        read = new int[POINTS][inputs][tiles];
        sums = new int[POINTS][channels][tiles];
        wide = new int[1][inputs];
      } else {
        read = new int[POINTS][tiles][inputs];
        sums = new int[POINTS][tiles][channels];
        wide = new int[Math.max(4, WeightedRows.NEAR / channels / 4 * 4)][channels];
      }
    }

    void compute(int[][] x, int[][] y, int from, int to, int firstOutput, int lastOutput) {
      for (int segment = 0; segment + 1 < segments.length; segment++) {
        int first = segments[segment];
        int inputs = segments[segment + 1] - first;
        transformInput(x, from, to, first, inputs);
        for (int point = 0; point < POINTS; point++) {
          if (ofTiles) {
            multiplyTiles(point, to - from, first, inputs);
          } else {
            multiplyChannels(point, to - from, first, inputs, firstOutput, lastOutput);
          }
        }
        boolean last = segment + 2 == segments.length;
        transformOutput(y, from, to, firstOutput, lastOutput, last);
      }
    }

    private void multiplyTiles(int point, int tiles, int first, int inputs) {
      int outputs = output.channels();
      int together = Math.max(4, WeightedRows.NEAR / tiles / 4 * 4);
      for (int o = 0; o < outputs; o++) {
        Arrays.fill(sums[point][o], 0, tiles, 0);
      }
      for (int c = 0; c < inputs; c += together) {
        int count = Math.min(together, inputs - c);
        for (int o = 0; o < outputs; o++) {
          weights.copy(point * outputs + o, first + c, count, wide[0]);
          WeightedRows.add(sums[point][o], tiles, wide[0], 0, read[point], c, count);
        }
      }
    }

    private void multiplyChannels(
        int point, int tiles, int first, int inputs, int firstOutput, int lastOutput) {
      int channels = lastOutput - firstOutput;
      for (int t = 0; t < tiles; t++) {
        Arrays.fill(sums[point][t], 0, channels, 0);
      }
      for (int c = 0; c < inputs; c += wide.length) {
        int count = Math.min(wide.length, inputs - c);
        for (int i = 0; i < count; i++) {
          weights.copy(point * input.channels() + first + c + i, firstOutput, channels, wide[i]);
        }
        for (int t = 0; t < tiles; t++) {
          WeightedRows.add(sums[point][t], channels, read[point][t], c, wide, 0, count);
        }
      }
    }

    /** Fills {@link #read}, one row of tiles or of channels at a time. */
    private void transformInput(int[][] x, int from, int to, int first, int inputs) {
      int lines = ofTiles ? inputs : to - from;
      int length = ofTiles ? to - from : inputs;
      for (int index = 0; index < lines; index++) {
        if (ofTiles) {
          readTiles(x, first + index, from, to);
        } else {
          int tile = from + index;
          readChannels(x[tile / perImage], first, inputs, tile % perImage);
        }
        for (int j = 0; j < READ; j++) {
          TileTransforms.input(patch, j, READ, half, j, READ, length);
        }
        for (int point = 0; point < POINTS; point++) {
          line[point] = read[point][index];
        }
        for (int i = 0; i < READ; i++) {
          TileTransforms.input(half, i * READ, 1, line, i * READ, 1, length);
        }
      }
    }

    /** What tiles {@code from} to {@code to} read of {@code channel}, image by image. */
    private void readTiles(int[][] x, int channel, int from, int to) {
      for (int tile = from; tile < to; ) {
        int image = tile / perImage;
        int end = Math.min(to, (image + 1) * perImage);
        int first = tile - image * perImage;
        pad(x[image], channel, first / perRow, (end - 1 - image * perImage) / perRow);
        for (int i = 0; i < READ; i++) {
          for (int j = 0; j < READ; j++) {
            gather(
                padded,
                i * paddedWidth + j,
                corners,
                first,
                patch[i * READ + j],
                tile - from,
                end - tile);
          }
        }
        tile = end;
      }
    }

    /** Copies what two rows of tiles and those between them read, with its padding. */
    private void pad(int[] x, int channel, int firstRow, int lastRow) {
      int left = Math.min(window.padLeft(), paddedWidth);
      int inside = Math.max(0, Math.min(input.width(), paddedWidth - left));
      for (int row = firstRow * TILE; row < lastRow * TILE + READ; row++) {
        int to = row * paddedWidth;
        int r = row - window.padTop();
        boolean there = r >= 0 && r < input.height();
        Arrays.fill(padded, to, to + left, 0);
        if (there) {
          int from = (channel * input.height() + r) * input.width();
          System.arraycopy(x, from, padded, to + left, inside);
        } else {
          Arrays.fill(padded, to + left, to + left + inside, 0);
        }
        Arrays.fill(padded, to + left + inside, to + paddedWidth, 0);
      }
    }

    /** What {@code tile} reads of channels from {@code first} on. */
    private void readChannels(int[] x, int first, int inputs, int tile) {
      int pixels = input.pixels();
      for (int i = 0; i < READ; i++) {
        int row = tile / perRow * TILE - window.padTop() + i;
        for (int j = 0; j < READ; j++) {
          int column = tile % perRow * TILE - window.padLeft() + j;
          int[] to = patch[i * READ + j];
          if (row >= 0 && row < input.height() && column >= 0 && column < input.width()) {
            int from = first * pixels + row * input.width() + column;
            for (int c = 0; c < inputs; c++) {
              to[c] = x[from + c * pixels];
            }
          } else {
            Arrays.fill(to, 0, inputs, 0);
          }
        }
      }
    }

    /** Adds the tiles to the sums in {@code y}; after the last segment they become values. */
    private void transformOutput(
        int[][] y, int from, int to, int firstOutput, int lastOutput, boolean last) {
      int channels = lastOutput - firstOutput;
      int lines = ofTiles ? channels : to - from;
      int length = ofTiles ? to - from : channels;
      for (int index = 0; index < lines; index++) {
        for (int point = 0; point < POINTS; point++) {
          line[point] = sums[point][index];
        }
        for (int j = 0; j < READ; j++) {
          TileTransforms.output(line, j, READ, half, j, READ, length);
        }
        for (int i = 0; i < TILE; i++) {
          TileTransforms.output(half, i * READ, 1, patch, i * TILE, 1, length);
        }
        if (ofTiles) {
          writeTiles(y, firstOutput + index, from, to, last);
        } else {
          int tile = from + index;
          writeChannels(y[tile / perImage], firstOutput, lastOutput, tile % perImage, last);
        }
      }
    }

    private void writeTiles(int[][] y, int channel, int from, int to, boolean last) {
      int base = channel * output.pixels();
      for (int tile = from; tile < to; ) {
        int image = tile / perImage;
        int end = Math.min(to, (image + 1) * perImage);
        int first = tile - image * perImage;
        for (int i = 0; i < TILE; i++) {
          for (int j = 0; j < TILE; j++) {
            int[] results = patch[i * TILE + j];
            int at = base + i * output.width() + j;
            for (int k = 0; k < end - tile; k++) {
              if (i < rowsLeft[first + k] && j < columnsLeft[first + k]) {
                write(y[image], at + places[first + k], results[tile - from + k], channel, last);
              }
            }
          }
        }
        tile = end;
      }
    }

    private void writeChannels(int[] y, int firstOutput, int lastOutput, int tile, boolean last) {
      for (int i = 0; i < TILE; i++) {
        int row = tile / perRow * TILE + i;
        for (int j = 0; j < TILE; j++) {
          int column = tile % perRow * TILE + j;
          if (row < output.height() && column < output.width()) {
            int[] results = patch[i * TILE + j];
            int at = row * output.width() + column;
            for (int channel = firstOutput; channel < lastOutput; channel++) {
              write(
                  y, channel * output.pixels() + at, results[channel - firstOutput], channel, last);
            }
          }
        }
      }
    }

    private void write(int[] y, int at, int result, int channel, boolean last) {
      int sum = y[at] + ((result * INVERSE_OF_9) >> SHIFT);
      y[at] = last ? requantiser.value(sum, channel) : sum;
    }
  }

  /** {@code to[at + i] = from[base + places[place + i]]}. */
  private static void gather(
      int[] from, int base, int[] places, int place, int[] to, int at, int count) {
    for (int i = 0; i < count; i++) {
      to[at + i] = from[base + places[place + i]];
    }
  }
}
