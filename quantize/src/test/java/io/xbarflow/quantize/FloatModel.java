package io.xbarflow.quantize;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.tensor.ImageBatch;
import io.xbarflow.core.tensor.NpyFile;
import io.xbarflow.quantize.graph.Attributes;
import io.xbarflow.quantize.graph.Bounds;
import io.xbarflow.quantize.graph.ElementType;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Node;
import io.xbarflow.quantize.graph.Stored;
import io.xbarflow.quantize.onnx.OnnxFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/** Builds a small float model with seeded weights, node by node, and images for it. */
public final class FloatModel {
  private final ImmutableList<Integer> dims;
  private final int opset;
  private final Random random;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Stored> stored = new LinkedHashMap<>();
  private final List<String> outputs = new ArrayList<>();
  private boolean openBatch;

  /** A model of input x, of dimensions 1 and {@code image}. */
  public FloatModel(int opset, long seed, Integer... image) {
    this.opset = opset;
    this.random = new Random(seed);
    this.dims = ImmutableList.<Integer>builder().add(1).add(image).build();
  }

  /** Stores seeded floats of about {@code size}. */
  public String weights(String name, double size, Integer... weightDims) {
    return store(name, Stored.ofReals(List.of(weightDims), i -> size * random.nextGaussian()));
  }

  /** Stores {@code tensor}. */
  public String store(String name, Stored tensor) {
    stored.put(name, tensor);
    return name;
  }

  /** Stores a list of int64. */
  public String longs(String name, long... values) {
    return store(
        name, Stored.ofIntegers(ElementType.INT64, ImmutableList.of(values.length), values));
  }

  /** Stores one float. */
  public String real(String name, float value) {
    return store(name, Stored.ofReals(ImmutableList.of(), value));
  }

  /** Adds a node; {@code inputs} and {@code output} are value names with commas between. */
  public FloatModel node(String opType, String inputs, String output, Attributes attributes) {
    nodes.add(
        new Node(
            opType.toLowerCase(Locale.ROOT) + "_" + nodes.size(),
            "",
            opType,
            ImmutableList.copyOf(Splitter.on(',').split(inputs)),
            ImmutableList.copyOf(Splitter.on(',').split(output)),
            attributes,
            Bounds.NONE));
    return this;
  }

  /** Adds a node without attributes. */
  public FloatModel node(String opType, String inputs, String output) {
    return node(opType, inputs, output, Attributes.NONE);
  }

  /** Adds a square convolution with bias that keeps the map's size when its stride is 1. */
  public FloatModel conv(String from, String to, int in, int out, int kernel, int stride) {
    return conv(from, to, in, out, kernel, stride, 1);
  }

  /** Adds a convolution in groups. */
  public FloatModel conv(
      String from, String to, int in, int out, int kernel, int stride, int groups) {
    int fanIn = in / groups * kernel * kernel;
    weights(to + "_w", Math.sqrt(1.5 / fanIn), out, in / groups, kernel, kernel);
    weights(to + "_b", 0.2, out);
    return node(
        "Conv",
        from + "," + to + "_w," + to + "_b",
        to,
        Attributes.of("kernel_shape", List.of(kernel, kernel))
            .with("strides", List.of(stride, stride))
            .with("pads", List.of(kernel / 2, kernel / 2, kernel / 2, kernel / 2))
            .with("group", groups));
  }

  /** Adds BatchNormalization whose factors differ much from channel to channel. */
  public FloatModel normalise(String from, String to, int channels) {
    store(
        to + "_gamma",
        Stored.ofReals(ImmutableList.of(channels), i -> 0.2 + 2 * random.nextDouble()));
    weights(to + "_beta", 0.5, channels);
    weights(to + "_mean", 0.5, channels);
    store(
        to + "_var",
        Stored.ofReals(ImmutableList.of(channels), i -> 0.1 + 2 * random.nextDouble()));
    return node(
        "BatchNormalization",
        String.join(",", from, to + "_gamma", to + "_beta", to + "_mean", to + "_var"),
        to);
  }

  /** Adds Gemm with a transposed matrix and bias. */
  public FloatModel gemm(String from, String to, int in, int out) {
    weights(to + "_w", Math.sqrt(1.5 / in), out, in);
    weights(to + "_b", 0.2, out);
    return node("Gemm", from + "," + to + "_w," + to + "_b", to, Attributes.of("transB", 1));
  }

  /** Adds a product with a matrix that is not transposed. */
  public FloatModel matmul(String from, String to, int in, int out) {
    weights(to + "_w", Math.sqrt(1.5 / in), in, out);
    return node("MatMul", from + "," + to + "_w", to);
  }

  /** Adds a convolution without bias and padding. */
  public FloatModel plainConv(String from, String to, int in, int out, int kernel) {
    weights(to + "_w", Math.sqrt(1.5 / (in * kernel * kernel)), out, in, kernel, kernel);
    return node("Conv", from + "," + to + "_w", to);
  }

  /** Stores int64 values under {@code name}. */
  public FloatModel with(String name, long... values) {
    longs(name, values);
    return this;
  }

  /** Stores one int64 without axes under {@code name}. */
  public FloatModel withPlace(String name, long value) {
    store(name, Stored.ofIntegers(ElementType.INT64, ImmutableList.of(), value));
    return this;
  }

  /** Stores seeded floats under {@code name}. */
  public FloatModel withWeights(String name, Integer... weightDims) {
    weights(name, 0.5, weightDims);
    return this;
  }

  /** Stores one float under {@code name}. */
  public FloatModel withReals(String name, float value) {
    real(name, value);
    return this;
  }

  /** Leaves the number of images open. */
  public FloatModel openBatch() {
    openBatch = true;
    return this;
  }

  /** Makes {@code value} a graph output. */
  public FloatModel output(String value) {
    outputs.add(value);
    return this;
  }

  /** The graph. */
  public Graph graph() {
    return new Graph(
        "float_model",
        opset,
        ImmutableList.of(
            new Graph.Port(
                "x",
                ElementType.FLOAT,
                ImmutableList.<Integer>builder()
                    .add(openBatch ? -1 : 1)
                    .addAll(dims.subList(1, dims.size()))
                    .build())),
        outputs.stream()
            .map(name -> new Graph.Port(name, ElementType.FLOAT, ImmutableList.of()))
            .collect(ImmutableList.toImmutableList()),
        ImmutableList.copyOf(nodes),
        ImmutableMap.copyOf(stored),
        ImmutableMap.of(),
        ImmutableMap.of());
  }

  /** Writes the model to {@code file}. */
  public Path write(Path file) throws IOException {
    return Files.write(file, OnnxFile.bytes(graph(), "test"));
  }

  /** Writes {@code count} seeded images to {@code file}. */
  public Path images(Path file, int count) {
    Random pixels = new Random(count);
    int size = dims.stream().reduce(1, (a, b) -> a * b);
    float[] values = new float[count * size];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) pixels.nextGaussian();
    }
    ImmutableList.Builder<Integer> shape = ImmutableList.builder();
    shape.add(count).addAll(dims.subList(1, dims.size()));
    NpyFile.write(file, ImageBatch.ofFloats(shape.build(), values));
    return file;
  }
}
