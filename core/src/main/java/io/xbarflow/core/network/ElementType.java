package io.xbarflow.core.network;

/** Element types that the host hands in and out. */
public enum ElementType {
  /** Signed 8 bits. */
  INT8,
  /** Unsigned 8 bits. */
  UINT8,
  /** Signed 32 bits. */
  INT32,
  /** Signed 64 bits. */
  INT64,
  /** IEEE half precision. */
  FLOAT16,
  /** IEEE single precision. */
  FLOAT32;

  /** Whether values are reals. */
  public boolean isReal() {
    return this == FLOAT16 || this == FLOAT32;
  }

  /** The type of values quantised by {@code quantisation}. */
  public static ElementType of(Quantisation quantisation) {
    return quantisation.signed() ? INT8 : UINT8;
  }
}
