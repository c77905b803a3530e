package io.xbarflow.sim.golden;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Longs;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.tensor.Image;
import io.xbarflow.core.tensor.ImageBatch;
import io.xbarflow.core.tensor.NetworkImages;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Runs a model of one input x and one output y in ONNX Runtime, and an imported one here. */
final class OnnxRuntimeRun {
  private OnnxRuntimeRun() {}

  /**
   * The first output.
   *
   * @param dims its dimensions, the batch axis first
   * @param values 8-bit integers or float32 values
   */
  record Output(List<Long> dims, float[] values) {
    /** The place and the values where {@code other} differs first; empty when it is equal. */
    String difference(Output other) {
      if (!dims.equals(other.dims)) {
        return "dimensions " + dims + " and " + other.dims;
      }
      int at = Arrays.mismatch(values, other.values);
      return at < 0 ? "" : "value " + at + " is " + values[at] + " and " + other.values[at];
    }

    /** In how many values {@code other}, of the same dimensions, differs. */
    int differences(Output other) {
      int differences = 0;
      for (int i = 0; i < values.length; i++) {
        differences += values[i] == other.values[i] ? 0 : 1;
      }
      return differences;
    }
  }

  /** What ONNX Runtime computes of 8-bit {@code input}, optimised as {@code level} says. */
  static Output inOnnxRuntime(
      byte[] model, byte[] input, long[] dims, boolean signed, OptLevel level) throws OrtException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(input.length).put(input).rewind();
    return inOnnxRuntime(
        model,
        OnnxTensor.createTensor(
            OrtEnvironment.getEnvironment(),
            buffer,
            dims,
            signed ? OnnxJavaType.INT8 : OnnxJavaType.UINT8),
        signed,
        level);
  }

  /** What ONNX Runtime computes of float32 {@code input}, optimised as {@code level} says. */
  static Output inOnnxRuntime(
      byte[] model, float[] input, long[] dims, boolean signed, OptLevel level)
      throws OrtException {
    return inOnnxRuntime(
        model,
        OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), FloatBuffer.wrap(input), dims),
        signed,
        level);
  }

  private static Output inOnnxRuntime(
      byte[] model, OnnxTensor input, boolean signed, OptLevel level) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        OnnxTensor x = input) {
      options.setIntraOpNumThreads(1);
      options.setOptimizationLevel(level);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      Map<String, OnnxTensorLike> inputs = Map.of("x", x);
      try (OrtSession session = environment.createSession(model, options);
          OrtSession.Result result = session.run(inputs)) {
        OnnxTensor y = (OnnxTensor) result.get(0);
        List<Long> dims = Longs.asList(y.getInfo().getShape());
        if (y.getInfo().type == OnnxJavaType.FLOAT) {
          float[] values = new float[y.getFloatBuffer().remaining()];
          y.getFloatBuffer().get(values);
          return new Output(dims, values);
        }
        ByteBuffer bytes = y.getByteBuffer();
        float[] values = new float[bytes.remaining()];
        for (int i = 0; i < values.length; i++) {
          values[i] = signed ? bytes.get(i) : bytes.get(i) & 255;
        }
        return new Output(dims, values);
      }
    }
  }

  /** What the golden model computes of 8-bit {@code input}. */
  static Output inGoldenModel(Network network, byte[] input, long[] dims, boolean signed) {
    int[] values = new int[input.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = signed ? input[i] : input[i] & 255;
    }
    return inGoldenModel(network, ImageBatch.ofIntegers(signed, dimensions(dims), values));
  }

  /** What host and golden model compute of float32 {@code input}. */
  static Output inGoldenModel(Network network, float[] input, long[] dims) {
    return inGoldenModel(network, ImageBatch.ofFloats(dimensions(dims), input));
  }

  private static Output inGoldenModel(Network network, ImageBatch batch) {
    HostTensor input = network.inputs().get(0);
    HostTensor output = network.outputs().get(0);
    Image image = NetworkImages.toImages(network, input, batch, "x").get(0);
    Image result = new GoldenModel(network).run(Map.of(input.tensor(), image)).get(output.tensor());
    ImageBatch golden = NetworkImages.fromImages(network, output, List.of(result));
    float[] values = new float[golden.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = golden.get(i);
    }
    return new Output(
        golden.shape().stream().map(Integer::longValue).collect(Collectors.toList()), values);
  }

  private static ImmutableList<Integer> dimensions(long[] dims) {
    return Longs.asList(dims).stream().map(Long::intValue).collect(ImmutableList.toImmutableList());
  }
}
