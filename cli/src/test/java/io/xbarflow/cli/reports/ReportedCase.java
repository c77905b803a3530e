package io.xbarflow.cli.reports;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import com.google.common.collect.ImmutableList;
import io.xbarflow.cli.CommandLineForTests;
import io.xbarflow.core.network.ElementType;
import io.xbarflow.core.tensor.ImageBatch;
import io.xbarflow.core.tensor.NpyFile;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.onnx.OnnxModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/**
 * One model of a public report, through the verbs that its user would call.
 *
 * @param folder model, input and expectations
 * @param model the model
 */
record ReportedCase(Path folder, Path model) {
  /** Images of a float model that are compared. */
  private static final int IMAGES = 4;

  /**
   * What came of it.
   *
   * @param verdict {@code equal}, {@code imports} without anything to compare with, {@code
   *     differs}, {@code refused}, or {@code crash}
   * @param detail message or count
   */
  record Result(String verdict, String detail) {}

  /** The models below {@code folder}. */
  static ImmutableList<ReportedCase> below(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      ImmutableList<Path> models =
          files
              .filter(file -> file.toString().endsWith(".onnx"))
              .sorted()
              .collect(ImmutableList.toImmutableList());
      boolean named = models.stream().anyMatch(ReportedCase::isNamedModel);
      return models.stream()
          .filter(file -> !named || isNamedModel(file))
          .map(model -> new ReportedCase(model.getParent(), model))
          .collect(ImmutableList.toImmutableList());
    }
  }

  private static boolean isNamedModel(Path file) {
    return file.endsWith("model.onnx");
  }

  /** Quantises the model if it is float, imports, maps and simulates it below {@code work}. */
  Result run(Path work) throws IOException {
    Optional<Path> calibration = first("calibration.npy", "calib.npy");
    Path mapped = work.resolve("chip");
    Path quantised = calibration.isPresent() ? work.resolve("quantised.onnx") : model;
    if (calibration.isPresent()) {
      Optional<Result> refused =
          stopped("quantize", model, "--calibration", calibration.get(), "-o", quantised);
      if (refused.isPresent()) {
        return refused.get();
      }
    }
    Optional<Result> refused = stopped("map", quantised, "-o", mapped, "--effort", "quick");
    if (refused.isPresent()) {
      return refused.get();
    }
    Optional<Path> given = calibration.or(() -> first("input.npy", "input_0.npy"));
    if (given.isEmpty() && OnnxModel.read(quantised).graph().inputs().size() > 1) {
      return new Result("imports", "several inputs without values");
    }
    Path input = given.orElseGet(() -> random(quantised, work));
    List<NumpyValues> wanted = new ArrayList<>();
    for (String name : List.of("expected.npy", "expected_fused.npy", "ort_output_0.npy")) {
      Optional<Path> file = first(name);
      if (file.isPresent()) {
        wanted.add(NumpyValues.read(file.get()));
      }
    }
    if (first("expected_fused.npy").isEmpty()) {
      try {
        wanted.add(inOnnxRuntime(quantised, input, OptLevel.NO_OPT));
        wanted.add(inOnnxRuntime(quantised, input, OptLevel.ALL_OPT));
      } catch (OrtException e) {
        if (wanted.isEmpty()) {
          return new Result("imports", "ONNX Runtime: " + e.getMessage());
        }
      }
    }
    Path dump = work.resolve("dump");
    ImmutableList.Builder<Object> simulate = ImmutableList.builder();
    simulate.add("simulate", mapped, "--input", input, "--dump", dump);
    if (calibration.isPresent()) {
      simulate.add("--images", IMAGES);
    }
    refused = stopped(simulate.build().toArray());
    return refused.isPresent() ? refused.get() : compared(dump, wanted);
  }

  private static Result compared(Path dump, List<NumpyValues> wanted) throws IOException {
    List<String> counts = new ArrayList<>();
    try (Stream<Path> files = Files.list(dump)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".npy")).sorted().toList()) {
        NumpyValues got = NumpyValues.read(file);
        for (NumpyValues one : wanted) {
          if (one.values().length == got.values().length) {
            int differ = got.differences(one);
            if (differ == 0) {
              return new Result("equal", "");
            }
            counts.add(differ + " of " + got.values().length + " " + got.type() + "/" + one.type());
          }
        }
      }
    }
    return new Result("differs", counts.toString());
  }

  /** The result when a verb does not succeed. */
  private static Optional<Result> stopped(Object... arguments) {
    CommandLineForTests.Outcome outcome = CommandLineForTests.outcome(arguments);
    if (outcome.exitCode() == 0) {
      return Optional.empty();
    }
    String message =
        outcome.err().lines().filter(line -> line.startsWith("error")).findFirst().orElse("");
    return Optional.of(new Result(outcome.exitCode() == 2 ? "refused" : "crash", message));
  }

  private Optional<Path> first(String... names) {
    return Stream.of(names).map(folder::resolve).filter(Files::exists).findFirst();
  }

  /** One random image for the only input of {@code model}. */
  private static Path random(Path model, Path work) {
    Graph.Port port = OnnxModel.read(model).graph().inputs().get(0);
    ImmutableList<Integer> dims =
        ImmutableList.<Integer>builder()
            .add(1)
            .addAll(port.dims().subList(1, port.dims().size()))
            .build();
    float[] pixels = new float[dims.stream().reduce(1, Math::multiplyExact)];
    Random random = new Random(1);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    Path file = work.resolve("random.npy");
    NpyFile.write(file, ImageBatch.ofFloats(dims, pixels));
    return file;
  }

  /** The first images of {@code images}, one by one, in ONNX Runtime. */
  private static NumpyValues inOnnxRuntime(Path model, Path images, OptLevel level)
      throws IOException, OrtException {
    ImageBatch batch = NpyFile.read(images);
    int count = Math.min(IMAGES, batch.shape().get(0));
    int size = batch.size() / batch.shape().get(0);
    long[] dims = batch.shape().stream().mapToLong(dim -> dim).toArray();
    dims[0] = 1;
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    List<Double> values = new ArrayList<>();
    String type = "";
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setOptimizationLevel(level);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      try (OrtSession session = environment.createSession(model.toString(), options)) {
        for (int image = 0; image < count; image++) {
          try (OnnxTensor input = tensor(environment, batch, image * size, size, dims);
              OrtSession.Result result =
                  session.run(Map.of(session.getInputNames().iterator().next(), input))) {
            OnnxTensor output = (OnnxTensor) result.get(0);
            type = output.getInfo().type == OnnxJavaType.FLOAT ? "<f4" : "<i8";
            for (double value : values(output)) {
              values.add(value);
            }
          }
        }
      }
    }
    return new NumpyValues(type, values.stream().mapToDouble(value -> value).toArray());
  }

  private static OnnxTensor tensor(
      OrtEnvironment environment, ImageBatch batch, int first, int size, long[] dims)
      throws OrtException {
    if (batch.type() == ElementType.FLOAT32) {
      float[] pixels = new float[size];
      for (int i = 0; i < size; i++) {
        pixels[i] = batch.get(first + i);
      }
      return OnnxTensor.createTensor(environment, FloatBuffer.wrap(pixels), dims);
    }
    ByteBuffer bytes = ByteBuffer.allocateDirect(size);
    for (int i = 0; i < size; i++) {
      bytes.put(i, (byte) batch.get(first + i));
    }
    boolean signed = batch.type() == ElementType.INT8;
    return OnnxTensor.createTensor(
        environment, bytes, dims, signed ? OnnxJavaType.INT8 : OnnxJavaType.UINT8);
  }

  private static double[] values(OnnxTensor output) {
    return switch (output.getInfo().type) {
      case FLOAT, FLOAT16 -> {
        FloatBuffer buffer = output.getFloatBuffer();
        double[] values = new double[buffer.remaining()];
        Arrays.setAll(values, buffer::get);
        yield values;
      }
      case INT64 -> {
        LongBuffer buffer = output.getLongBuffer();
        double[] values = new double[buffer.remaining()];
        Arrays.setAll(values, i -> (double) buffer.get(i));
        yield values;
      }
      default -> {
        boolean signed = output.getInfo().type == OnnxJavaType.INT8;
        ByteBuffer buffer = output.getByteBuffer();
        double[] values = new double[buffer.remaining()];
        Arrays.setAll(values, i -> signed ? buffer.get(i) : buffer.get(i) & 0xFF);
        yield values;
      }
    };
  }
}
