package io.xbarflow.core.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import io.xbarflow.core.network.Shape;
import java.util.Arrays;

/**
 * The quantised values of one tensor for one image; immutable.
 *
 * <p>Shape: channels, rows, columns, in that order ({@link #value(int, int, int)}).
 *
 * <p>Range: -128 to 127 when signed, 0 to 255 otherwise.
 */
public final class QuantisedImage {
  private final Shape shape;
  private final boolean signed;
  private final byte[] bytes;

  private QuantisedImage(Shape shape, boolean signed, byte[] bytes) {
    this.shape = shape;
    this.signed = signed;
    this.bytes = bytes;
  }

  /**
   * Copies {@code bytes}, the low eight bits of every value.
   *
   * @throws IllegalArgumentException when there is not one byte for every value of {@code shape}
   */
  public static QuantisedImage copyOfBytes(Shape shape, boolean signed, byte[] bytes) {
    checkArgument(bytes.length == shape.size(), "%s values for shape %s", bytes.length, shape);
    return new QuantisedImage(shape, signed, bytes.clone());
  }

  /**
   * Copies {@code values}.
   *
   * @throws IllegalArgumentException when the count does not fit the shape or a value its range
   */
  public static QuantisedImage copyOf(Shape shape, boolean signed, int[] values) {
    checkArgument(values.length == shape.size(), "%s values for shape %s", values.length, shape);
    int low = signed ? -128 : 0;
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      checkArgument(values[i] >= low && values[i] <= low + 255, "value %s", values[i]);
      bytes[i] = (byte) values[i];
    }
    return new QuantisedImage(shape, signed, bytes);
  }

  /** Shape of the image. */
  public Shape shape() {
    return shape;
  }

  /** Whether the values are int8 rather than uint8. */
  public boolean signed() {
    return signed;
  }

  /** Value at {@code index} of the channels, rows, columns order. */
  public int value(int index) {
    return signed ? bytes[index] : bytes[index] & 0xff;
  }

  /** Value of {@code channel} at ({@code row}, {@code column}). */
  public int value(int channel, int row, int column) {
    return value((channel * shape.height() + row) * shape.width() + column);
  }

  /** A copy of the values, in channels, rows, columns order. */
  public int[] toArray() {
    int[] values = new int[bytes.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(i);
    }
    return values;
  }

  /** A copy of the low eight bits of the values, in channels, rows, columns order. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof QuantisedImage that
        && shape.equals(that.shape)
        && signed == that.signed
        && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "QuantisedImage[" + shape + (signed ? " int8]" : " uint8]");
  }
}
