package io.xbarflow.quantize.runtime;

import ai.onnxruntime.OnnxJavaType;
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
import io.xbarflow.core.network.ElementType;
import io.xbarflow.core.tensor.ImageBatch;
import io.xbarflow.quantize.graph.Stored;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs a model file as it is written: its float operators in float, none fused to integer ones. */
public final class ModelRun {
  private ModelRun() {}

  /**
   * The outputs of every image, by name.
   *
   * @param model the file; external data lies beside it
   * @param images of every image the inputs by name, each with a batch axis of 1
   * @throws UserException when ONNX Runtime does not take the model or an image
   */
  public static ImmutableList<ImmutableMap<String, Stored>> outputs(
      Path model, List<ImmutableMap<String, ImageBatch>> images) {
    OrtEnvironment environment = OnnxRuntime.environment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.BASIC_OPT);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      try (OrtSession session = environment.createSession(model.toString(), options)) {
        ImmutableList.Builder<ImmutableMap<String, Stored>> outputs = ImmutableList.builder();
        for (ImmutableMap<String, ImageBatch> image : images) {
          outputs.add(run(environment, session, image));
        }
        return outputs.build();
      }
    } catch (OrtException e) {
      throw OnnxRuntime.refused(e);
    }
  }

  private static ImmutableMap<String, Stored> run(
      OrtEnvironment environment, OrtSession session, ImmutableMap<String, ImageBatch> image)
      throws OrtException {
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      for (Map.Entry<String, ImageBatch> input : image.entrySet()) {
        inputs.put(input.getKey(), tensor(environment, input.getValue()));
      }
      ImmutableMap.Builder<String, Stored> outputs = ImmutableMap.builder();
      try (OrtSession.Result result = session.run(inputs)) {
        for (Map.Entry<String, OnnxValue> output : result) {
          if (output.getValue() instanceof OnnxTensor value) {
            OnnxRuntime.stored(value).ifPresent(stored -> outputs.put(output.getKey(), stored));
          }
        }
      }
      return outputs.buildOrThrow();
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private static OnnxTensor tensor(OrtEnvironment environment, ImageBatch batch)
      throws OrtException {
    ImmutableList<Integer> shape = batch.shape();
    long[] dims = Longs.toArray(shape);
    if (batch.type() == ElementType.FLOAT32) {
      float[] reals = new float[batch.size()];
      for (int i = 0; i < reals.length; i++) {
        reals[i] = batch.get(i);
      }
      return OnnxTensor.createTensor(environment, FloatBuffer.wrap(reals), dims);
    }
    ByteBuffer bytes = ByteBuffer.allocateDirect(batch.size());
    for (int i = 0; i < batch.size(); i++) {
      bytes.put((byte) batch.get(i));
    }
    OnnxJavaType type = batch.type() == ElementType.INT8 ? OnnxJavaType.INT8 : OnnxJavaType.UINT8;
    return OnnxTensor.createTensor(environment, bytes.rewind(), dims, type);
  }
}
