package io.xbarflow.quantize.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Ints;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.quantize.graph.ElementType;
import io.xbarflow.quantize.graph.Stored;
import java.util.Optional;

/** What all runs with ONNX Runtime share: its library, its errors, its tensors. */
final class OnnxRuntime {
  private OnnxRuntime() {}

  /** The library, loaded once. */
  static OrtEnvironment environment() {
    try {
      return OrtEnvironment.getEnvironment();
    } catch (LinkageError e) {
      UserException error =
          UserException.toolMissing(
              "ONNX Runtime",
              "its native library cannot be loaded (" + e + ")",
              "Linux with glibc on x64 or arm64, macOS, or Windows on x64",
              "Run quantize on such a machine; on Debian also: apt-get install libstdc++6");
      error.initCause(e);
      throw error;
    }
  }

  /** The user's error of what ONNX Runtime does not take. */
  static UserException refused(OrtException cause) {
    UserException error =
        UserException.badInput(
            "ONNX Runtime",
            cause.getMessage(),
            "a model that it can run",
            "Mend what it names, or export the model again.");
    error.initCause(cause);
    return error;
  }

  /** The values of {@code tensor}, when they are float32 or integers of 8, 32 or 64 bits. */
  static Optional<Stored> stored(OnnxTensor tensor) {
    TensorInfo info = tensor.getInfo();
    ImmutableList.Builder<Integer> dims = ImmutableList.builder();
    for (long dim : info.getShape()) {
      dims.add(Ints.checkedCast(dim));
    }
    return switch (info.type) {
      case FLOAT -> Optional.of(Stored.ofReals(dims.build(), tensor.getFloatBuffer().array()));
      case INT64 ->
          Optional.of(
              Stored.ofIntegers(ElementType.INT64, dims.build(), tensor.getLongBuffer().array()));
      case INT32 -> {
        int[] values = tensor.getIntBuffer().array();
        long[] integers = new long[values.length];
        for (int i = 0; i < values.length; i++) {
          integers[i] = values[i];
        }
        yield Optional.of(Stored.ofIntegers(ElementType.INT32, dims.build(), integers));
      }
      case INT8 ->
          Optional.of(
              Stored.ofBytes(ElementType.INT8, dims.build(), tensor.getByteBuffer().array()));
      case UINT8 ->
          Optional.of(
              Stored.ofBytes(ElementType.UINT8, dims.build(), tensor.getByteBuffer().array()));
      default -> Optional.empty();
    };
  }
}
