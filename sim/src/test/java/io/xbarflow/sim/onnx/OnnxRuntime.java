package io.xbarflow.sim.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Ints;
import io.xbarflow.core.network.ElementType;
import io.xbarflow.core.tensor.ImageBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Runs of ONNX Runtime on one thread. */
public final class OnnxRuntime {
  private OnnxRuntime() {}

  /**
   * The outputs of {@code model} by name, in the graph's order.
   *
   * @param inputs by name, with all axes
   * @param level which rewrites of the graph are allowed
   * @throws OrtException when ONNX Runtime refuses model or inputs
   */
  public static ImmutableMap<String, ImageBatch> run(
      byte[] model, Map<String, ImageBatch> inputs, OptLevel level) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setOptimizationLevel(level);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      try (OrtSession session = environment.createSession(model, options)) {
        for (Map.Entry<String, ImageBatch> input : inputs.entrySet()) {
          tensors.put(input.getKey(), tensor(environment, input.getValue()));
        }
        try (OrtSession.Result result = session.run(tensors)) {
          ImmutableMap.Builder<String, ImageBatch> outputs = ImmutableMap.builder();
          for (var output : result) {
            outputs.put(output.getKey(), batch((OnnxTensor) output.getValue()));
          }
          return outputs.buildOrThrow();
        }
      }
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  private static OnnxTensor tensor(OrtEnvironment environment, ImageBatch batch)
      throws OrtException {
    long[] shape = batch.shape().stream().mapToLong(Integer::longValue).toArray();
    if (batch.type() == ElementType.FLOAT32) {
      FloatBuffer reals =
          ByteBuffer.allocateDirect(4 * batch.size())
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer();
      for (int i = 0; i < batch.size(); i++) {
        reals.put(i, batch.get(i));
      }
      return OnnxTensor.createTensor(environment, reals, shape);
    }
    ByteBuffer bytes = ByteBuffer.allocateDirect(batch.size()).order(ByteOrder.nativeOrder());
    for (int i = 0; i < batch.size(); i++) {
      bytes.put(i, (byte) (int) batch.get(i));
    }
    return OnnxTensor.createTensor(
        environment,
        bytes,
        shape,
        batch.type() == ElementType.INT8 ? OnnxJavaType.INT8 : OnnxJavaType.UINT8);
  }

  private static ImageBatch batch(OnnxTensor tensor) {
    ImmutableList<Integer> shape =
        Arrays.stream(tensor.getInfo().getShape())
            .mapToObj(Ints::checkedCast)
            .collect(ImmutableList.toImmutableList());
    OnnxJavaType type = tensor.getInfo().type;
    if (type == OnnxJavaType.FLOAT || type == OnnxJavaType.FLOAT16) {
      float[] reals = new float[tensor.getFloatBuffer().remaining()];
      tensor.getFloatBuffer().get(reals);
      return ImageBatch.of(
          type == OnnxJavaType.FLOAT ? ElementType.FLOAT32 : ElementType.FLOAT16, shape, reals);
    }
    if (type == OnnxJavaType.INT64) {
      LongBuffer longs = tensor.getLongBuffer();
      float[] values = new float[longs.remaining()];
      for (int i = 0; i < values.length; i++) {
        values[i] = longs.get(i);
      }
      return ImageBatch.of(ElementType.INT64, shape, values);
    }
    if (type == OnnxJavaType.INT32) {
      IntBuffer ints = tensor.getIntBuffer();
      float[] values = new float[ints.remaining()];
      for (int i = 0; i < values.length; i++) {
        values[i] = ints.get(i);
      }
      return ImageBatch.of(ElementType.INT32, shape, values);
    }
    boolean signed = type == OnnxJavaType.INT8;
    ByteBuffer bytes = tensor.getByteBuffer();
    int[] values = new int[bytes.remaining()];
    for (int i = 0; i < values.length; i++) {
      values[i] = signed ? bytes.get(i) : bytes.get(i) & 255;
    }
    return ImageBatch.ofIntegers(signed, shape, values);
  }

  /**
   * Whether ONNX Runtime sums uint8 x int8 products exactly on this processor: with VNNI
   * instructions. On others sums of two products saturate at 16 bits.
   */
  public static boolean sumsExactly() {
    try {
      return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
          .filter(line -> line.startsWith("flags"))
          .anyMatch(line -> line.contains(" avx512_vnni") || line.contains(" avx_vnni"));
    } catch (IOException e) {
      return false;
    }
  }
}
