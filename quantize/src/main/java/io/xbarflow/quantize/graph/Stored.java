package io.xbarflow.quantize.graph;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Floats;
import com.google.common.primitives.Ints;
import io.xbarflow.core.diagnostic.UserException;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;

/**
 * A tensor that a graph stores. One that is filled with a single value keeps only that, since there
 * are files that state hundreds of megabytes so.
 */
public final class Stored {
  private final ElementType type;
  private final ImmutableList<Integer> dims;
  private final int size;
  private final float[] reals;
  private final long[] integers;
  private final byte[] bytes;

  private static final long MAX_VALUES = 1L << 29;
  private static final float[] NO_REALS = {};
  private static final long[] NO_INTEGERS = {};
  private static final byte[] NO_BYTES = {};

  private Stored(
      ElementType type, Iterable<Integer> dims, float[] reals, long[] integers, byte[] bytes) {
    this.type = type;
    this.dims = ImmutableList.copyOf(dims);
    this.size = this.dims.stream().reduce(1, Math::multiplyExact);
    this.reals = reals;
    this.integers = integers;
    this.bytes = bytes;
    int values = reals.length + integers.length + bytes.length;
    checkArgument(values == size || values == 1, "%s values for dimensions %s", values, dims);
  }

  /**
   * The dimensions {@code dims} of a tensor that a file states.
   *
   * @throws UserException when one is negative or there are too many values
   */
  public static ImmutableList<Integer> checkedDims(String where, Iterable<Long> dims) {
    ImmutableList.Builder<Integer> checked = ImmutableList.builder();
    long size = 1;
    for (long dim : dims) {
      if (dim < 0 || dim > MAX_VALUES || size * Math.max(1, dim) > MAX_VALUES) {
        throw UserException.badInput(
            where,
            "dimension " + dim + " of a tensor",
            String.format(
                Locale.ROOT,
                "dimensions that are not negative, and at most %,d values",
                MAX_VALUES),
            "The file is damaged, or too large; export the model again.");
      }
      size *= Math.max(1, dim);
      checked.add((int) dim);
    }
    return checked.build();
  }

  /** Floats; one value may stand for all of them. */
  public static Stored ofReals(Iterable<Integer> dims, float... reals) {
    return new Stored(ElementType.FLOAT, dims, reals.clone(), NO_INTEGERS, NO_BYTES);
  }

  /** Floats computed one by one. */
  public static Stored ofReals(Iterable<Integer> dims, IntToDoubleFunction valueAt) {
    int size = ImmutableList.copyOf(dims).stream().reduce(1, Math::multiplyExact);
    float[] reals = new float[size];
    for (int i = 0; i < size; i++) {
      reals[i] = (float) valueAt.applyAsDouble(i);
    }
    return new Stored(ElementType.FLOAT, dims, reals, NO_INTEGERS, NO_BYTES);
  }

  /** Integers of 32 or 64 bits; one value may stand for all of them. */
  public static Stored ofIntegers(ElementType type, Iterable<Integer> dims, long... integers) {
    checkArgument(type == ElementType.INT32 || type == ElementType.INT64, "%s", type);
    return new Stored(type, dims, NO_REALS, integers.clone(), NO_BYTES);
  }

  /** Integers of 8 bits; the tensor owns {@code bytes} now. */
  public static Stored ofBytes(ElementType type, Iterable<Integer> dims, byte... bytes) {
    checkArgument(type.isQuantised(), "%s", type);
    return new Stored(type, dims, NO_REALS, NO_INTEGERS, bytes);
  }

  /** Element type. */
  public ElementType type() {
    return type;
  }

  /** Extent of every axis. */
  public ImmutableList<Integer> dims() {
    return dims;
  }

  /** Number of values. */
  public int size() {
    return size;
  }

  /** Value {@code index} of a float tensor, in row-major order. */
  public float real(int index) {
    return reals[reals.length == 1 ? 0 : index];
  }

  /** Value {@code index} of an integer tensor, in row-major order. */
  public long integer(int index) {
    if (!type.isQuantised()) {
      return integers[integers.length == 1 ? 0 : index];
    }
    byte value = bytes[bytes.length == 1 ? 0 : index];
    return type == ElementType.INT8 ? value : value & 0xFF;
  }

  /** Whether it is one of floats. */
  public boolean isReal() {
    return type == ElementType.FLOAT;
  }

  /** All values of an integer tensor. */
  public ImmutableList<Integer> asInts() {
    ImmutableList.Builder<Integer> values = ImmutableList.builderWithExpectedSize(size);
    for (int i = 0; i < size; i++) {
      values.add(Ints.saturatedCast(integer(i)));
    }
    return values.build();
  }

  /** All values of a float tensor. */
  public ImmutableList<Float> asFloats() {
    ImmutableList.Builder<Float> values = ImmutableList.builderWithExpectedSize(size);
    for (int i = 0; i < size; i++) {
      values.add(real(i));
    }
    return values.build();
  }

  /** The same values with other dimensions. */
  public Stored withDims(Iterable<Integer> newDims) {
    Stored result = new Stored(type, newDims, reals, integers, bytes);
    checkArgument(result.size == size, "%s for %s", newDims, dims);
    return result;
  }

  /** Whether all values are finite. */
  public boolean isFinite() {
    return Floats.asList(reals).stream().allMatch(Float::isFinite);
  }

  @Override
  public String toString() {
    return type + " " + dims;
  }
}
