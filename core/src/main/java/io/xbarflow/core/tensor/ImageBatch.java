package io.xbarflow.core.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.ElementType;
import java.util.Arrays;

/**
 * An immutable tensor as it lies in a file, in C order, usually several images along the first
 * axis. Its values are float32 values: 8-bit integers, float16 and what is computed of them, and
 * positions in axes, exactly.
 */
public final class ImageBatch {
  private final ElementType type;
  private final ImmutableList<Integer> shape;
  private final float[] values;

  private ImageBatch(ElementType type, ImmutableList<Integer> shape, float[] values) {
    long size = shape.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
    checkArgument(size == values.length, "%s values for shape %s", values.length, shape);
    this.type = type;
    this.shape = shape;
    this.values = values;
  }

  /**
   * A float32 tensor (values copied).
   *
   * @throws IllegalArgumentException when the number of values is not the product of the shape
   */
  public static ImageBatch ofFloats(ImmutableList<Integer> shape, float[] values) {
    return new ImageBatch(ElementType.FLOAT32, shape, values.clone());
  }

  /**
   * An int8 ({@code signed}) or uint8 tensor.
   *
   * @throws IllegalArgumentException when a value is out of range or the shape does not fit
   */
  public static ImageBatch ofIntegers(boolean signed, ImmutableList<Integer> shape, int[] values) {
    float[] copy = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      checkArgument(
          values[i] >= (signed ? -128 : 0) && values[i] <= (signed ? 127 : 255),
          "value %s",
          values[i]);
      copy[i] = values[i];
    }
    return new ImageBatch(signed ? ElementType.INT8 : ElementType.UINT8, shape, copy);
  }

  /**
   * A tensor of values that are already of {@code type}.
   *
   * @throws IllegalArgumentException when the number of values is not the product of the shape
   */
  public static ImageBatch of(ElementType type, ImmutableList<Integer> shape, float[] values) {
    return new ImageBatch(type, shape, values.clone());
  }

  /** The values, in a new array. */
  float[] values() {
    return values.clone();
  }

  /** Element type. */
  public ElementType type() {
    return type;
  }

  /** Extent of every axis, the first one usually images. */
  public ImmutableList<Integer> shape() {
    return shape;
  }

  /** Number of values. */
  public int size() {
    return values.length;
  }

  /** Value {@code index} in C order; 8-bit integers exactly. */
  public float get(int index) {
    return values[index];
  }

  /**
   * The images one by one.
   *
   * <p>Shape: each is [1, {@code image}...]; this is some of {@code image} along the first axis.
   */
  public ImmutableList<ImageBatch> images(ImmutableList<Integer> image) {
    ImmutableList<Integer> one = ImmutableList.<Integer>builder().add(1).addAll(image).build();
    int size = image.stream().reduce(1, (a, b) -> a * b);
    ImmutableList.Builder<ImageBatch> images = ImmutableList.builder();
    for (int first = 0; first + size <= values.length; first += size) {
      images.add(new ImageBatch(type, one, Arrays.copyOfRange(values, first, first + size)));
    }
    return images.build();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ImageBatch that
        && type == that.type
        && shape.equals(that.shape)
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * shape.hashCode() + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "ImageBatch[" + type + " " + shape + "]";
  }
}
