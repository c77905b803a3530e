package io.xbarflow.sim.golden;

import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.network.Window;
import java.util.Arrays;

/**
 * MaxPool, and averages as ONNX Runtime computes them: every value is dequantised to float32, the
 * taps inside the map are added in float32 row by row or column by column, the sum is divided by
 * the count, divided by the output scale, and rounded half to even, the zero point added before or
 * after.
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
    boolean byColumns = layer.kind() == Layer.Pool.Kind.FLOAT_AVERAGE_BY_COLUMNS;
    float sum = 0;
    float ofColumn = 0;
    int inside = 0;
    for (int tap = 0; tap < window.taps(); tap++) {
      int i = byColumns ? tap % window.kernelHeight() : tap / window.kernelWidth();
      int j = byColumns ? tap / window.kernelHeight() : tap % window.kernelWidth();
      int index = index(channel, row, column, i, j);
      float real = index < 0 ? 0 : real(x[index]);
      inside += index < 0 ? 0 : 1;
      if (!byColumns) {
        sum += real;
      } else {
        ofColumn = i == 0 ? real : ofColumn + real;
        sum += i == window.kernelHeight() - 1 ? ofColumn : 0;
      }
    }
    float mean = sum / (float) (layer.countIncludePad() ? window.taps() : inside);
    int added = layer.kind().addedBeforeRounding(output.quantisation());
    return FloatRounding.quantise(
        mean / output.quantisation().scale() + (float) added,
        output.quantisation().zeroPoint() - added,
        output.quantisation().min(),
        output.quantisation().max());
  }

  private float real(int value) {
    return input.quantisation().scale() * (float) (value - input.quantisation().zeroPoint());
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
