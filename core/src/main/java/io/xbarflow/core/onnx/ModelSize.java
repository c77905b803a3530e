package io.xbarflow.core.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/**
 * What an ONNX file holds, found without making objects of it.
 *
 * <p>Source: onnx.proto of ONNX 1.16, field numbers of ModelProto, GraphProto, NodeProto,
 * AttributeProto and TensorProto.
 */
final class ModelSize {
  /** Bytes that the objects of one byte of structure take at most. */
  private static final int OBJECT_BYTES = 24;

  /** Bytes that a value of typed tensor data takes while it is read, by field. */
  private static final int FLOAT_BYTES = 10;

  private static final int INT32_BYTES = 7;
  private static final int INT64_BYTES = 20;

  private static final int RAW_DATA = 9;

  /** The messages on the way to tensors. */
  private enum Kind {
    MODEL,
    GRAPH,
    NODE,
    ATTRIBUTE,
    TENSOR;

    /** The kind of message that field {@code field} holds; null when none of these. */
    Kind child(int field) {
      return switch (this) {
        case MODEL -> field == 7 ? GRAPH : null;
        case GRAPH -> field == 1 ? NODE : field == 5 ? TENSOR : null;
        case NODE -> field == 5 ? ATTRIBUTE : null;
        case ATTRIBUTE -> field == 5 || field == 10 ? TENSOR : null;
        case TENSOR -> null;
      };
    }
  }

  private long nodes;
  private long structure;
  private long valueBytes;

  private ModelSize() {}

  /** Measures the model in {@code input}. */
  static ModelSize of(CodedInputStream input) throws IOException {
    ModelSize size = new ModelSize();
    size.message(input, Kind.MODEL);
    return size;
  }

  /** Nodes of the graph. */
  long nodes() {
    return nodes;
  }

  /** Bytes that are no values of tensors. */
  long structure() {
    return structure;
  }

  /** Bytes of objects, without the raw values, which stay where they are. */
  long objectBytes() {
    return structure * OBJECT_BYTES + valueBytes;
  }

  private void message(CodedInputStream input, Kind kind) throws IOException {
    int start = input.getTotalBytesRead();
    int tag = input.readTag();
    while (tag != 0) {
      int field = WireFormat.getTagFieldNumber(tag);
      boolean sized = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
      Kind child = sized ? kind.child(field) : null;
      if (child != null) {
        int limit = input.pushLimit(input.readRawVarint32());
        structure += input.getTotalBytesRead() - start;
        nodes += child == Kind.NODE ? 1 : 0;
        message(input, child);
        input.checkLastTagWas(0);
        input.popLimit(limit);
      } else if (sized && kind == Kind.TENSOR && isValues(field)) {
        values(input, field);
        structure += 1;
      } else {
        input.skipField(tag);
        structure += input.getTotalBytesRead() - start;
      }
      start = input.getTotalBytesRead();
      tag = input.readTag();
    }
  }

  private static boolean isValues(int field) {
    return field == 4 || field == 5 || field == 7 || field == RAW_DATA;
  }

  private void values(CodedInputStream input, int field) throws IOException {
    int length = input.readRawVarint32();
    if (field == RAW_DATA) {
      input.skipRawBytes(length);
    } else if (field == 4) {
      input.skipRawBytes(length);
      valueBytes += (long) length / Float.BYTES * FLOAT_BYTES;
    } else {
      int limit = input.pushLimit(length);
      while (!input.isAtEnd()) {
        input.readRawVarint64();
        valueBytes += field == 5 ? INT32_BYTES : INT64_BYTES;
      }
      input.popLimit(limit);
    }
  }
}
