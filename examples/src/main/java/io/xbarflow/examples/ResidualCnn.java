package io.xbarflow.examples;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.tensor.ImageBatch;

/**
 * A residual QDQ network of int8 activations in standard opset 13 operators: a stem, a block around
 * an identity, a block around a strided 1x1 projection, global average pooling and a fully
 * connected layer; float in, probabilities out.
 */
final class ResidualCnn {
  private static final int SIZE = 16;

  /** Zero point of a Relu's output, which uses the whole range for values from 0 on. */
  private static final int RELU_ZERO = -128;

  private final OnnxWriter graph = new OnnxWriter("residual_cnn");
  private final SeededWeights seeded = new SeededWeights(2);

  private ResidualCnn() {}

  /**
   * A quantised activation.
   *
   * @param name quantised value
   * @param real its DequantizeLinear
   * @param scale step
   * @param rms root mean square of the real values
   */
  private record Activation(String name, String real, float scale, double rms) {}

  static byte[] model() {
    return new ResidualCnn().build();
  }

  /** Three images. */
  static ImageBatch input() {
    float[] values = new SeededWeights(12).reals(3 * 3 * SIZE * SIZE);
    return ImageBatch.ofFloats(ImmutableList.of(3, 3, SIZE, SIZE), values);
  }

  private byte[] build() {
    graph.input("image", OnnxWriter.FLOAT, 3, SIZE, SIZE);
    graph.output("logits", OnnxWriter.FLOAT, 10);
    graph.output("prob", OnnxWriter.FLOAT, 10);
    Activation image = quantised("image", "image", 1 / 127.0, 0, 0.577);

    Activation stem = convolution("stem", image, 3, 8, 3, 1, true);

    Activation first = convolution("block1_conv1", stem, 8, 8, 3, 1, true);
    Activation second = convolution("block1_conv2", first, 8, 8, 3, 1, false);
    Activation block1 = sum("block1_add", stem, second);

    Activation third = convolution("block2_conv1", block1, 8, 16, 3, 2, true);
    Activation fourth = convolution("block2_conv2", third, 16, 16, 3, 1, false);
    Activation projection = convolution("block2_projection", block1, 8, 16, 1, 2, false);
    Activation block2 = sum("block2_add", projection, fourth);

    // The mean of a Relu's output is about half its root mean square; the mean over a map varies
    // little around it.
    double mean = 0.57 * block2.rms();
    graph.node("", "GlobalAveragePool", "average", ImmutableList.of(block2.real()), "average_f");
    Activation average = quantised("average", "average_f", 2.5 * mean / 255, RELU_ZERO, mean);
    graph.node(
        "",
        "Flatten",
        "flatten",
        ImmutableList.of(average.real()),
        "flat",
        OnnxWriter.integer("axis", 1));
    float[] scales = seeded.scales(1, 16);
    graph.node(
        "",
        "Gemm",
        "fc",
        ImmutableList.of("flat", weights("fc", scales, 10, 16), bias("fc", scales, 10, average)),
        "fc_f",
        OnnxWriter.integer("transB", 1));
    quantised("fc", "fc_f", 3 * average.rms() / 127, 0, average.rms());
    graph.node("", "DequantizeLinear", "fc_output", names("fc"), "logits");
    graph.node(
        "",
        "Softmax",
        "softmax",
        ImmutableList.of("logits"),
        "prob",
        OnnxWriter.integer("axis", 1));
    return graph.model(13, false);
  }

  private Activation convolution(
      String name, Activation from, int inputs, int outputs, int kernel, int stride, boolean relu) {
    float[] scales = seeded.scales(outputs, inputs * kernel * kernel);
    int pad = kernel / 2;
    graph.node(
        "",
        "Conv",
        name,
        ImmutableList.of(
            from.real(),
            weights(name, scales, outputs, inputs, kernel, kernel),
            bias(name, scales, outputs, from)),
        name + "_f",
        OnnxWriter.integers("kernel_shape", kernel, kernel),
        OnnxWriter.integers("pads", pad, pad, pad, pad),
        OnnxWriter.integers("strides", stride, stride));
    return relu
        ? rectified(name, from.rms())
        : quantised(name, name + "_f", 3 * from.rms() / 127, 0, from.rms());
  }

  private Activation sum(String name, Activation a, Activation b) {
    graph.node("", "Add", name, ImmutableList.of(a.real(), b.real()), name + "_f");
    return rectified(name, Math.sqrt(a.rms() * a.rms() + b.rms() * b.rms()));
  }

  private Activation rectified(String name, double sigma) {
    graph.node("", "Relu", name + "_relu", ImmutableList.of(name + "_f"), name + "_r");
    return quantised(name, name + "_r", 3 * sigma / 255, RELU_ZERO, sigma / Math.sqrt(2));
  }

  private Activation quantised(String name, String real, double scale, int zero, double rms) {
    graph.floats(name + "_scale", new float[] {(float) scale});
    graph.bytes(name + "_zero_point", OnnxWriter.INT8, new byte[] {(byte) zero});
    graph.node(
        "",
        "QuantizeLinear",
        name + "_quantize",
        ImmutableList.of(real, name + "_scale", name + "_zero_point"),
        name + "_q");
    if (!name.equals("fc")) {
      graph.node("", "DequantizeLinear", name + "_dequantize", names(name), name + "_dq");
    }
    return new Activation(name + "_q", name + "_dq", (float) scale, rms);
  }

  private static ImmutableList<String> names(String name) {
    return ImmutableList.of(name + "_q", name + "_scale", name + "_zero_point");
  }

  private String weights(String name, float[] scales, int... dims) {
    int count = 1;
    for (int dim : dims) {
      count *= dim;
    }
    int[] scaleDims = scales.length == 1 ? new int[0] : new int[] {scales.length};
    return graph.node(
        "",
        "DequantizeLinear",
        name + "_weight_dequantize",
        ImmutableList.of(
            graph.bytes(name + "_w", OnnxWriter.INT8, seeded.weights(count), dims),
            graph.floats(name + "_w_scale", scales, scaleDims),
            graph.bytes(
                name + "_w_zero_point", OnnxWriter.INT8, new byte[scales.length], scaleDims)),
        name + "_w_dq",
        OnnxWriter.integer("axis", 0));
  }

  private String bias(String name, float[] weightScales, int channels, Activation from) {
    float[] scales = new float[weightScales.length];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = from.scale() * weightScales[i];
    }
    int[] scaleDims = scales.length == 1 ? new int[0] : new int[] {scales.length};
    return graph.node(
        "",
        "DequantizeLinear",
        name + "_bias_dequantize",
        ImmutableList.of(
            graph.ints(
                name + "_b",
                seeded.biases(weightScales, channels, from.scale(), from.rms()),
                channels),
            graph.floats(name + "_b_scale", scales, scaleDims),
            graph.ints(name + "_b_zero_point", new int[scales.length], scaleDims)),
        name + "_b_dq",
        OnnxWriter.integer("axis", 0));
  }
}
