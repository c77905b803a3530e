package io.xbarflow.mapper;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Int8Array;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.network.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Networks of known shape whose weights do not matter. */
final class Topologies {
  private static final Quantisation QUANTISATION = new Quantisation(0.05f, 0, true);

  private final List<Tensor> tensors = new ArrayList<>();
  private final List<Layer> layers = new ArrayList<>();
  private final String input;

  private Topologies(Shape shape) {
    input = tensor("input", shape);
  }

  private String tensor(String name, Shape shape) {
    tensors.add(new Tensor(name, shape, QUANTISATION));
    return name;
  }

  private Shape shape(String name) {
    return tensors.stream().filter(t -> t.name().equals(name)).findFirst().orElseThrow().shape();
  }

  private String convolution(String from, int channels, int kernel, int stride) {
    Shape in = shape(from);
    int pad = Math.max(0, kernel - stride);
    Window window =
        new Window(
            kernel, kernel, stride, stride, pad / 2, pad / 2, pad - pad / 2, pad - pad / 2, 1, 1);
    return convolution(
        from, new Shape(channels, in.height() / stride, in.width() / stride), window);
  }

  private String convolution(String from, Shape out, Window window) {
    return convolution(from, out, window, 1);
  }

  private String convolution(String from, Shape out, Window window, int groups) {
    String name = "conv" + layers.size();
    int weights = out.channels() * (shape(from).channels() / groups) * window.taps();
    layers.add(
        new Layer.Convolution(
            name,
            from,
            name + "_out",
            window,
            groups,
            Int8Array.copyOf(new byte[weights]),
            ImmutableList.of(0.01f),
            ImmutableList.copyOf(Collections.nCopies(out.channels(), 0)),
            -128,
            127));
    return tensor(name + "_out", out);
  }

  private String dense(String from, int channels) {
    Shape in = shape(from);
    return convolution(from, new Shape(channels, 1, 1), Window.frame(in.height(), in.width()));
  }

  private String add(String a, String b) {
    String name = "add" + layers.size();
    layers.add(new Layer.Add(name, a, b, name + "_out", -128, 127));
    return tensor(name + "_out", shape(a));
  }

  private String concat(String... operands) {
    String name = "concat" + layers.size();
    layers.add(new Layer.Concat(name, ImmutableList.copyOf(operands), name + "_out"));
    Shape first = shape(operands[0]);
    int channels = Arrays.stream(operands).mapToInt(operand -> shape(operand).channels()).sum();
    return tensor(name + "_out", new Shape(channels, first.height(), first.width()));
  }

  /** A square kernel with {@code pad} pixels on each side, as many outputs as fit. */
  private String padded(String from, int channels, int kernel, int stride, int pad, int groups) {
    Window window = new Window(kernel, kernel, stride, stride, pad, pad, pad, pad, 1, 1);
    return convolution(from, over(shape(from), channels, window), window, groups);
  }

  private static Shape over(Shape in, int channels, Window window) {
    return new Shape(
        channels,
        (in.height() + 2 * window.padTop() - window.kernelHeight()) / window.strideHeight() + 1,
        (in.width() + 2 * window.padLeft() - window.kernelWidth()) / window.strideWidth() + 1);
  }

  private String pool(String from) {
    return pool(from, new Window(2, 2, 2, 2, 0, 0, 0, 0, 1, 1));
  }

  private String pool(String from, Window window) {
    Shape in = shape(from);
    String name = "pool" + layers.size();
    layers.add(new Layer.Pool(name, from, name + "_out", window, Layer.Pool.Kind.MAX, false));
    return tensor(name + "_out", over(in, in.channels(), window));
  }

  private String globalAverage(String from) {
    String name = "average" + layers.size();
    layers.add(new Layer.GlobalAveragePool(name, from, name + "_out"));
    return tensor(name + "_out", new Shape(shape(from).channels(), 1, 1));
  }

  private Network network(String name, String... outputs) {
    return new Network(
        name,
        "0".repeat(64),
        ImmutableList.copyOf(tensors),
        ImmutableList.copyOf(layers),
        ImmutableList.of(host(input)),
        Arrays.stream(outputs).map(this::host).collect(ImmutableList.toImmutableList()));
  }

  private HostTensor host(String tensor) {
    Shape shape = shape(tensor);
    return new HostTensor(
        tensor,
        tensor,
        ImmutableList.of(shape.channels(), shape.height(), shape.width()),
        false,
        false);
  }

  /** ResNet-8 of MLPerf Tiny. */
  static Network resnet8() {
    Topologies t = new Topologies(new Shape(3, 32, 32));
    String x = t.convolution(t.input, 16, 3, 1);
    x = t.add(x, t.convolution(t.convolution(x, 16, 3, 1), 16, 3, 1));
    for (int channels : new int[] {32, 64}) {
      String longWay = t.convolution(t.convolution(x, channels, 3, 2), channels, 3, 1);
      x = t.add(t.convolution(x, channels, 1, 2), longWay);
    }
    return t.network("resnet8", t.dense(t.globalAverage(x), 10));
  }

  /** VGG-8 for CIFAR-10: six convolutions, three pools, two fully connected layers. */
  static Network vgg8() {
    Topologies t = new Topologies(new Shape(3, 32, 32));
    String x = t.input;
    for (int channels : new int[] {128, 256, 512}) {
      x = t.pool(t.convolution(t.convolution(x, channels, 3, 1), channels, 3, 1));
    }
    return t.network("vgg8", t.dense(t.dense(x, 1024), 10));
  }

  /** A convolution, a max pool, and a 1 x 1 convolution on its results. */
  static Network poolThenPointwise() {
    Topologies t = new Topologies(new Shape(4, 16, 16));
    String x = t.convolution(t.pool(t.convolution(t.input, 8, 3, 1)), 8, 1, 1);
    return t.network("pool_then_pointwise", x);
  }

  /** A stem of stride 2 that is the busiest layer, and two heads. */
  static Network stridedStem() {
    Topologies t = new Topologies(new Shape(1, 48, 48));
    String x = t.convolution(t.input, 8, 3, 2);
    String head = t.globalAverage(t.convolution(x, 8, 3, 2));
    String other = t.globalAverage(t.convolution(x, 8, 1, 2));
    return t.network("stride", t.dense(head, 4), t.dense(other, 2));
  }

  /** Windows of 4 x 4 pixels that do not overlap: 64 of them on 32 x 32 pixels. */
  static Network inputBound() {
    Topologies t = new Topologies(new Shape(3, 32, 32));
    return t.network("input bound", t.convolution(t.input, 8, 4, 4));
  }

  /** A 3 x 3 convolution without padding on 12 x 12 pixels of 16 channels. */
  static Network insideTheMap() {
    Topologies t = new Topologies(new Shape(16, 12, 12));
    Window window = new Window(3, 3, 1, 1, 0, 0, 0, 0, 1, 1);
    return t.network("inside", t.convolution(t.input, new Shape(16, 10, 10), window));
  }

  /** Branches of unequal length whose channels {@code a}, {@code b} and {@code c} are joined. */
  static Network inception(int a, int b, int c) {
    Topologies t = new Topologies(new Shape(3, 16, 16));
    String x = t.convolution(t.input, a, 3, 1);
    String longWay = t.convolution(t.convolution(x, 4, 3, 1), c, 3, 1);
    String joined = t.concat(x, t.convolution(x, b, 1, 1), longWay);
    return t.network("inception", t.convolution(joined, 8, 3, 1));
  }

  /** A convolution's input beside its output, on 16 x 16 pixels of 8 channels. */
  static Network denselyConnected() {
    Topologies t = new Topologies(new Shape(8, 16, 16));
    String x = t.convolution(t.input, 8, 3, 1);
    return t.network("dense block", t.concat(x, t.convolution(x, 8, 3, 1)));
  }

  /** The input, 2 channels of one pixel, beside itself. */
  static Network twice() {
    Topologies t = new Topologies(new Shape(2, 1, 1));
    return t.network("twice", t.concat(t.input, t.input));
  }

  /** Two 1 x 1 convolutions one behind the other: 4, 8 and 8 channels of 8 x 8 pixels. */
  static Network pointwiseTwice() {
    Topologies t = new Topologies(new Shape(4, 8, 8));
    return t.network("pointwise", t.convolution(t.convolution(t.input, 8, 1, 1), 8, 1, 1));
  }

  /** Depthwise, grouped and strided layers and an overlapping pool on maps of odd sizes. */
  static Network oddMaps() {
    Topologies t = new Topologies(new Shape(3, 23, 19));
    String x = t.padded(t.input, 8, 3, 1, 1, 1);
    x = t.padded(t.padded(x, 8, 3, 1, 1, 8), 12, 1, 1, 0, 1);
    x = t.pool(x, new Window(3, 3, 2, 2, 1, 1, 1, 1, 1, 1));
    x = t.padded(t.padded(x, 12, 3, 2, 1, 2), 16, 1, 1, 0, 1);
    return t.network("odd maps", t.dense(x, 10));
  }

  /** A convolution on the middle of what another one gives. */
  static Network cropped() {
    Topologies t = new Topologies(new Shape(3, 12, 12));
    String x = t.convolution(t.input, 8, 3, 1);
    t.layers.add(new Layer.Reframe("crop", x, "crop_out", 2, 2, 1, 1, 0));
    return t.network("cropped", t.convolution(t.tensor("crop_out", new Shape(8, 7, 9)), 8, 3, 1));
  }

  /** Networks of two convolutions for a search over all mappings, {@code kind} from 0 to 5. */
  static Network pair(int kind, Shape input) {
    Topologies t = new Topologies(input);
    return t.network("pair " + kind + " on " + input, t.pairOf(kind));
  }

  private String pairOf(int kind) {
    switch (kind) {
      case 0:
        return padded(padded(input, 3, 3, 1, 1, 1), 4, 1, 1, 0, 1);
      case 1: // a strided reader without a memory
        return padded(padded(input, 4, 3, 1, 1, 1), 4, 1, 2, 0, 1);
      case 2: // a skip
        String x = padded(input, 4, 1, 1, 0, 1);
        return add(x, padded(x, 4, 3, 1, 1, 1));
      case 3:
        return padded(pool(padded(input, 4, 3, 1, 1, 1)), 3, 1, 1, 0, 1);
      case 4:
        return padded(padded(input, 4, 1, 1, 0, 1), 4, 3, 1, 1, 4);
      default: // a skip around a layer without a memory
        String y = padded(input, 4, 2, 1, 0, 1);
        return add(padded(y, 4, 1, 1, 0, 1), y);
    }
  }

  /** One fully connected layer. */
  static Network dense() {
    Topologies t = new Topologies(new Shape(4, 1, 1));
    return t.network("dense", t.dense(t.input, 1));
  }
}
