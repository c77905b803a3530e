package io.xbarflow.examples;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.tensor.ImageBatch;
import io.xbarflow.examples.IntegerGraph.Activation;
import io.xbarflow.examples.IntegerGraph.Weights;
import io.xbarflow.examples.IntegerGraph.Window;

/**
 * A small QOperator network of uint8 activations: two 3x3 convolutions, each with a Relu (zero
 * point 0 cuts off what is negative) and a max pool, then a fully connected layer.
 */
final class SmallCnn {
  private static final int SIZE = 16;

  private static final Window KERNEL = Window.symmetric(3, 1);
  private static final Window HALF = new Window(2, 2, 0, 0);

  private SmallCnn() {}

  static byte[] model() {
    IntegerGraph graph = new IntegerGraph("small_cnn", 1);
    // A uniform uint8 image around zero point 128 has a standard deviation of 1 at this scale.
    double imageScale = 1 / 74.0;
    Activation image = graph.activation("image", imageScale, 128);
    // Three standard deviations fill the range of a Relu's output.
    Activation conv1 = graph.activation("conv1_out", 3 / 255.0, 0);
    Activation conv2 = graph.activation("conv2_out", 2.1 / 255.0, 0);
    Activation logits = graph.activation("logits", 3 / 255.0, 128);
    graph.input(image, 1, SIZE, SIZE);
    graph.output(logits, 10);

    graph.convolution("conv1", image, conv1, KERNEL, new Weights(6, 1, 1, false, 1));
    Activation pool1 = graph.maxPool("pool1", conv1, HALF);
    graph.convolution("conv2", pool1, conv2, KERNEL, new Weights(8, 6, 1, true, 1));
    Activation pool2 = graph.maxPool("pool2", conv2, HALF);
    Activation flat = graph.flatten("flatten", pool2, "flat");
    graph.fullyConnected("fc", flat, logits, 8 * (SIZE / 4) * (SIZE / 4), 10, 1);
    return graph.model();
  }

  /** Three images. */
  static ImageBatch input() {
    int[] values = new SeededWeights(11).integers(3 * SIZE * SIZE, 0, 255);
    return ImageBatch.ofIntegers(false, ImmutableList.of(3, 1, SIZE, SIZE), values);
  }
}
