package io.xbarflow.core.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.xbarflow.core.tensor.ShortFloats;
import java.util.Locale;

/** Element types of ONNX tensors that the importer reads; every other one is {@link #OTHER}. */
enum OnnxType {
  FLOAT(1, 4),
  UINT8(2, 1),
  INT8(3, 1),
  INT32(6, 4),
  INT64(7, 8),
  FLOAT16(10, 2),
  DOUBLE(11, 8),
  BFLOAT16(16, 2),
  UINT4(21, 1),
  INT4(22, 1),
  OTHER(0, 0);

  private final int code;
  private final int bytes;

  OnnxType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  static OnnxType of(int code) {
    for (OnnxType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    return OTHER;
  }

  /** What messages call element type {@code code}. */
  static String describe(int code) {
    OnnxType type = of(code);
    TensorProto.DataType known = TensorProto.DataType.forNumber(code);
    return type != OTHER
        ? type.toString()
        : known != null ? known.name().toLowerCase(Locale.ROOT) : "element type " + code;
  }

  /** The number of the element type in a file. */
  int code() {
    return code;
  }

  /** Bytes of one element in memory. */
  int bytes() {
    return bytes;
  }

  /** Bytes of {@code count} elements in raw data, where 4-bit integers stand two in a byte. */
  long rawBytes(long count) {
    return isNibble() ? (count + 1) / 2 : count * bytes;
  }

  /** Whether it is a type of 4-bit integers. */
  boolean isNibble() {
    return this == UINT4 || this == INT4;
  }

  /** Whether it is a type of reals. */
  boolean isReal() {
    return this == FLOAT || this == FLOAT16 || this == BFLOAT16 || this == DOUBLE;
  }

  /** Whether it is an integer type whose values are kept in bytes. */
  boolean isInBytes() {
    return isQuantised() || isNibble();
  }

  /** The type of 8-bit integers that holds the values of a 4-bit one; other types themselves. */
  OnnxType widened() {
    return this == UINT4 ? UINT8 : this == INT4 ? INT8 : this;
  }

  /** The value of this type, a real one of at most 32 bits, that is nearest to {@code value}. */
  float nearest(float value) {
    return switch (this) {
      case FLOAT16 -> ShortFloats.toHalf(value);
      case BFLOAT16 -> ShortFloats.toBrain(value);
      default -> value;
    };
  }

  /** Whether an activation or weight may have this type. */
  boolean isQuantised() {
    return this == UINT8 || this == INT8;
  }

  /** Least value of an integer type. */
  long min() {
    return switch (this) {
      case UINT8, UINT4 -> 0;
      case INT4 -> -8;
      case INT8 -> Byte.MIN_VALUE;
      case INT32 -> Integer.MIN_VALUE;
      default -> Long.MIN_VALUE;
    };
  }

  /** Greatest value of an integer type. */
  long max() {
    return switch (this) {
      case UINT8 -> 255;
      case UINT4 -> 15;
      case INT4 -> 7;
      case INT8 -> Byte.MAX_VALUE;
      case INT32 -> Integer.MAX_VALUE;
      default -> Long.MAX_VALUE;
    };
  }

  boolean isInteger() {
    return isInBytes() || this == INT32 || this == INT64;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
