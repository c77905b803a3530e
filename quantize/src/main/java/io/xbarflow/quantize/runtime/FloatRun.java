package io.xbarflow.quantize.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Longs;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.quantize.graph.Stored;
import java.nio.FloatBuffer;
import java.util.Map;

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
    OrtEnvironment environment = OnnxRuntime.environment();
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
      throw OnnxRuntime.refused(e);
    }
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
          OnnxRuntime.stored(value).ifPresent(found -> outputs.put(output.getKey(), found));
        }
      }
      return outputs.buildOrThrow();
    } catch (OrtException e) {
      throw OnnxRuntime.refused(e);
    }
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
