package io.xbarflow.testbench;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.hash.Hashing;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Patch;
import io.xbarflow.core.mapping.StreamOrder;
import io.xbarflow.core.mapping.Tiling;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Int8Array;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.network.Window;
import io.xbarflow.mapper.LayerPlan;
import io.xbarflow.mapper.Plan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A small random network and a random architecture, the same for the same seed. Scales are such
 * that outputs spread over their range whatever the weights.
 */
final class RandomDesign {
  private static final int MOST_LAYERS = 7;

  /** Macros of a layer, more of which only take long to simulate. */
  private static final int MOST_MACROS = 10;

  /** Seeds from here on also draw kernels of up to 7 rows and columns. */
  private static final long LARGE_KERNELS = 1000;

  private final long seed;
  private final Random random;
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final List<Layer> layers = new ArrayList<>();
  private final List<HostTensor> inputs = new ArrayList<>();
  private final boolean signed; // QLinearAdd wants one type
  private final boolean exactScales; // powers of two give exact ties
  private final boolean separateWindows; // of pools, so that they keep partial results
  private final boolean openWindows; // of pools that can keep partial results, overlapping or not
  private String last = "";

  private RandomDesign(long seed) {
    this.seed = seed;
    this.random = new Random(seed * 0x9e3779b97f4a7c15L);
    this.signed = chance(60);
    this.exactScales = chance(25);
    this.separateWindows = seed % 8 == 3;
    this.openWindows = seed % 8 == 7;
  }

  /** The network of {@code seed}. */
  static Network network(long seed) {
    return new RandomDesign(seed).build();
  }

  /** Another network of {@code seed}, in which branches of one tensor are concatenated. */
  static Network networkWithConcatenations(long seed) {
    return new RandomDesign(seed).buildConcatenations();
  }

  /**
   * Concatenations side by side: branches of unequal depth with a layer behind them, a tensor with
   * itself, and that with another input.
   */
  static Network concatenations() {
    return new RandomDesign(1).sideBySide();
  }

  /** The architecture of {@code seed}, with macros that hold a kernel of {@code network}. */
  static Architecture architecture(long seed, Network network) {
    Random random = new Random(~seed * 0x9e3779b97f4a7c15L);
    int[] cycles = {1, 2, 3, 8, 13};
    int[][] macros = {{16, 8}, {32, 16}, {20, 5}, {64, 64}, {256, 256}};
    int[] macro = macros[random.nextInt(macros.length)];
    int rows = macro[0];
    for (Layer layer : network.layers()) {
      if (layer instanceof Layer.Convolution convolution) {
        rows = Math.max(rows, convolution.window().taps());
      }
    }
    return Architectures.named("default")
        .withMvmCycles(cycles[random.nextInt(cycles.length)])
        .withCrossbar(rows, macro[1])
        .withReach(1 + random.nextInt(3));
  }

  /**
   * Random decisions for the layers of {@code network}: patches, copies, memory policies. Layers
   * that would need very many macros keep one pixel per MVM.
   */
  static Plan plan(long seed, Network network, Architecture architecture) {
    Random random = new Random((seed + 77) * 0xd1342543de82ef95L);
    ActivationMemoryPolicy[] policies = ActivationMemoryPolicy.values();
    boolean onePolicy = random.nextInt(100) < 50;
    ActivationMemoryPolicy common = policies[Math.max(0, random.nextInt(5) - 2)];
    ImmutableMap.Builder<String, LayerPlan> layers = ImmutableMap.builder();
    for (Layer layer : network.layers()) {
      Patch patch = Patch.SINGLE;
      int copies = 1;
      if (layer instanceof Layer.Convolution convolution) {
        Shape output = network.tensorsByName().get(layer.output()).shape();
        Patch wanted =
            new Patch(
                1 + random.nextInt(Math.min(4, output.height())),
                1 + random.nextInt(Math.min(6, output.width())));
        int many = 1 + random.nextInt(random.nextInt(100) < 60 ? 1 : 4);
        long macros =
            many
                * Tiling.of(
                        convolution,
                        wanted,
                        architecture.crossbarRows(),
                        architecture.crossbarColumns())
                    .macros();
        if (random.nextInt(100) < 75 && macros <= MOST_MACROS) {
          patch = wanted;
          copies = many;
        }
      }
      ActivationMemoryPolicy own = policies[random.nextInt(policies.length)];
      layers.put(layer.name(), new LayerPlan(patch, copies, onePolicy ? common : own));
    }
    return new Plan(layers.buildOrThrow());
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private int between(int low, int high) {
    return low + random.nextInt(high - low + 1);
  }

  private Network build() {
    int height = chance(15) ? 1 : between(2, 9);
    int width = chance(15) ? 1 : between(2, 9);
    Shape shape = new Shape(between(1, 8), height, width);
    last = input(shape);
    if (chance(15)) {
      add(last, input(shape));
    }
    String middle = "";
    int steps = between(2, 4);
    for (int i = 0; i < steps && layers.size() < MOST_LAYERS; i++) {
      step();
      if (i == 0 && chance(20)) {
        middle = last;
      }
    }
    end();
    return network("random_" + seed, last, middle);
  }

  private Network buildConcatenations() {
    Shape shape = new Shape(between(1, 8), between(1, 9), between(1, 9));
    String first = input(shape);
    if (chance(25)) {
      concatenate(List.of(first, input(new Shape(between(1, 6), shape.height(), shape.width()))));
    }
    if (chance(50)) {
      step();
    }
    branches();
    String middle = chance(30) ? last : "";
    if (chance(60)) {
      step();
    }
    if (chance(40)) {
      branches();
    }
    end();
    return network("random_concatenations_" + seed, last, middle);
  }

  private Network sideBySide() {
    Window single = Window.frame(1, 1);
    Window three = new Window(3, 3, 1, 1, 1, 1, 1, 1, 1, 1);
    Window five = new Window(5, 5, 1, 1, 2, 2, 2, 2, 1, 1);
    String x = input(new Shape(6, 7, 9));
    String a = convolution(x, single, 8);
    String b = convolution(convolution(x, single, 4), three, 8);
    String c = convolution(convolution(convolution(x, single, 2), five, 4), three, 4);
    String d = convolution(maxPool(x, three), single, 4);
    String joined = concatenate(List.of(a, b, c, d));
    String behind = convolution(joined, new Window(3, 3, 2, 2, 1, 1, 1, 1, 1, 1), 5);
    String itself = concatenate(List.of(x, x));
    String another = concatenate(List.of(input(new Shape(4, 7, 9)), itself, x));
    return network("concatenations", joined, behind, itself, another);
  }

  /** A network for every core type: a depthwise layer, windows, a single pixel, a shortcut. */
  static Network forEveryCoreType() {
    return new RandomDesign(5).withDepthwiseLayer();
  }

  /**
   * Convolutions whose inputs lie all above, all below and on both sides of their zero points; the
   * last one's are signed.
   */
  static Network withExtremeZeroPoints() {
    return new RandomDesign(5).extremeZeroPoints();
  }

  private Network extremeZeroPoints() {
    ImmutableList.Builder<String> outputs = ImmutableList.builder();
    for (Quantisation quantisation :
        List.of(
            new Quantisation(0.03f, 0, false),
            new Quantisation(0.03f, 255, false),
            new Quantisation(0.03f, 0, true))) {
      String x = input(new Shape(3, 3, 4), quantisation);
      outputs.add(convolution(x, Window.frame(1, 1), 5, 1));
    }
    return network("extreme_zero_points", outputs.build().toArray(String[]::new));
  }

  /** So many layers on maps of one pixel that images of as many are on their way at once. */
  static Network deep(int layers) {
    return new RandomDesign(5).points(layers);
  }

  private Network points(int layers) {
    input(new Shape(4, 1, 1));
    for (int layer = 0; layer < layers; layer++) {
      convolution(last, Window.frame(1, 1), 4, 1);
    }
    return network("deep", last);
  }

  private Network withDepthwiseLayer() {
    Window single = Window.frame(1, 1);
    Window three = new Window(3, 3, 1, 1, 1, 1, 1, 1, 1, 1);
    String x = convolution(input(new Shape(4, 6, 7)), three, 6, 1);
    String shortcut = convolution(convolution(x, three, 6, 6), single, 8, 1);
    add(shortcut, convolution(shortcut, three, 8, 1));
    convolution(last, new Window(3, 3, 2, 2, 1, 1, 1, 1, 1, 1), 5, 1);
    return network("every_core_type", last, shortcut);
  }

  private Network network(String model, String... outputs) {
    return new Network(
        model,
        Hashing.sha256().hashUnencodedChars(model).toString(),
        ImmutableList.copyOf(tensors.values()),
        ImmutableList.copyOf(layers),
        ImmutableList.copyOf(inputs),
        Arrays.stream(outputs)
            .filter(output -> !output.isEmpty())
            .distinct()
            .map(this::host)
            .collect(ImmutableList.toImmutableList()));
  }

  private void step() {
    switch (between(0, 9)) {
      case 0, 1, 2 -> convolution(last, anyWindow(shape(last)), between(1, 12));
      case 3 -> identity();
      case 4 -> projection();
      case 5 -> threeReaders();
      case 6, 7 -> pool();
      case 8 -> addConstant();
      default -> lookup();
    }
  }

  private void end() {
    if (chance(20)) {
      globalAveragePool();
    }
    if (chance(40)) {
      Shape map = shape(last);
      convolution(last, Window.frame(map.height(), map.width()), between(1, 12));
      if (chance(50)) {
        convolution(last, Window.frame(1, 1), between(1, 10));
      }
    }
  }

  /** Around one to three convolutions that keep the shape. */
  private void identity() {
    String from = last;
    int channels = shape(from).channels();
    int depth = between(1, 3);
    for (int i = 0; i < depth; i++) {
      convolution(last, sameWindow(), i == depth - 1 ? channels : between(1, 8));
    }
    if (chance(50)) {
      add(from, last);
    } else {
      add(last, from);
    }
  }

  /** Two branches of one stride, one of them a 1 x 1 kernel. */
  private void projection() {
    String from = last;
    int stride = between(1, 2);
    int channels = between(1, 10);
    Window window = sameWindow();
    String a =
        convolution(
            from,
            new Window(
                window.kernelHeight(),
                window.kernelWidth(),
                stride,
                stride,
                window.padTop(),
                window.padLeft(),
                window.padBottom(),
                window.padRight(),
                window.dilationHeight(),
                window.dilationWidth()),
            chance(50) ? channels : between(1, 8));
    if (shape(a).channels() != channels || chance(50)) {
      a = convolution(a, sameWindow(), channels);
    }
    String b = convolution(from, new Window(1, 1, stride, stride, 0, 0, 0, 0, 1, 1), channels);
    if (chance(50)) {
      add(a, b);
    } else {
      add(b, a);
    }
  }

  /** Two branches of any kernels, added to each other and to what they read. */
  private void threeReaders() {
    String from = last;
    int channels = shape(from).channels();
    String a = convolution(from, sameWindow(), channels);
    String b = convolution(from, sameWindow(), channels);
    add(a, b);
    add(last, from);
  }

  /** Two to four branches of any depth, one of them perhaps the tensor itself, side by side. */
  private void branches() {
    String from = last;
    int factor = between(1, 4);
    List<String> operands = new ArrayList<>();
    int count = between(2, 4);
    for (int i = 0; i < count; i++) {
      operands.add(branch(from, factor * between(1, 3)));
    }
    concatenate(operands);
  }

  private String branch(String from, int channels) {
    return switch (between(0, 5)) {
      case 0 -> from;
      case 1 -> convolution(from, Window.frame(1, 1), channels);
      case 2, 3 -> convolution(from, sameWindow(), channels);
      case 4 -> convolution(convolution(from, sameWindow(), 3), sameWindow(), channels);
      default -> {
        Window window;
        do {
          window = sameWindow();
        } while (window.dilationHeight() > 1);
        yield maxPool(from, window);
      }
    };
  }

  /** Joins {@code operands}; those of another quantisation than the result's go through a table. */
  private String concatenate(List<String> operands) {
    Quantisation y = chance(50) ? quantisation(operands.get(0)) : anyQuantisation();
    ImmutableList.Builder<String> joined = ImmutableList.builder();
    int channels = 0;
    for (String operand : operands) {
      joined.add(quantisation(operand).equals(y) ? operand : lookup(operand, y));
      channels += shape(operand).channels();
    }
    Shape map = shape(operands.get(0));
    String name = next("concat");
    layers.add(new Layer.Concat(name, joined.build(), name + "_out"));
    return write(name + "_out", new Shape(channels, map.height(), map.width()), y);
  }

  private Shape shape(String tensor) {
    return tensors.get(tensor).shape();
  }

  private Quantisation quantisation(String tensor) {
    return tensors.get(tensor).quantisation();
  }

  private float scale(double about) {
    double scale = about * Math.exp(random.nextGaussian() * 0.3);
    return exactScales
        ? (float) Math.pow(2, Math.rint(Math.log(scale) / Math.log(2)))
        : (float) scale;
  }

  private Quantisation anyQuantisation() {
    int middle = signed ? 0 : 128;
    int zero =
        switch (between(0, 5)) {
          case 0 -> middle - 128;
          case 1 -> middle - 128 + random.nextInt(256);
          case 2, 3 -> middle;
          default -> middle + between(-60, 60);
        };
    return new Quantisation(scale(0.03), zero, signed);
  }

  private String write(String name, Shape shape, Quantisation quantisation) {
    tensors.put(name, new Tensor(name, shape, quantisation));
    last = name;
    return name;
  }

  private String next(String kind) {
    return kind + "_" + (layers.size() + 1);
  }

  private String input(Shape shape) {
    return input(shape, anyQuantisation());
  }

  private String input(Shape shape, Quantisation quantisation) {
    String name = "input_" + (inputs.size() + 1);
    write(name, shape, quantisation);
    inputs.add(host(name));
    return name;
  }

  private HostTensor host(String tensor) {
    return host(tensors.get(tensor));
  }

  /** {@code tensor} at the chip's edge, as it is inside. */
  static HostTensor host(Tensor tensor) {
    Shape shape = tensor.shape();
    return new HostTensor(
        tensor.name(),
        tensor.name(),
        ImmutableList.of(shape.channels(), shape.height(), shape.width()),
        false,
        false);
  }

  /** Kernel, stride, dilation and padding as they come, as long as an output pixel is left. */
  private Window anyWindow(Shape map) {
    int[] vertical = axis(map.height());
    int[] horizontal = axis(map.width());
    return new Window(
        vertical[0],
        horizontal[0],
        vertical[1],
        horizontal[1],
        vertical[2],
        horizontal[2],
        vertical[3],
        horizontal[3],
        vertical[4],
        horizontal[4]);
  }

  /** Kernel, stride, padding before and behind, dilation. */
  private int[] axis(int size) {
    while (true) {
      int kernel = between(1, seed >= LARGE_KERNELS ? 7 : 5);
      int stride = chance(60) ? 1 : between(2, 3);
      int dilation = chance(80) ? 1 : 2;
      int extent = (kernel - 1) * dilation + 1;
      int before = chance(50) ? 0 : random.nextInt(extent);
      int behind = chance(50) ? before : random.nextInt(extent);
      if (size + before + behind >= extent) {
        return new int[] {kernel, stride, before, behind, dilation};
      }
    }
  }

  /** A window of stride 1 that keeps the map's size. */
  private Window sameWindow() {
    int kernelHeight = between(1, 4);
    int kernelWidth = chance(50) ? kernelHeight : between(1, 4);
    int dilation = chance(85) ? 1 : 2;
    int vertical = (kernelHeight - 1) * dilation;
    int horizontal = (kernelWidth - 1) * dilation;
    int top = chance(50) ? vertical / 2 : (vertical + 1) / 2;
    int left = chance(50) ? horizontal / 2 : (horizontal + 1) / 2;
    return new Window(
        kernelHeight,
        kernelWidth,
        1,
        1,
        top,
        left,
        vertical - top,
        horizontal - left,
        dilation,
        dilation);
  }

  private static Shape outputShape(Shape input, Window window, int channels) {
    return new Shape(
        channels,
        (input.height() + window.padTop() + window.padBottom() - window.extentHeight())
                / window.strideHeight()
            + 1,
        (input.width() + window.padLeft() + window.padRight() - window.extentWidth())
                / window.strideWidth()
            + 1);
  }

  private String convolution(String from, Window window, int outputChannels) {
    Shape input = shape(from);
    int groups = 1;
    if (chance(25)) {
      for (int divisor : new int[] {12, 8, 6, 5, 4, 3, 2}) {
        if (input.channels() % divisor == 0 && outputChannels % divisor == 0 && groups == 1) {
          groups = divisor;
        }
      }
    }
    return convolution(from, window, outputChannels, groups);
  }

  private String convolution(String from, Window window, int outputChannels, int groups) {
    Shape input = shape(from);
    int terms = input.channels() / groups * window.taps();
    byte[] weights = new byte[outputChannels * terms];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (byte) (chance(5) ? (chance(50) ? -128 : 127) : between(-127, 127));
    }
    // Values of a spread input lie about 70 from its zero point, weights about 73 from 0.
    double spread = 70 * 73 * Math.sqrt(terms);
    Quantisation x = quantisation(from);
    Quantisation y = anyQuantisation();
    double multiplier = 70 / spread;
    boolean perChannel = chance(60);
    List<Float> scales = new ArrayList<>();
    for (int o = 0; o < (perChannel ? outputChannels : 1); o++) {
      scales.add(scale(multiplier * y.scale() / x.scale() * (perChannel ? 1 + o % 3 : 1)));
    }
    List<Integer> bias = new ArrayList<>();
    for (int o = 0; o < outputChannels; o++) {
      bias.add((int) (random.nextGaussian() * spread * 0.5));
    }
    boolean clamped = chance(40);
    int low = clamped && chance(70) ? between(y.min(), y.min() + 150) : y.min();
    int high = clamped && chance(50) ? between(low, y.max()) : y.max();
    String name = next("conv");
    String output = name + "_out";
    layers.add(
        new Layer.Convolution(
            name,
            from,
            output,
            window,
            groups,
            Int8Array.copyOf(weights),
            ImmutableList.copyOf(scales),
            ImmutableList.copyOf(bias),
            low,
            high));
    return write(output, outputShape(input, window, outputChannels), y);
  }

  private void pool() {
    String from = last;
    Shape input = shape(from);
    Window window;
    do {
      window = separateWindows ? separateWindow(input) : anyWindow(input);
    } while ((window.dilationHeight() * window.dilationWidth() > 1
            && (window.padded() || chance(50)))
        || (openWindows && !keepsResults(input, window)));
    maxPool(from, window);
  }

  private static boolean keepsResults(Shape input, Window window) {
    return Block.RowPool.canCompute(
        new Layer.Pool("pool", "x", "y", window, Layer.Pool.Kind.MAX, false),
        input,
        outputShape(input, window, input.channels()),
        StreamOrder.RASTER);
  }

  private String maxPool(String from, Window window) {
    Shape input = shape(from);
    String name = next("pool");
    layers.add(new Layer.Pool(name, from, name + "_out", window, Layer.Pool.Kind.MAX, false));
    return write(name + "_out", outputShape(input, window, input.channels()), quantisation(from));
  }

  /** A kernel equal to its strides without padding, larger than one tap where the map is. */
  private Window separateWindow(Shape map) {
    int height = between(1, Math.min(3, map.height()));
    int width = between(height == 1 ? Math.min(2, map.width()) : 1, Math.min(3, map.width()));
    return new Window(height, width, height, width, 0, 0, 0, 0, 1, 1);
  }

  private void globalAveragePool() {
    String from = last;
    Quantisation x = quantisation(from);
    Quantisation y = new Quantisation(scale(x.scale() / 3), signed ? 0 : 128, signed);
    String name = next("average");
    layers.add(new Layer.GlobalAveragePool(name, from, name + "_out"));
    write(name + "_out", new Shape(shape(from).channels(), 1, 1), y);
  }

  private void add(String a, String b) {
    Quantisation y =
        new Quantisation(
            scale(quantisation(a).scale() + quantisation(b).scale()), signed ? 3 : 120, signed);
    boolean clamped = chance(30);
    String name = next("add");
    layers.add(
        new Layer.Add(name, a, b, name + "_out", clamped ? y.zeroPoint() : y.min(), y.max()));
    write(name + "_out", shape(a), y);
  }

  private void addConstant() {
    String from = last;
    Quantisation x = quantisation(from);
    Quantisation constant = new Quantisation(scale(0.03), signed ? -5 : 131, signed);
    List<Integer> values = new ArrayList<>();
    for (int channel = 0; channel < shape(from).channels(); channel++) {
      values.add(between(constant.min(), constant.max()));
    }
    Quantisation y =
        new Quantisation(scale(x.scale() + constant.scale()), signed ? 0 : 128, signed);
    String name = next("shift");
    layers.add(
        new Layer.AddConstant(
            name,
            from,
            ImmutableList.copyOf(values),
            constant,
            chance(50),
            name + "_out",
            y.min(),
            chance(50) ? y.max() : y.max() - 20));
    write(name + "_out", shape(from), y);
  }

  private void lookup() {
    lookup(last, anyQuantisation());
  }

  private String lookup(String from, Quantisation y) {
    List<Integer> table = new ArrayList<>();
    for (int i = 0; i < 256; i++) {
      table.add(between(y.min(), y.max()));
    }
    String name = next("table");
    layers.add(new Layer.Lookup(name, from, name + "_out", ImmutableList.copyOf(table)));
    return write(name + "_out", shape(from), y);
  }
}
