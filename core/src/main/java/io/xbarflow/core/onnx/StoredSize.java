package io.xbarflow.core.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;

/** The memory of stored tensors that are not used where the file's bytes are. */
final class StoredSize {
  private StoredSize() {}

  /** Bytes that the tensors of {@code graph} take once they are unpacked, beside those in it. */
  static long unpacked(GraphProto graph) {
    long bytes = 0;
    for (TensorProto tensor : graph.getInitializerList()) {
      bytes += unpacked(tensor);
    }
    for (NodeProto node : graph.getNodeList()) {
      for (AttributeProto attribute : node.getAttributeList()) {
        bytes += attribute.hasT() ? unpacked(attribute.getT()) : 0;
      }
    }
    return bytes;
  }

  private static long unpacked(TensorProto tensor) {
    long raw = tensor.getRawData().size();
    return switch (OnnxType.of(tensor.getDataType())) {
      case FLOAT16, BFLOAT16 -> 2 * raw + (long) Float.BYTES * tensor.getInt32DataCount();
      case INT4, UINT4 -> 2 * (raw + tensor.getInt32DataCount());
      case DOUBLE -> raw + (long) Double.BYTES * tensor.getDoubleDataCount();
      case INT64 -> raw;
      case INT32 -> 2 * raw;
      default -> 0;
    };
  }
}
