package io.xbarflow.mapper;

import com.google.common.collect.ImmutableList;
import com.google.common.math.IntMath;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.mapping.Ring;
import io.xbarflow.core.mapping.StreamOrder;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Window;
import java.util.Optional;

/** Chooses the fetch unit of a windowed layer and the shape of its activation memory. */
final class Geometry {
  /** Whole maps that a memory holds before its depth is sized: more than are ever in flight. */
  private static final int AMPLE_MAPS = 8;

  private Geometry() {}

  /**
   * The fetch unit of layer {@code layer}, whose input comes in {@code order}. A memory of policy
   * {@code ring} is ample; its depths are sized later.
   *
   * @throws UserException when a window lies wholly in the padding
   */
  static Fetch fetch(
      String layer, Shape input, StreamOrder order, Shape output, Window window, LayerPlan plan) {
    if (Fetch.isDirect(input, order, output, window, plan.patch())) {
      return new Fetch(input, order, output, window, plan.patch(), Optional.empty());
    }
    checkPadding(layer, input, output, window);
    Window reads = plan.patch().window(window);
    int taps = Fetch.tapsOfClass(order, reads);
    int distance = order.raster() ? reads.dilationHeight() : 1;
    // The rows of taps must fall on different banks; a pitch coprime to the banks does it, unless
    // the dilation shares a factor with them.
    int banks = taps;
    while (banks > 1 && IntMath.gcd(distance, banks) != 1) {
      banks++;
    }
    return new Fetch(
        input,
        order,
        output,
        window,
        plan.patch(),
        Optional.of(ring(plan.memory(), input, order, banks, reads)));
  }

  private static Ring ring(
      ActivationMemoryPolicy memory, Shape input, StreamOrder order, int banks, Window reads) {
    int pitch = input.width();
    while (IntMath.gcd(pitch, banks) != 1) {
      pitch++;
    }
    int classes = order.patchHeight();
    // Rows come in groups of as many as there are classes.
    int group = reads.extentHeight() + reads.strideHeight() + classes - 1;
    ImmutableList.Builder<Integer> depths = ImmutableList.builder();
    for (int rowClass = 0; rowClass < classes; rowClass++) {
      int map = (input.height() - rowClass + classes - 1) / classes;
      int rows =
          switch (memory) {
            case RING -> AMPLE_MAPS * map;
            case ROWS -> Math.min(divideUp(group, classes), 2 * map);
            case FRAME -> 2 * map;
          };
      depths.add(divideUp(rows * pitch, banks) * banks);
    }
    return new Ring(memory, banks, pitch, depths.build());
  }

  /** An ample memory between the order {@code order} and another one. */
  static Ring reorder(Shape map, StreamOrder order) {
    return ring(ActivationMemoryPolicy.RING, map, order, 1, Window.frame(1, 1));
  }

  /** Whether a layer reads single pixels or the whole map, so that no pixel is in two windows. */
  static boolean readsPixelsOnce(Shape input, Window window) {
    return Fetch.isDirect(
        input,
        StreamOrder.RASTER,
        new Shape(1, 1, 1),
        window,
        io.xbarflow.core.mapping.Patch.SINGLE);
  }

  private static void checkPadding(String layer, Shape input, Shape output, Window window) {
    int lastRow = (output.height() - 1) * window.strideHeight() - window.padTop();
    int lastColumn = (output.width() - 1) * window.strideWidth() - window.padLeft();
    if (window.padTop() >= window.extentHeight()
        || window.padLeft() >= window.extentWidth()
        || lastRow >= input.height()
        || lastColumn >= input.width()) {
      throw UserException.badInput(
          "layer " + layer,
          "a window that lies wholly in the padding (" + window + " on " + input + ")",
          "padding smaller than the kernel",
          "Drop the rows or columns of output that see only padding.");
    }
  }

  private static int divideUp(int dividend, int divisor) {
    return (dividend + divisor - 1) / divisor;
  }
}
