package io.xbarflow.examples;

import com.google.common.collect.ImmutableList;
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

  /** Root mean square of the greatest of nine outputs of Relu, beside that of one. */
  static final double PEAK = 2.26;

  /** The same where neighbours are alike. */
  static final double ALIKE = 1.2;

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
    return convolution(name, from, outputs, 1, window(kernel, stride), relu);
  }

  /** A convolution with a window of its own and Relu. */
  Map convolution(String name, Map from, int outputs, Window window) {
    return convolution(name, from, outputs, 1, window, true);
  }

  /** A depthwise convolution with Relu. */
  Map depthwise(String name, Map from, int kernel, int stride) {
    int channels = from.channels();
    return convolution(name, from, channels, channels, window(kernel, stride), true);
  }

  private Window window(int kernel, int stride) {
    return same ? Window.same(kernel, stride) : Window.symmetric(kernel, stride);
  }

  private Map convolution(
      String name, Map from, int outputs, int groups, Window window, boolean relu) {
    Map to = map(name, from.rms(), relu, outputs, window.outputs(from.size()));
    graph.convolution(
        name,
        from.activation(),
        to.activation(),
        window,
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
   * Max pooling.
   *
   * @param growth root mean square of the result beside that of {@code from}; {@link #PEAK} where
   *     neighbours are independent, near 1 deep in a network, where they are alike
   */
  Map maxPool(String name, Map from, Window window, double growth) {
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
    boolean identity = stride == 1 && outputs == from.channels();
    Map shortcut =
        identity ? from : convolution(name + "_projection", from, outputs, 1, stride, false);
    Map sum = sum(name + "_add", shortcut, third, true);
    return identity ? sum.withRms(Math.hypot(from.rms(), HALF_OF_HALF * third.rms())) : sum;
  }

  /**
   * MobileNetV2's block: 1x1 to {@code expansion} times the channels, depthwise 3x3 with the
   * stride, 1x1 without Relu, around an identity where the shape stays.
   */
  Map invertedResidual(String name, Map from, int expansion, int outputs, int stride) {
    Map wide =
        expansion == 1
            ? from
            : convolution(name + "_expand", from, expansion * from.channels(), 1, 1, true);
    Map narrow =
        convolution(
            name + "_project",
            depthwise(name + "_depthwise", wide, 3, stride),
            outputs,
            1,
            1,
            false);
    return stride == 1 && outputs == from.channels()
        ? sum(name + "_add", from, narrow, false)
        : narrow;
  }

  /** SqueezeNet's module: 1x1 to {@code squeezed} channels, then 1x1 beside 3x3. */
  Map fire(String name, Map from, int squeezed, int expanded) {
    Map squeeze = convolution(name + "_squeeze", from, squeezed, 1, 1, true);
    return concatenate(
        name + "_concat",
        convolution(name + "_expand1x1", squeeze, expanded, 1, 1, true),
        convolution(name + "_expand3x3", squeeze, expanded, 3, 1, true));
  }

  /**
   * The output channels of GoogLeNet's four branches and the channels between their layers.
   *
   * @param direct 1x1
   * @param reduce3 1x1 before the 3x3
   * @param conv3 3x3
   * @param reduce5 1x1 before the 5x5
   * @param conv5 5x5
   * @param pooled 1x1 after the pooling
   */
  record Inception(int direct, int reduce3, int conv3, int reduce5, int conv5, int pooled) {}

  /** GoogLeNet's module: 1x1, 3x3 and 5x5 beside 3x3 max pooling with stride 1. */
  Map inception(String name, Map from, Inception channels) {
    Map direct = convolution(name + "_1x1", from, channels.direct(), 1, 1, true);
    Map reduce3 = convolution(name + "_3x3_reduce", from, channels.reduce3(), 1, 1, true);
    Map conv3 = convolution(name + "_3x3", reduce3, channels.conv3(), 3, 1, true);
    Map reduce5 = convolution(name + "_5x5_reduce", from, channels.reduce5(), 1, 1, true);
    Map conv5 = convolution(name + "_5x5", reduce5, channels.conv5(), 5, 1, true);
    Map pool = maxPool(name + "_pool", from, Window.symmetric(3, 1), ALIKE);
    Map pooled = convolution(name + "_pool_1x1", pool, channels.pooled(), 1, 1, true);
    return concatenate(name + "_concat", direct, conv3, conv5, pooled);
  }

  /** One map of the channels of all, quantised as the one of the greatest range. */
  private Map concatenate(String name, Map... maps) {
    Map widest = maps[0];
    int channels = 0;
    double squares = 0;
    ImmutableList.Builder<Activation> operands = ImmutableList.builder();
    for (Map map : maps) {
      widest = map.activation().step() > widest.activation().step() ? map : widest;
      channels += map.channels();
      squares += map.channels() * map.rms() * map.rms();
      operands.add(map.activation());
    }
    return new Map(
        graph.concatenate(name, widest.activation(), operands.build()),
        Math.sqrt(squares / channels),
        channels,
        widest.size());
  }

  /**
   * DenseNet's block: each layer is 1x1 to four times and 3x3 to {@code growth} channels, which are
   * appended to the layer's input. All of them have the scale of {@code from}, so that to append is
   * to leave the bytes as they are.
   */
  Map denseBlock(String name, Map from, int layers, int growth) {
    Map map = from;
    for (int layer = 1; layer <= layers; layer++) {
      String prefix = name + "_layer" + layer;
      Map bottleneck = convolution(prefix + "_conv1", map, 4 * growth, 1, 1, true);
      // The new channels fill the range that the block's scale gives them.
      double sigma = from.activation().step() * 255 / RANGE;
      Map fresh = map(prefix + "_conv2", sigma, true, growth, map.size());
      graph.convolution(
          prefix + "_conv2",
          bottleneck.activation(),
          fresh.activation(),
          window(3, 1),
          new Weights(
              growth, bottleneck.channels(), 1, true, bottleneck.rms(), sigma / bottleneck.rms()));
      map = concatenate(prefix + "_concat", map, fresh);
    }
    return map;
  }

  /** DenseNet's transition: 1x1 to half the channels, 2x2 average pooling. */
  Map transition(String name, Map from) {
    Map half = convolution(name + "_conv", from, from.channels() / 2, 1, 1, true);
    Window window = new Window(2, 2, 0, 0);
    // The mean of four values of a Relu's output has 0.7 times their root mean square.
    Map mean =
        map(
            name + "_pool",
            0.7 * Math.sqrt(2) * half.rms(),
            true,
            half.channels(),
            window.outputs(half.size()));
    graph.averagePool(name + "_pool", half.activation(), mean.activation(), window);
    return mean;
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
        graph.concatenate(name + "_identity", pixels, ImmutableList.of(pixels, zeros)),
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

  /** One vector per image, the graph's output. */
  byte[] output(Map from) {
    graph.output(graph.flatten("flatten", from.activation(), "logits"), from.channels());
    return graph.model();
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
