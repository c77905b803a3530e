package io.xbarflow.sim.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.Int8Array;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.network.Window;
import io.xbarflow.sim.golden.ConvolutionOperator.Method;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Every way to compute a convolution against the definition, on random and on extreme layers. */
final class ConvolutionMethodsTest {
  private static final int CASES = 400;

  private final Random random = new Random(5);

  /** A layer between two tensors. */
  private record Case(Layer.Convolution layer, Tensor input, Tensor output) {
    /** Operators for every way that fits the layer, and the one that is chosen. */
    Map<String, ConvolutionOperator> operators() {
      Map<String, ConvolutionOperator> operators = new TreeMap<>();
      operators.put("chosen", new ConvolutionOperator(layer, input, output));
      for (Method method : Method.values()) {
        boolean winograd = method.name().startsWith("WINOGRAD");
        if (method == Method.PIXELS || (layer.groups() == 1 && (!winograd || fitsWinograd()))) {
          operators.put(method.name(), new ConvolutionOperator(layer, input, output, method));
        }
      }
      return operators;
    }

    boolean fitsWinograd() {
      return Winograd.computes(layer);
    }

    /** The sums without the bias, straight from the definition. */
    long[] sums(int[] x) {
      Window window = layer.window();
      Shape in = input.shape();
      Shape out = output.shape();
      long[] sums = new long[out.size()];
      for (int i = 0; i < sums.length; i++) {
        int channel = i / out.pixels();
        int row = i % out.pixels() / out.width() * window.strideHeight() - window.padTop();
        int column = i % out.width() * window.strideWidth() - window.padLeft();
        for (int c = 0; c < in.channels(); c++) {
          for (int p = 0; p < window.kernelHeight(); p++) {
            for (int q = 0; q < window.kernelWidth(); q++) {
              int r = row + p * window.dilationHeight();
              int s = column + q * window.dilationWidth();
              if (r >= 0 && r < in.height() && s >= 0 && s < in.width()) {
                long value = x[(c * in.height() + r) * in.width() + s];
                sums[i] +=
                    (value - input.quantisation().zeroPoint()) * layer.weight(channel, c, p, q);
              }
            }
          }
        }
      }
      return sums;
    }

    /** The output, straight from the definition. */
    int[] output(int[] x) {
      long[] sums = sums(x);
      int[] y = new int[sums.length];
      for (int i = 0; i < y.length; i++) {
        int channel = i / output.shape().pixels();
        float product = input.quantisation().scale() * layer.weightScale(channel);
        float scale = product / output.quantisation().scale();
        double real = (float) (int) (sums[i] + layer.bias().get(channel)) * scale;
        double rounded = Math.rint(real) + output.quantisation().zeroPoint();
        y[i] = (int) Math.max(layer.clampMin(), Math.min(layer.clampMax(), rounded));
      }
      return y;
    }
  }

  @Test
  void equalTheDefinition() {
    Map<Method, Integer> counts = new EnumMap<>(Method.class);
    try (Workers two = new Workers(2);
        Workers three = new Workers(3)) {
      for (int i = 0; i < CASES; i++) {
        Case layer = randomCase(i);
        int[][][] images = new int[1 + random.nextInt(3)][1][];
        int[][] expected = new int[images.length][];
        for (int image = 0; image < images.length; image++) {
          images[image][0] = values(layer.input(), random.nextInt(3));
          expected[image] = layer.output(images[image][0]);
        }
        String about = "case " + i + " " + layer;
        layer
            .operators()
            .forEach(
                (name, operator) -> {
                  assertSame(expected, operator.apply(images, Workers.CALLER), name + about);
                  assertSame(expected, operator.apply(images, two), name + " two " + about);
                  assertSame(expected, operator.apply(images, three), name + " three " + about);
                  if (!name.equals("chosen")) {
                    counts.merge(Method.valueOf(name), 1, Integer::sum);
                  }
                });
      }
    }
    assertEquals(Method.values().length, counts.size());
    counts.values().forEach(count -> assertTrue(count > CASES / 10, counts::toString));
  }

  private static void assertSame(int[][] expected, int[][] actual, String about) {
    assertEquals(expected.length, actual.length);
    for (int image = 0; image < expected.length; image++) {
      assertArrayEquals(expected[image], actual[image], about);
    }
  }

  private Case randomCase(int index) {
    boolean plain3x3 = index % 2 == 0;
    int kernelHeight = plain3x3 ? 3 : 1 + random.nextInt(4);
    int kernelWidth = plain3x3 ? 3 : random.nextInt(3) == 0 ? kernelHeight : 1 + random.nextInt(7);
    int dilation = plain3x3 ? 1 : 1 + random.nextInt(2);
    Window window =
        new Window(
            kernelHeight,
            kernelWidth,
            plain3x3 ? 1 : 1 + random.nextInt(3),
            plain3x3 ? 1 : 1 + random.nextInt(3),
            random.nextInt(4),
            random.nextInt(4),
            random.nextInt(4),
            random.nextInt(4),
            dilation,
            random.nextInt(4) == 0 ? dilation : plain3x3 ? 1 : 1 + random.nextInt(3));
    int height = 1 + random.nextInt(14);
    int width = 1 + random.nextInt(14);
    int roomHeight = height + window.padTop() + window.padBottom() - window.extentHeight();
    int roomWidth = width + window.padLeft() + window.padRight() - window.extentWidth();
    if (roomHeight < 0 || roomWidth < 0) {
      return randomCase(index);
    }
    int groups = random.nextInt(4) == 0 ? 1 + random.nextInt(6) : 1;
    int groupInputs = 1 + random.nextInt(groups > 1 ? 3 : 40);
    int groupOutputs = 1 + random.nextInt(groups > 1 ? 3 : 40);
    return layer(
        new Shape(groups * groupInputs, height, width),
        new Shape(
            groups * groupOutputs,
            roomHeight / window.strideHeight() + 1,
            roomWidth / window.strideWidth() + 1),
        window,
        groups,
        random.nextInt(3));
  }

  private Case layer(Shape in, Shape out, Window window, int groups, int extreme) {
    Tensor input = new Tensor("x", in, quantisation(0.05f));
    Tensor output = new Tensor("y", out, quantisation(1));
    int taps = in.channels() / groups * window.taps();
    byte[] weights = new byte[out.channels() * taps];
    for (int i = 0; i < weights.length; i++) {
      weights[i] =
          switch (extreme) {
            case 0 -> (byte) random.nextInt(256);
            case 1 -> (byte) (i / taps % 2 == 0 ? -128 : 127);
            default -> (byte) (random.nextBoolean() ? -128 : 127);
          };
    }
    ImmutableList.Builder<Float> scales = ImmutableList.builder();
    ImmutableList.Builder<Integer> bias = ImmutableList.builder();
    for (int channel = 0; channel < out.channels(); channel++) {
      scales.add((float) (random.nextDouble() / Math.sqrt(taps)));
      bias.add(random.nextInt(1 << 20) - (1 << 19));
    }
    Quantisation q = output.quantisation();
    int least = q.min() + random.nextInt(20);
    return new Case(
        new Layer.Convolution(
            "layer",
            "x",
            "y",
            window,
            groups,
            Int8Array.copyOf(weights),
            scales.build(),
            bias.build(),
            least,
            q.max() - random.nextInt(20)),
        input,
        output);
  }

  private Quantisation quantisation(float scale) {
    boolean signed = random.nextBoolean();
    int least = signed ? -128 : 0;
    return new Quantisation(
        scale,
        switch (random.nextInt(3)) {
          case 0 -> least;
          case 1 -> least + 255;
          default -> least + random.nextInt(256);
        },
        signed);
  }

  /** Random values, or the least, or the greatest. */
  private int[] values(Tensor tensor, int kind) {
    int[] values = new int[tensor.shape().size()];
    for (int i = 0; i < values.length; i++) {
      int random256 = random.nextInt(256);
      values[i] = tensor.quantisation().min() + (kind == 0 ? random256 : kind == 1 ? 0 : 255);
    }
    return values;
  }

  /** Sums near the ends of the accumulator, which Winograd can only reach in segments. */
  @Test
  void reachTheEndsOfTheAccumulator() {
    Shape in = new Shape(6000, 5, 5);
    Shape out = new Shape(3, 5, 5);
    Window window = new Window(3, 3, 1, 1, 1, 1, 1, 1, 1, 1);
    Case layer;
    do {
      layer = layer(in, out, window, 1, 1);
    } while (layer.input().quantisation().zeroPoint() != layer.input().quantisation().min());
    int[] greatest = values(layer.input(), 2);
    long least = Arrays.stream(layer.sums(greatest)).min().orElseThrow();
    assertTrue(least < -1_700_000_000L && least >= Integer.MIN_VALUE, "least " + least);
    int[][][] images = {{greatest}};
    int[] expected = layer.output(greatest);
    layer
        .operators()
        .forEach(
            (name, operator) ->
                assertArrayEquals(expected, operator.apply(images, Workers.CALLER)[0], name));
    assertFalse(Arrays.equals(expected, layer.output(values(layer.input(), 1))));
  }

  /** A fully connected layer of VGG-16's kind. */
  @Test
  void kernelCoversTheMap() {
    Case layer = layer(new Shape(64, 7, 7), new Shape(1100, 1, 1), Window.frame(7, 7), 1, 0);
    int[][][] images = {{values(layer.input(), 0)}, {values(layer.input(), 0)}};
    int[][] expected = {layer.output(images[0][0]), layer.output(images[1][0])};
    try (Workers two = new Workers(2)) {
      layer
          .operators()
          .forEach(
              (name, operator) -> {
                assertSame(expected, operator.apply(images, two), name);
                assertArrayEquals(expected[0], operator.apply(images[0]), name);
              });
    }
  }
}
