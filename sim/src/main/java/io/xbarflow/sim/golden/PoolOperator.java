package io.xbarflow.sim.golden;

import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.network.Window;

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
    int i = 0;
    for (int channel = 0; channel < shape.channels(); channel++) {
      for (int row = 0; row < shape.height(); row++) {
        for (int column = 0; column < shape.width(); column++) {
          y[i++] =
              layer.kind() == Layer.Pool.Kind.MAX
                  ? greatest(operands[0], channel, row, column)
                  : mean(operands[0], channel, row, column);
        }
      }
    }
    return y;
  }

  private int greatest(int[] x, int channel, int row, int column) {
    Window window = layer.window();
    int greatest = input.quantisation().min();
    for (int i = 0; i < window.kernelHeight(); i++) {
      for (int j = 0; j < window.kernelWidth(); j++) {
        int index = index(channel, row, column, i, j);
        if (index >= 0) {
          greatest = Math.max(greatest, x[index]);
        }
      }
    }
    return greatest;
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
