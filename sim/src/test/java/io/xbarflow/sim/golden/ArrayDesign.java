package io.xbarflow.sim.golden;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.mapping.Patch;
import io.xbarflow.core.mapping.Ring;
import io.xbarflow.core.mapping.StreamOrder;
import io.xbarflow.core.network.Int8Array;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.network.Window;
import java.util.Collections;
import java.util.Optional;
import java.util.Random;

/** A random convolution and how it is mapped. */
record ArrayDesign(
    Layer.Convolution layer,
    Tensor input,
    Tensor output,
    Fetch fetch,
    int macroRows,
    int macroColumns,
    int copies) {

  static ArrayDesign random(Random random) {
    int groups = random.nextInt(3) == 0 ? 1 + random.nextInt(7) : 1;
    int inputs = groups * (1 + random.nextInt(3));
    int outputs = groups * (1 + random.nextInt(3));
    Shape map = new Shape(inputs, 3 + random.nextInt(7), 3 + random.nextInt(7));
    Window window = window(random, map);
    int height =
        (map.height() + 2 * window.padTop() - window.extentHeight()) / window.strideHeight() + 1;
    int width =
        (map.width() + 2 * window.padLeft() - window.extentWidth()) / window.strideWidth() + 1;
    boolean signed = random.nextBoolean();
    int zeroPoint = (signed ? -128 : 0) + random.nextInt(256);
    Tensor input = new Tensor("x", map, new Quantisation(0.03f, zeroPoint, signed));
    float range = 20f * inputs / groups * window.taps();
    Tensor output =
        new Tensor(
            "y", new Shape(outputs, height, width), new Quantisation(0.03f * range, -11, true));
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
            random.ints(outputs, -9000, 9000).boxed().collect(ImmutableList.toImmutableList()),
            -128,
            127);
    Patch patch =
        new Patch(1 + random.nextInt(Math.min(3, height)), 1 + random.nextInt(Math.min(3, width)));
    StreamOrder order =
        random.nextBoolean()
            ? StreamOrder.RASTER
            : StreamOrder.of(new Patch(2 + random.nextInt(2), 1 + random.nextInt(3)), map);
    return new ArrayDesign(
        layer,
        input,
        output,
        fetch(map, order, output.shape(), window, patch),
        1 + random.nextInt(40),
        1 + random.nextInt(20),
        1 + random.nextInt(Math.min(4, patch.count(output.shape()))));
  }

  private static Window window(Random random, Shape map) {
    if (random.nextInt(5) == 0) {
      return Window.frame(map.height(), map.width());
    }
    int kernelHeight = 1 + random.nextInt(3);
    int kernelWidth = 1 + random.nextInt(3);
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
        kernelHeight < 3 ? 1 + random.nextInt(2) : 1,
        kernelWidth < 3 ? 1 + random.nextInt(2) : 1);
  }

  private static Fetch fetch(
      Shape map, StreamOrder order, Shape output, Window window, Patch patch) {
    if (Fetch.isDirect(map, order, output, window, patch)) {
      return new Fetch(map, order, output, window, patch, Optional.empty());
    }
    int rows = Fetch.tapsOfClass(order, patch.window(window)) * 2;
    Ring ring =
        new Ring(
            ActivationMemoryPolicy.RING,
            rows,
            rows * map.width() + 1,
            ImmutableList.copyOf(Collections.nCopies(order.patchHeight(), rows)));
    return new Fetch(map, order, output, window, patch, Optional.of(ring));
  }

  /** Whether the rows of the array follow a stream that is not in raster order. */
  boolean permuted() {
    return fetch.ring().isEmpty()
        && layer.window().taps() == fetch.input().pixels()
        && !fetch.order().raster();
  }

  /** The operands of {@code count} images. */
  int[][][] images(Random random, int count) {
    int[][][] images = new int[count][1][];
    int least = input.quantisation().min();
    for (int[][] image : images) {
      image[0] = random.ints(input.shape().size(), least, least + 256).toArray();
    }
    return images;
  }

  /** What {@code x} has at a pixel, zero point taken out; 0 beyond the map. */
  int centred(int[] x, int channel, int row, int column) {
    Shape map = input.shape();
    boolean inside = row >= 0 && row < map.height() && column >= 0 && column < map.width();
    return inside
        ? x[(channel * map.height() + row) * map.width() + column]
            - input.quantisation().zeroPoint()
        : 0;
  }
}
