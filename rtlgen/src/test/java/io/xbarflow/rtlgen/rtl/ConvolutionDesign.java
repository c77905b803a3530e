package io.xbarflow.rtlgen.rtl;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.mapping.Patch;
import io.xbarflow.core.mapping.Ring;
import io.xbarflow.core.mapping.StreamOrder;
import io.xbarflow.core.mapping.Tiling;
import io.xbarflow.core.network.Int8Array;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Window;
import java.util.Collections;
import java.util.Optional;
import java.util.Random;

/** A layer on a map, and how it lies on macros. */
record ConvolutionDesign(
    Layer.Convolution layer, Fetch fetch, Tiling tiling, ImmutableIntArray pixels) {
  /** Value outside the map, and zero point of the input. */
  static final int PAD = 11;

  static ConvolutionDesign random(Random random) {
    int groups = random.nextInt(3) == 0 ? 1 + random.nextInt(9) : 1;
    int inputs = groups * (1 + random.nextInt(3));
    int outputs = groups * (1 + random.nextInt(3));
    Shape input = new Shape(inputs, 3 + random.nextInt(7), 3 + random.nextInt(7));
    Window window = window(random, input);
    Shape output =
        new Shape(
            outputs,
            (input.height() + 2 * window.padTop() - window.extentHeight()) / window.strideHeight()
                + 1,
            (input.width() + 2 * window.padLeft() - window.extentWidth()) / window.strideWidth()
                + 1);
    byte[] weights = new byte[outputs * inputs / groups * window.taps()];
    random.nextBytes(weights);
    Layer.Convolution layer =
        new Layer.Convolution(
            "conv",
            "x",
            "y",
            window,
            groups,
            Int8Array.copyOf(weights),
            ImmutableList.of(1f),
            ImmutableList.copyOf(Collections.nCopies(outputs, 0)),
            -128,
            127);
    Patch patch =
        new Patch(
            1 + random.nextInt(Math.min(3, output.height())),
            1 + random.nextInt(Math.min(3, output.width())));
    StreamOrder order =
        random.nextBoolean()
            ? StreamOrder.RASTER
            : StreamOrder.of(new Patch(2 + random.nextInt(2), 1 + random.nextInt(3)), input);
    return new ConvolutionDesign(
        layer,
        fetch(input, order, output, window, patch),
        Tiling.of(layer, patch, 1 + random.nextInt(40), 1 + random.nextInt(20)),
        ImmutableIntArray.copyOf(random.ints(input.size(), -128, 128)));
  }

  private static Window window(Random random, Shape input) {
    if (random.nextInt(5) == 0) {
      return Window.frame(input.height(), input.width());
    }
    int kernelHeight = 1 + random.nextInt(3);
    int kernelWidth = 1 + random.nextInt(3);
    int dilationHeight = kernelHeight < 3 ? 1 + random.nextInt(2) : 1;
    int dilationWidth = kernelWidth < 3 ? 1 + random.nextInt(2) : 1;
    int down = random.nextInt(kernelHeight);
    int across = random.nextInt(kernelWidth);
    return new Window(
        kernelHeight,
        kernelWidth,
        1 + random.nextInt(3),
        1 + random.nextInt(3),
        down,
        across,
        down,
        across,
        dilationHeight,
        dilationWidth);
  }

  private static Fetch fetch(
      Shape input, StreamOrder order, Shape output, Window window, Patch patch) {
    if (Fetch.isDirect(input, order, output, window, patch)) {
      return new Fetch(input, order, output, window, patch, Optional.empty());
    }
    Window reads = patch.window(window);
    int banks = Fetch.tapsOfClass(order, reads) * reads.dilationHeight();
    Ring ring =
        new Ring(
            ActivationMemoryPolicy.RING,
            banks,
            banks * input.width() + 1,
            ImmutableList.copyOf(Collections.nCopies(order.patchHeight(), banks)));
    return new Fetch(input, order, output, window, patch, Optional.of(ring));
  }

  int pixel(int channel, int row, int column) {
    Shape shape = fetch.input();
    boolean inside = row >= 0 && row < shape.height() && column >= 0 && column < shape.width();
    return inside ? pixels.get((channel * shape.height() + row) * shape.width() + column) : PAD;
  }

  /** Whether the stream itself fills the window. */
  boolean streamed() {
    return fetch.ring().isEmpty() && layer.window().taps() == fetch.input().pixels();
  }

  /** What slot {@code slot} of the input register holds for the patch at ({@code j, i}). */
  int register(int channel, int slot, int j, int i) {
    if (streamed()) {
      int pixel = fetch.order().pixels(fetch.input())[slot];
      return pixel(channel, pixel / fetch.input().width(), pixel % fetch.input().width());
    }
    Window reads = fetch.reads();
    return pixel(
        channel,
        j * reads.strideHeight()
            - reads.padTop()
            + slot / reads.kernelWidth() * reads.dilationHeight(),
        i * reads.strideWidth()
            - reads.padLeft()
            + slot % reads.kernelWidth() * reads.dilationWidth());
  }

  /** The convolution as it is defined. */
  long convolution(int channel, int row, int column) {
    Window window = layer.window();
    int perGroup = layer.groupInputChannels();
    int group = channel / (layer.outputChannels() / layer.groups());
    long sum = 0;
    for (int c = 0; c < perGroup; c++) {
      for (int i = 0; i < window.kernelHeight(); i++) {
        for (int j = 0; j < window.kernelWidth(); j++) {
          int weight =
              layer
                  .weights()
                  .get(
                      ((channel * perGroup + c) * window.kernelHeight() + i) * window.kernelWidth()
                          + j);
          sum +=
              (long) weight
                  * pixel(
                      group * perGroup + c,
                      row * window.strideHeight() - window.padTop() + i * window.dilationHeight(),
                      column * window.strideWidth()
                          - window.padLeft()
                          + j * window.dilationWidth());
        }
      }
    }
    return sum;
  }
}
