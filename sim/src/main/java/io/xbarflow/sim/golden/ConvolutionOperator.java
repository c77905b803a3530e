package io.xbarflow.sim.golden;

import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.network.Window;
import java.util.Arrays;

/**
 * QLinearConv, QLinearMatMul and QGemm: int32 accumulation, float32 requantisation.
 *
 * <p>The input of a group is unfolded into one row of {@code pixels} values for every weight of an
 * output channel (input channel, kernel row, kernel column), zero point taken out and padding zero;
 * an output channel is then the weighted sum of those rows. Maps of a few pixels are unfolded the
 * other way round, one row of all taps for every pixel, so that the inner loop stays long.
 */
final class ConvolutionOperator implements Operator {
  /** Fewer output pixels than this: unfold by pixel. */
  private static final int SHORT_ROW = 16;

  private final Window window;
  private final Shape input;
  private final Shape output;
  private final int groups;
  private final int groupInputs;
  private final int groupOutputs;
  private final int inputZeroPoint;
  private final int outputZeroPoint;
  private final int[][] weights;
  private final int[] bias;
  private final float[] scales;
  private final int clampMin;
  private final int clampMax;

  ConvolutionOperator(Layer.Convolution layer, Tensor input, Tensor output) {
    window = layer.window();
    this.input = input.shape();
    this.output = output.shape();
    groups = layer.groups();
    groupInputs = layer.groupInputChannels();
    groupOutputs = layer.outputChannels() / groups;
    inputZeroPoint = input.quantisation().zeroPoint();
    outputZeroPoint = output.quantisation().zeroPoint();
    int taps = groupInputs * window.taps();
    weights = new int[layer.outputChannels()][taps];
    for (int i = 0; i < layer.weights().length(); i++) {
      weights[i / taps][i % taps] = layer.weights().get(i);
    }
    bias = layer.bias().stream().mapToInt(Integer::intValue).toArray();
    scales = new float[bias.length];
    for (int channel = 0; channel < scales.length; channel++) {
      float product = input.quantisation().scale() * layer.weightScale(channel);
      scales[channel] = product / output.quantisation().scale();
    }
    clampMin = layer.clampMin();
    clampMax = layer.clampMax();
  }

  @Override
  public int[] apply(int[][] operands) {
    int taps = groupInputs * window.taps();
    int pixels = output.pixels();
    boolean byPixel = pixels < SHORT_ROW;
    int[][] unfolded = byPixel ? new int[pixels][taps] : new int[taps][pixels];
    int[] accumulators = new int[pixels];
    int[] y = new int[output.size()];
    for (int group = 0; group < groups; group++) {
      unfold(operands[0], group, unfolded, byPixel);
      for (int k = group * groupOutputs; k < (group + 1) * groupOutputs; k++) {
        Arrays.fill(accumulators, bias[k]);
        if (byPixel) {
          for (int pixel = 0; pixel < pixels; pixel++) {
            accumulators[pixel] += dot(weights[k], unfolded[pixel]);
          }
        } else {
          accumulate(accumulators, weights[k], unfolded);
        }
        for (int pixel = 0; pixel < pixels; pixel++) {
          y[k * pixels + pixel] =
              FloatRounding.quantise(
                  (float) accumulators[pixel] * scales[k], outputZeroPoint, clampMin, clampMax);
        }
      }
    }
    return y;
  }

  /** Writes {@code x - zx}, or 0 for padding, to [tap][pixel], or [pixel][tap]. */
  private void unfold(int[] x, int group, int[][] unfolded, boolean byPixel) {
    int[] row = new int[output.pixels()];
    int tap = 0;
    for (int c = group * groupInputs; c < (group + 1) * groupInputs; c++) {
      for (int i = 0; i < window.kernelHeight(); i++) {
        for (int j = 0; j < window.kernelWidth(); j++) {
          unfoldTap(x, c, i, j, byPixel ? row : unfolded[tap]);
          if (byPixel) {
            for (int pixel = 0; pixel < row.length; pixel++) {
              unfolded[pixel][tap] = row[pixel];
            }
          }
          tap++;
        }
      }
    }
  }

  private void unfoldTap(int[] x, int channel, int i, int j, int[] row) {
    int to = 0;
    int firstRow = i * window.dilationHeight() - window.padTop();
    int firstColumn = j * window.dilationWidth() - window.padLeft();
    for (int outputRow = 0; outputRow < output.height(); outputRow++) {
      int r = firstRow + outputRow * window.strideHeight();
      boolean rowInside = r >= 0 && r < input.height();
      int from = (channel * input.height() + r) * input.width();
      for (int column = 0; column < output.width(); column++) {
        int c = firstColumn + column * window.strideWidth();
        boolean inside = rowInside && c >= 0 && c < input.width();
        row[to++] = inside ? x[from + c] - inputZeroPoint : 0;
      }
    }
  }

  private static void accumulate(int[] sums, int[] weights, int[][] rows) {
    int tap = 0;
    for (; tap + 4 <= rows.length; tap += 4) {
      add4(
          sums,
          rows[tap],
          rows[tap + 1],
          rows[tap + 2],
          rows[tap + 3],
          weights[tap],
          weights[tap + 1],
          weights[tap + 2],
          weights[tap + 3]);
    }
    for (; tap < rows.length; tap++) {
      add1(sums, rows[tap], weights[tap]);
    }
  }

  private static void add4(
      int[] sums, int[] r0, int[] r1, int[] r2, int[] r3, int w0, int w1, int w2, int w3) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += w0 * r0[i] + w1 * r1[i] + w2 * r2[i] + w3 * r3[i];
    }
  }

  private static void add1(int[] sums, int[] row, int weight) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += weight * row[i];
    }
  }

  private static int dot(int[] a, int[] b) {
    int sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
