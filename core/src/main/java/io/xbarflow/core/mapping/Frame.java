package io.xbarflow.core.mapping;

import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Shape;

/**
 * The map that a {@link Block.Reframe} takes and the one that it gives, in the smallest frame that
 * holds both. The block walks over that frame in raster order.
 *
 * @param rows where the rows stand
 * @param columns where the columns stand
 */
public record Frame(Axis rows, Axis columns) {

  /**
   * Rows or columns of the frame.
   *
   * @param size positions of the frame
   * @param inputFirst position of the input's first row or column
   * @param inputSize rows or columns of the input
   * @param outputFirst position of the output's first row or column
   * @param outputSize rows or columns of the output
   * @param step positions from one row or column of the output to the next
   */
  public record Axis(
      int size, int inputFirst, int inputSize, int outputFirst, int outputSize, int step) {

    static Axis of(int inputSize, int outputSize, int first, int step) {
      int origin = Math.min(0, first);
      int end = Math.max(inputSize, first + (outputSize - 1) * step + 1);
      return new Axis(end - origin, -origin, inputSize, first - origin, outputSize, step);
    }

    /** Whether the input has {@code position}. */
    public boolean given(int position) {
      return position >= inputFirst && position < inputFirst + inputSize;
    }

    /** Whether the output has {@code position}. */
    public boolean wanted(int position) {
      int behind = position - outputFirst;
      return behind >= 0 && behind % step == 0 && behind / step < outputSize;
    }
  }

  /** The frame of {@code layer} from a map of {@code input} to one of {@code output}. */
  public static Frame of(Layer.Reframe layer, Shape input, Shape output) {
    return new Frame(
        Axis.of(input.height(), output.height(), layer.firstRow(), layer.rowStep()),
        Axis.of(input.width(), output.width(), layer.firstColumn(), layer.columnStep()));
  }
}
