package io.xbarflow.core.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import io.xbarflow.core.network.Shape;
import java.util.Arrays;

/**
 * One quantised image: an immutable feature map of 8-bit values in channel, row, column order.
 *
 * <p>Range: -128 to 255, so that it holds int8 and uint8 alike.
 */
public final class Image {
  private final Shape shape;
  private final short[] values;
  private final int least;
  private final int greatest;

  private Image(Shape shape, short[] values, int least, int greatest) {
    this.shape = shape;
    this.values = values;
    this.least = least;
    this.greatest = greatest;
  }

  /**
   * An image of {@code values} in channel, row, column order (copied).
   *
   * @throws IllegalArgumentException when the number of values or one of them is out of range
   */
  public static Image of(Shape shape, int[] values) {
    checkArgument(values.length == shape.size(), "%s values for %s", values.length, shape);
    short[] copy = new short[values.length];
    int least = values[0];
    int greatest = values[0];
    for (int i = 0; i < values.length; i++) {
      least = Math.min(least, values[i]);
      greatest = Math.max(greatest, values[i]);
      copy[i] = (short) values[i];
    }
    checkArgument(least >= -128, "value %s", least);
    checkArgument(greatest <= 255, "value %s", greatest);
    return new Image(shape, copy, least, greatest);
  }

  /** The least value. */
  public int least() {
    return least;
  }

  /** The greatest value. */
  public int greatest() {
    return greatest;
  }

  /** Channels, rows and columns. */
  public Shape shape() {
    return shape;
  }

  /** Value of {@code channel} at ({@code row}, {@code column}). */
  public int get(int channel, int row, int column) {
    checkArgument(
        channel >= 0
            && channel < shape.channels()
            && row >= 0
            && row < shape.height()
            && column >= 0
            && column < shape.width(),
        "(%s, %s, %s)",
        channel,
        row,
        column);
    return values[(channel * shape.height() + row) * shape.width() + column];
  }

  /** Value {@code index} in channel, row, column order. */
  public int get(int index) {
    return values[index];
  }

  /** A copy of the values in channel, row, column order. */
  public int[] toArray() {
    int[] copy = new int[values.length];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = values[i];
    }
    return copy;
  }

  /**
   * The values in pixel order (row, column, channel) or channel order, as the ONNX side has them.
   */
  int[] ordered(boolean channelsLast) {
    if (!channelsLast) {
      return toArray();
    }
    int[] ordered = new int[values.length];
    Arrays.setAll(ordered, onnx -> values[place(shape, onnx)]);
    return ordered;
  }

  /** An image of values in the ONNX side's order. */
  static Image ofOrdered(Shape shape, int[] values, boolean channelsLast) {
    if (!channelsLast) {
      return of(shape, values);
    }
    int[] own = new int[values.length];
    for (int onnx = 0; onnx < values.length; onnx++) {
      own[place(shape, onnx)] = values[onnx];
    }
    return of(shape, own);
  }

  /** Where value {@code onnx} of pixel order stands in channel order. */
  private static int place(Shape shape, int onnx) {
    return onnx % shape.channels() * shape.pixels() + onnx / shape.channels();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Image that
        && shape.equals(that.shape)
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * shape.hashCode() + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "Image[" + shape + "]";
  }
}
