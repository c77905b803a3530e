package io.xbarflow.mapper;

import com.google.common.collect.ImmutableList;
import com.google.common.math.IntMath;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.MacroSpec;
import io.xbarflow.core.mapping.Patch;
import io.xbarflow.core.mapping.Ring;
import io.xbarflow.core.mapping.StreamOrder;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Window;
import java.util.Collections;
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
    int pitch = pitch(input, banks);
    Ring shape =
        new Ring(
            plan.memory(),
            banks,
            pitch,
            ImmutableList.copyOf(Collections.nCopies(order.patchHeight(), banks)));
    Fetch fetch = new Fetch(input, order, output, window, plan.patch(), Optional.of(shape));
    ImmutableList.Builder<Integer> depths = ImmutableList.builder();
    for (int rowClass = 0; rowClass < shape.classes(); rowClass++) {
      int places =
          plan.memory() == ActivationMemoryPolicy.RING
              ? AMPLE_MAPS * shape.rows(rowClass, input.height()) * pitch
              : fetch.leastDepth(shape, rowClass);
      depths.add(divideUp(places, banks) * banks);
    }
    return fetch.withRing(shape.withDepths(depths.build()));
  }

  /**
   * Whether the stream of {@code input} may itself move the windows on: a line buffer can make
   * them, and pixels come no faster than the array takes windows, so that none ever waits. Where
   * they come faster, a ring takes in the pixels between the windows while MVMs are under way.
   */
  static boolean keepsPaceWithoutRing(Link input, Window window, LayerPlan plan, MacroSpec macro) {
    long cyclesPerWindow = (long) window.strideWidth() * input.beatsPerPixel() * plan.copies();
    return plan.memory() == ActivationMemoryPolicy.RING
        && Fetch.isLineBuffer(input.shape(), input.order(), window, plan.patch())
        && macro.mvmCycles() <= cyclesPerWindow;
  }

  /** A line buffer between {@code input} and windows for a map of shape {@code output}. */
  static Fetch lineBuffer(Link input, Shape output, Window window) {
    return new Fetch(input.shape(), input.order(), output, window, Patch.SINGLE, Optional.empty());
  }

  private static int pitch(Shape input, int banks) {
    int pitch = input.width();
    while (IntMath.gcd(pitch, banks) != 1) {
      pitch++;
    }
    return pitch;
  }

  /** An ample memory between the order {@code order} and another one. */
  static Ring reorder(Shape map, StreamOrder order) {
    ImmutableList.Builder<Integer> depths = ImmutableList.builder();
    for (int rowClass = 0; rowClass < order.patchHeight(); rowClass++) {
      depths.add(AMPLE_MAPS * map.pixels());
    }
    return new Ring(ActivationMemoryPolicy.RING, 1, map.width(), depths.build());
  }

  /** Whether a layer reads single pixels or the whole map, so that no pixel is in two windows. */
  static boolean readsPixelsOnce(Shape input, Window window) {
    return Fetch.isDirect(input, StreamOrder.RASTER, new Shape(1, 1, 1), window, Patch.SINGLE);
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
