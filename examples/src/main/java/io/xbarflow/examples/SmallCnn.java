package io.xbarflow.examples;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.tensor.ImageBatch;

/**
 * A small QOperator network of uint8 activations: two 3x3 convolutions, each with a Relu (zero
 * point 0 cuts off what is negative) and a max pool, then a fully connected layer.
 */
final class SmallCnn {
  private static final int SIZE = 16;

  private SmallCnn() {}

  static byte[] model() {
    SeededWeights seeded = new SeededWeights(1);
    OnnxWriter graph = new OnnxWriter("small_cnn");
    graph.input("image", OnnxWriter.UINT8, 1, SIZE, SIZE);
    graph.output("logits", OnnxWriter.UINT8, 10);
    // A uniform uint8 image around zero point 128 has a standard deviation of 1 at this scale.
    double imageScale = 1 / 74.0;
    Activation image = activation(graph, "image", imageScale, 128);
    // Three standard deviations fill the range of a Relu's output.
    Activation conv1 = activation(graph, "conv1_out", 3 / 255.0, 0);
    Activation conv2 = activation(graph, "conv2_out", 2.1 / 255.0, 0);
    Activation logits = activation(graph, "logits", 3 / 255.0, 128);

    convolution(graph, seeded, "conv1", image, conv1, 1, 6, false);
    Activation pool1 = maxPool(graph, "pool1", conv1);
    convolution(graph, seeded, "conv2", pool1, conv2, 6, 8, true);
    Activation pool2 = maxPool(graph, "pool2", conv2);
    String flat =
        graph.node(
            "",
            "Flatten",
            "flatten",
            ImmutableList.of(pool2.name()),
            "flat",
            OnnxWriter.integer("axis", 1));
    int inputs = 8 * (SIZE / 4) * (SIZE / 4);
    float[] scale = {(float) (1 / (SeededWeights.WEIGHT_RMS * Math.sqrt(inputs)))};
    graph.node(
        "com.microsoft",
        "QGemm",
        "fc",
        ImmutableList.of(
            flat,
            pool2.scale(),
            pool2.zeroPoint(),
            graph.bytes("fc_w", OnnxWriter.INT8, seeded.weights(10 * inputs), 10, inputs),
            graph.floats("fc_w_scale", scale),
            graph.bytes("fc_w_zero_point", OnnxWriter.INT8, new byte[1]),
            graph.ints("fc_b", seeded.biases(scale, 10, pool2.step(), 1), 10),
            logits.scale(),
            logits.zeroPoint()),
        logits.name(),
        OnnxWriter.integer("transB", 1));
    return graph.model(13, true);
  }

  /** Three images. */
  static ImageBatch input() {
    int[] values = new SeededWeights(11).integers(3 * SIZE * SIZE, 0, 255);
    return ImageBatch.ofIntegers(false, ImmutableList.of(3, 1, SIZE, SIZE), values);
  }

  private record Activation(String name, String scale, String zeroPoint, float step) {}

  private static Activation activation(OnnxWriter graph, String name, double scale, int zero) {
    return new Activation(
        name,
        graph.floats(name + "_scale", new float[] {(float) scale}),
        graph.bytes(name + "_zero_point", OnnxWriter.UINT8, new byte[] {(byte) zero}),
        (float) scale);
  }

  private static void convolution(
      OnnxWriter graph,
      SeededWeights seeded,
      String name,
      Activation from,
      Activation to,
      int inputs,
      int outputs,
      boolean perChannel) {
    float[] scales = seeded.scales(perChannel ? outputs : 1, inputs * 9);
    int[] scaleDims = perChannel ? new int[] {outputs} : new int[0];
    graph.node(
        "",
        "QLinearConv",
        name,
        ImmutableList.of(
            from.name(),
            from.scale(),
            from.zeroPoint(),
            graph.bytes(
                name + "_w",
                OnnxWriter.INT8,
                seeded.weights(outputs * inputs * 9),
                outputs,
                inputs,
                3,
                3),
            graph.floats(name + "_w_scale", scales, scaleDims),
            graph.bytes(
                name + "_w_zero_point", OnnxWriter.INT8, new byte[scales.length], scaleDims),
            to.scale(),
            to.zeroPoint(),
            graph.ints(name + "_b", seeded.biases(scales, outputs, from.step(), 1), outputs)),
        to.name(),
        OnnxWriter.integers("kernel_shape", 3, 3),
        OnnxWriter.integers("pads", 1, 1, 1, 1));
  }

  private static Activation maxPool(OnnxWriter graph, String name, Activation from) {
    String output =
        graph.node(
            "",
            "MaxPool",
            name,
            ImmutableList.of(from.name()),
            name + "_out",
            OnnxWriter.integers("kernel_shape", 2, 2),
            OnnxWriter.integers("strides", 2, 2));
    return new Activation(output, from.scale(), from.zeroPoint(), from.step());
  }
}
