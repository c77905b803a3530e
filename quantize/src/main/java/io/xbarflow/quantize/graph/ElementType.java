package io.xbarflow.quantize.graph;

/** An element type of ONNX tensors that quantisation deals with. */
public enum ElementType {
  /** IEEE single precision. */
  FLOAT(1, 4),
  /** Unsigned 8 bits. */
  UINT8(2, 1),
  /** Signed 8 bits. */
  INT8(3, 1),
  /** Signed 32 bits. */
  INT32(6, 4),
  /** Signed 64 bits. */
  INT64(7, 8);

  private final int code;
  private final int bytes;

  ElementType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** The number that ONNX files have for it. */
  public int code() {
    return code;
  }

  /** Bytes of an element. */
  public int bytes() {
    return bytes;
  }

  /** Whether it is one of the two 8-bit types. */
  public boolean isQuantised() {
    return bytes == 1;
  }
}
