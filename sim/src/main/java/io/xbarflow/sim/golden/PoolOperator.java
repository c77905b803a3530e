package io.xbarflow.sim.golden;

import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.network.Window;
import java.util.Arrays;

/**
 * MaxPool, and QLinearAveragePool as ONNX Runtime computes it: every value is dequantised to
 * float32, the taps inside the map are added in float32 row by row, the sum is divided by the
 * count, divided by the output scale, and the zero point added before rounding half to even.
 */
final class PoolOperator implements Operator {
  private final Layer.Pool layer;
  private final Tensor input;
  private final Tensor output;

  PoolOperator(Layer.Pool layer, Tensor input, Tensor output) {
    this.layer = layer;
    this.input = input;
    this.output = output;
  }

  @Override
  public int[] apply(int[][] operands) {
    Shape shape = output.shape();
    int[] y = new int[shape.size()];
    if (layer.kind() == Layer.Pool.Kind.MAX) {
      greatest(operands[0], y);
      return y;
    }
    int i = 0;
    for (int channel = 0; channel < shape.channels(); channel++) {
      for (int row = 0; row < shape.height(); row++) {
        for (int column = 0; column < shape.width(); column++) {
          y[i++] = mean(operands[0], channel, row, column);
        }
      }
    }
    return y;
  }

  /** The greatest values: of each column of a window first, then of those. */
  private void greatest(int[] x, int[] y) {
    Window window = layer.window();
    Shape from = input.shape();
    Shape to = output.shape();
    int least = input.quantisation().min();
    int[] columns = new int[from.width()];
    for (int line = 0; line < to.channels() * to.height(); line++) {
      int top = line % to.height() * window.strideHeight() - window.padTop();
      Arrays.fill(columns, least);
      for (int i = 0; i < window.kernelHeight(); i++) {
        int row = top + i * window.dilationHeight();
        if (row >= 0 && row < from.height()) {
          int first = (line / to.height() * from.height() + row) * from.width();
          for (int column = 0; column < columns.length; column++) {
            columns[column] = Math.max(columns[column], x[first + column]);
          }
        }
      }
      for (int column = 0; column < to.width(); column++) {
        int left = column * window.strideWidth() - window.padLeft();
        int greatest = least;
        for (int j = 0; j < window.kernelWidth(); j++) {
          int c = left + j * window.dilationWidth();
          if (c >= 0 && c < columns.length) {
            greatest = Math.max(greatest, columns[c]);
          }
        }
        y[line * to.width() + column] = greatest;
      }
    }
  }

  private int mean(int[] x, int channel, int row, int column) {
    Window window = layer.window();
    float scale = input.quantisation().scale();
    int zeroPoint = input.quantisation().zeroPoint();
    float sum = 0;
    int inside = 0;
    for (int i = 0; i < window.kernelHeight(); i++) {
      for (int j = 0; j < window.kernelWidth(); j++) {
        int index = index(channel, row, column, i, j);
        if (index >= 0) {
          sum += scale * (float) (x[index] - zeroPoint);
          inside++;
        }
      }
    }
    float mean = sum / (float) (layer.countIncludePad() ? window.taps() : inside);
    return FloatRounding.quantise(
        mean / output.quantisation().scale() + (float) output.quantisation().zeroPoint(),
        0,
        output.quantisation().min(),
        output.quantisation().max());
  }

  /** Index of a tap's value, or -1 when it lies in the padding. */
  private int index(int channel, int row, int column, int i, int j) {
    Window window = layer.window();
    Shape shape = input.shape();
    int r = row * window.strideHeight() - window.padTop() + i * window.dilationHeight();
    int c = column * window.strideWidth() - window.padLeft() + j * window.dilationWidth();
    boolean inside = r >= 0 && r < shape.height() && c >= 0 && c < shape.width();
    return inside ? (channel * shape.height() + r) * shape.width() + c : -1;
  }
}
