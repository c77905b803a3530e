package io.xbarflow.quantize.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Ints;
import com.google.common.primitives.Longs;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.quantize.graph.ElementType;
import io.xbarflow.quantize.graph.Stored;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Optional;

/** A model in ONNX Runtime, ready to run. */
public final class FloatRun implements AutoCloseable {
  private final OrtEnvironment environment;
  private final OrtSession.SessionOptions options;
  private final OrtSession session;
  private final String input;

  private FloatRun(
      OrtEnvironment environment,
      OrtSession.SessionOptions options,
      OrtSession session,
      String input) {
    this.environment = environment;
    this.options = options;
    this.session = session;
    this.input = input;
  }

  /**
   * Opens {@code model}.
   *
   * @param input its only input
   * @throws UserException when ONNX Runtime does not take it
   */
  public static FloatRun open(byte[] model, String input) {
    OrtEnvironment environment = environment();
    try {
      OrtSession.SessionOptions options = new OrtSession.SessionOptions();
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.BASIC_OPT);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      try {
        return new FloatRun(environment, options, environment.createSession(model, options), input);
      } catch (OrtException e) {
        options.close();
        throw e;
      }
    } catch (OrtException e) {
      throw refused(e);
    }
  }

  private static OrtEnvironment environment() {
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

  private static UserException refused(OrtException cause) {
    UserException error =
        UserException.badInput(
            "ONNX Runtime",
            cause.getMessage(),
            "a model that it can run",
            "Mend what it names, or export the model again.");
    error.initCause(cause);
    return error;
  }

  /**
   * Runs one image.
   *
   * @param dims dimensions of the input, batch axis included
   * @return the outputs of float and integer elements, by name
   */
  public ImmutableMap<String, Stored> run(ImmutableList<Integer> dims, float[] image) {
    try (OnnxTensor tensor =
            OnnxTensor.createTensor(environment, FloatBuffer.wrap(image), Longs.toArray(dims));
        OrtSession.Result result = session.run(Map.of(input, tensor))) {
      ImmutableMap.Builder<String, Stored> outputs = ImmutableMap.builder();
      for (Map.Entry<String, OnnxValue> output : result) {
        if (output.getValue() instanceof OnnxTensor value) {
          stored(value).ifPresent(found -> outputs.put(output.getKey(), found));
        }
      }
      return outputs.buildOrThrow();
    } catch (OrtException e) {
      throw refused(e);
    }
  }

  private static Optional<Stored> stored(OnnxTensor tensor) {
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

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
    options.close();
  }
}
