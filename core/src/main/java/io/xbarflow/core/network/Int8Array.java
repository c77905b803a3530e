package io.xbarflow.core.network;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Base64;

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

  /** Reads the JSON form. */
  @JsonCreator
  public static Int8Array fromBase64(String text) {
    return new Int8Array(Base64.getDecoder().decode(text));
  }

  /** The JSON form. */
  @JsonValue
  public String toBase64() {
    return Base64.getEncoder().encodeToString(values);
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
