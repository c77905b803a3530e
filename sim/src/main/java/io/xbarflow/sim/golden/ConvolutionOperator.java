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
  private final int[] weights;
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
    weights = new int[layer.weights().length()];
    Arrays.setAll(weights, layer.weights()::get);
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
    int[] unfolded = new int[taps * pixels];
    int[] accumulators = new int[pixels];
    int[] y = new int[output.size()];
    for (int group = 0; group < groups; group++) {
      boolean byPixel = pixels < SHORT_ROW;
      unfold(operands[0], group, unfolded, byPixel ? 1 : pixels, byPixel ? taps : 1);
      for (int k = group * groupOutputs; k < (group + 1) * groupOutputs; k++) {
        Arrays.fill(accumulators, bias[k]);
        if (byPixel) {
          for (int pixel = 0; pixel < pixels; pixel++) {
            accumulators[pixel] += dot(weights, k * taps, unfolded, pixel * taps, taps);
          }
        } else {
          accumulate(accumulators, weights, k * taps, taps, unfolded);
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

  /** Writes {@code x - zx}, or 0 for padding, to {@code tap * tapStride + pixel * pixelStride}. */
  private void unfold(int[] x, int group, int[] unfolded, int tapStride, int pixelStride) {
    int tap = 0;
    for (int c = group * groupInputs; c < (group + 1) * groupInputs; c++) {
      for (int i = 0; i < window.kernelHeight(); i++) {
        for (int j = 0; j < window.kernelWidth(); j++) {
          unfoldTap(x, c, i, j, unfolded, tap * tapStride, pixelStride);
          tap++;
        }
      }
    }
  }

  private void unfoldTap(int[] x, int channel, int i, int j, int[] unfolded, int at, int step) {
    int to = at;
    int firstRow = i * window.dilationHeight() - window.padTop();
    int firstColumn = j * window.dilationWidth() - window.padLeft();
    for (int row = 0; row < output.height(); row++) {
      int r = firstRow + row * window.strideHeight();
      boolean rowInside = r >= 0 && r < input.height();
      int from = (channel * input.height() + r) * input.width();
      for (int column = 0; column < output.width(); column++) {
        int c = firstColumn + column * window.strideWidth();
        boolean inside = rowInside && c >= 0 && c < input.width();
        unfolded[to] = inside ? x[from + c] - inputZeroPoint : 0;
        to += step;
      }
    }
  }

  private static void accumulate(int[] sums, int[] weights, int first, int taps, int[] rows) {
    int pixels = sums.length;
    int tap = 0;
    for (; tap + 4 <= taps; tap += 4) {
      add4(
          sums,
          rows,
          tap * pixels,
          weights[first + tap],
          weights[first + tap + 1],
          weights[first + tap + 2],
          weights[first + tap + 3]);
    }
    for (; tap < taps; tap++) {
      add1(sums, rows, tap * pixels, weights[first + tap]);
    }
  }

  private static void add4(int[] sums, int[] rows, int at, int w0, int w1, int w2, int w3) {
    int n = sums.length;
    int at1 = at + n;
    int at2 = at1 + n;
    int at3 = at2 + n;
    for (int i = 0; i < n; i++) {
      sums[i] += w0 * rows[at + i] + w1 * rows[at1 + i] + w2 * rows[at2 + i] + w3 * rows[at3 + i];
    }
  }

  private static void add1(int[] sums, int[] rows, int at, int w) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += w * rows[at + i];
    }
  }

  private static int dot(int[] a, int fromA, int[] b, int fromB, int length) {
    int sum = 0;
    for (int i = 0; i < length; i++) {
      sum += a[fromA + i] * b[fromB + i];
    }
    return sum;
  }
}
