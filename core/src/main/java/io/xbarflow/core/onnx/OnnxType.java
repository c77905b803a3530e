package io.xbarflow.core.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.Locale;

/** Element types of ONNX tensors that the importer reads; every other one is {@link #OTHER}. */
enum OnnxType {
  FLOAT(1, 4),
  UINT8(2, 1),
  INT8(3, 1),
  INT32(6, 4),
  INT64(7, 8),
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

  /** Bytes of one element in raw data. */
  int bytes() {
    return bytes;
  }

  /** Whether an activation or weight may have this type. */
  boolean isQuantised() {
    return this == UINT8 || this == INT8;
  }

  /** Least value of an integer type. */
  long min() {
    return switch (this) {
      case UINT8 -> 0;
      case INT8 -> Byte.MIN_VALUE;
      case INT32 -> Integer.MIN_VALUE;
      default -> Long.MIN_VALUE;
    };
  }

  /** Greatest value of an integer type. */
  long max() {
    return switch (this) {
      case UINT8 -> 255;
      case INT8 -> Byte.MAX_VALUE;
      case INT32 -> Integer.MAX_VALUE;
      default -> Long.MAX_VALUE;
    };
  }

  boolean isInteger() {
    return isQuantised() || this == INT32 || this == INT64;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
