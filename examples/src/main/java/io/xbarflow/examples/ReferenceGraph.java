package io.xbarflow.examples;

import io.xbarflow.examples.IntegerGraph.Activation;
import io.xbarflow.examples.IntegerGraph.Weights;
import io.xbarflow.examples.IntegerGraph.Window;

/**
 * Builds one network from the building blocks of the reference networks. Scales follow the size of
 * the activations, so that no activation dies or saturates however deep the network is.
 */
final class ReferenceGraph {
  /** Standard deviations of a value that the uint8 range covers, on the positive side. */
  private static final double RANGE = 3;

  /**
   * Size of what a Relu leaves of a value that was added to another Relu's output: all of it where
   * that output is positive, half of its square in the half of the places where it is zero.
   */
  private static final double HALF_OF_HALF = Math.sqrt(0.75);

  private final IntegerGraph graph;
  private final boolean same;
  private final Map image;

  /**
   * An empty network over RGB images.
   *
   * @param same whether windows are padded as SAME_UPPER rather than alike on all sides
   * @param size rows and columns of the image
   */
  ReferenceGraph(String name, long seed, boolean same, int size) {
    this.graph = new IntegerGraph(name, seed);
    this.same = same;
    // A uniform uint8 image around zero point 128 has a standard deviation of 1 at this scale.
    image = new Map(graph.activation("image", 1 / 74.0, 128), 1, 3, size);
    graph.input(image.activation(), 3, size, size);
  }

  /**
   * A square feature map.
   *
   * @param activation its values
   * @param rms root mean square of the real values
   * @param channels channels
   * @param size rows and columns
   */
  record Map(Activation activation, double rms, int channels, int size) {
    private Map withRms(double value) {
      return new Map(activation, value, channels, size);
    }
  }

  /** The graph input. */
  Map image() {
    return image;
  }

  /** A convolution with as many output as input pixels by stride. */
  Map convolution(String name, Map from, int outputs, int kernel, int stride, boolean relu) {
    return convolution(name, from, outputs, 1, kernel, stride, relu);
  }

  /** A depthwise convolution with Relu. */
  Map depthwise(String name, Map from, int kernel, int stride) {
    return convolution(name, from, from.channels(), from.channels(), kernel, stride, true);
  }

  private Map convolution(
      String name, Map from, int outputs, int groups, int kernel, int stride, boolean relu) {
    Map to = map(name, from.rms(), relu, outputs, from.size() / stride);
    graph.convolution(
        name,
        from.activation(),
        to.activation(),
        same ? Window.same(kernel, stride) : Window.symmetric(kernel, stride),
        new Weights(outputs, from.channels() / groups, groups, true, from.rms()));
    return to;
  }

  /** A map of standard deviation {@code sigma} before its Relu. */
  private Map map(String name, double sigma, boolean relu, int channels, int size) {
    return relu
        ? new Map(
            graph.activation(name + "_out", RANGE * sigma / 255, 0),
            sigma / Math.sqrt(2),
            channels,
            size)
        : new Map(
            graph.activation(name + "_out", 2 * RANGE * sigma / 255, 128), sigma, channels, size);
  }

  /** Max pooling with stride 2. */
  Map maxPool(String name, Map from, int kernel) {
    Window window = new Window(kernel, 2, (kernel - 1) / 2, (kernel - 1) / 2);
    return new Map(
        graph.maxPool(name, from.activation(), window),
        from.rms(),
        from.channels(),
        from.size() / 2);
  }

  /**
   * Max pooling of a Relu's output; windows that leave the map at the lower or right border are
   * left out.
   */
  Map maxPool(String name, Map from, Window window) {
    // Root mean square of the greatest of 4 and of 9 normal values, beside that of Relu's output.
    double growth = window.kernel() == 2 ? 1.76 : 2.26;
    return new Map(
        graph.maxPool(name, from.activation(), window),
        growth * from.rms(),
        from.channels(),
        window.outputs(from.size()));
  }

  /** What goes around the convolutions of a block where the shape changes. */
  enum Shortcut {
    /** A 1x1 convolution. */
    PROJECTION,
    /** Every second pixel, with zeros for the channels that are new ("option A"). */
    IDENTITY
  }

  /** Two 3x3 convolutions around an identity, or around {@code change} where the shape changes. */
  Map basicBlock(String name, Map from, int outputs, int stride, Shortcut change) {
    Map first = convolution(name + "_conv1", from, outputs, 3, stride, true);
    Map second = convolution(name + "_conv2", first, outputs, 3, 1, false);
    Map shortcut =
        stride == 1 && outputs == from.channels()
            ? from
            : change == Shortcut.PROJECTION
                ? convolution(name + "_projection", from, outputs, 1, stride, false)
                : identity(name, from, stride);
    return sum(name + "_add", shortcut, second, true);
  }

  /**
   * Convolutions 1x1, 3x3 with the stride and 1x1 to four times the channels, around an identity or
   * a 1x1 projection where the shape changes.
   */
  Map bottleneck(String name, Map from, int width, int stride) {
    int outputs = 4 * width;
    Map first = convolution(name + "_conv1", from, width, 1, 1, true);
    Map second = convolution(name + "_conv2", first, width, 3, stride, true);
    Map third = convolution(name + "_conv3", second, outputs, 1, 1, false);
    Map shortcut =
        stride == 1 && outputs == from.channels()
            ? from
            : convolution(name + "_projection", from, outputs, 1, stride, false);
    Map sum = sum(name + "_add", shortcut, third, true);
    return shortcut == from ? sum.withRms(Math.hypot(from.rms(), HALF_OF_HALF * third.rms())) : sum;
  }

  /** The sum of two maps, rectified or not. */
  private Map sum(String name, Map a, Map b, boolean relu) {
    Map sum = map(name, Math.hypot(a.rms(), b.rms()), relu, b.channels(), b.size());
    graph.add(name, a.activation(), b.activation(), sum.activation());
    return sum;
  }

  /** Every {@code stride}-th pixel with twice the channels, the second half zero. */
  private Map identity(String name, Map from, int stride) {
    Activation pixels =
        graph.maxPool(name + "_subsample", from.activation(), new Window(1, stride, 0, 0));
    Activation zeros = graph.zeros(name + "_zeros", pixels);
    return new Map(
        graph.concatenate(name + "_identity", pixels, zeros),
        from.rms() / Math.sqrt(2),
        2 * from.channels(),
        from.size() / stride);
  }

  /** {@code layers} 3x3 convolutions and a 2x2 max pooling. */
  Map vggStage(int stage, Map from, int outputs, int layers) {
    Map map = from;
    for (int layer = 1; layer <= layers; layer++) {
      map = convolution("conv" + stage + "_" + layer, map, outputs, 3, 1, true);
    }
    return maxPool("pool" + stage, map, 2);
  }

  /** Global average pooling of a Relu's output. */
  Map globalAverage(Map from) {
    // The mean of a Relu's output is about half its root mean square and varies little.
    double mean = 0.57 * from.rms();
    Map average =
        new Map(graph.activation("average_out", 2.5 * mean / 255, 0), mean, from.channels(), 1);
    graph.globalAveragePool("average", from.activation(), average.activation());
    return average;
  }

  /** Fully connected layers, Relu between them, the last one the graph's output. */
  byte[] classify(Map from, int... outputs) {
    Activation input = graph.flatten("flatten", from.activation(), "flatten_out");
    int inputs = from.channels() * from.size() * from.size();
    double rms = from.rms();
    for (int layer = 1; layer < outputs.length; layer++) {
      Map hidden = map("fc" + layer, rms, true, outputs[layer - 1], 1);
      graph.fullyConnected(
          "fc" + layer, input, hidden.activation(), inputs, hidden.channels(), rms);
      input = hidden.activation();
      inputs = hidden.channels();
      rms = hidden.rms();
    }
    int classes = outputs[outputs.length - 1];
    Activation logits = graph.activation("logits", 2 * RANGE * rms / 255, 128);
    graph.fullyConnected("fc" + outputs.length, input, logits, inputs, classes, rms);
    graph.output(logits, classes);
    return graph.model();
  }
}
