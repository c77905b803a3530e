package io.xbarflow.core.network;

import static com.google.common.base.Preconditions.checkState;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;

/** An immutable array of int8 values; Base64 in JSON, since networks hold millions of them. */
public final class Int8Array {
  private final byte[] values;

  private Int8Array(byte[] values) {
    this.values = values;
  }

  /** Copies {@code values}. */
  public static Int8Array copyOf(byte[] values) {
    return new Int8Array(values.clone());
  }

  /** A builder of {@code length} values. */
  public static Builder builder(int length) {
    return new Builder(length);
  }

  /** Takes the values in order; they are never in memory twice. */
  public static final class Builder {
    private byte[] values;
    private int added;

    private Builder(int length) {
      values = new byte[length];
    }

    /**
     * Adds the next value.
     *
     * @throws IndexOutOfBoundsException when all are there
     */
    public void add(byte value) {
      values[added] = value;
      added++;
    }

    /**
     * The array.
     *
     * @throws IllegalStateException when values are missing or the array is already taken
     */
    public Int8Array build() {
      checkState(added == values.length, "%s of %s values", added, values.length);
      Int8Array array = new Int8Array(values);
      values = new byte[0];
      return array;
    }
  }

  /** Reads the JSON form; nobody else holds {@code values}. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  private static Int8Array ofDecoded(byte[] values) {
    return new Int8Array(values);
  }

  /** The JSON form; Jackson writes bytes as Base64, piece by piece. */
  @JsonValue
  private byte[] encoded() {
    return values;
  }

  /** Value at {@code index}. */
  public int get(int index) {
    return values[index];
  }

  /** Number of values. */
  public int length() {
    return values.length;
  }

  /** A copy of the values. */
  public byte[] toArray() {
    return values.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Int8Array that && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "Int8Array[" + values.length + "]";
  }
}
