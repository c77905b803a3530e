package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.math.LongMath;
import com.google.common.primitives.Ints;
import java.math.RoundingMode;
import java.util.Collections;

/**
 * The window of a convolution or pooling node along one axis, its positions resolved as ONNX
 * Runtime 1.20 does:
 *
 * <ul>
 *   <li>{@code ceil_mode} keeps a last window that starts in the end padding.
 *   <li>{@code auto_pad} SAME of a pool pads by {@code (ceil(size / stride) - 1) * stride + kernel
 *       - size}, without regard to dilations; a negative padding leaves pixels out at both ends.
 * </ul>
 *
 * <p>Shape: the window stands over {@code size} pixels from {@code first} on, and {@code (size +
 * before + after - extent) / stride + 1} is {@code output}.
 *
 * <p>Source: ONNX Conv-11, MaxPool-12, AveragePool-19; {@code PoolAttributes} and {@code
 * ConvAttributes} of ONNX Runtime.
 *
 * @param kernel taps
 * @param stride pixels from one window to the next
 * @param dilation pixels from one tap to the next
 * @param first pixel of the map at which the part begins that windows read
 * @param size pixels of that part
 * @param before padding before it
 * @param after padding behind it
 * @param output windows
 */
record WindowAxis(
    int kernel, int stride, int dilation, int first, int size, int before, int after, int output) {

  /** The missing axis of a map with one spatial axis. */
  static final WindowAxis SINGLE = new WindowAxis(1, 1, 1, 0, 1, 0, 0, 1);

  /** The operator whose window it is. */
  enum Use {
    /** Conv and QLinearConv. */
    CONVOLUTION,
    /** MaxPool, AveragePool and QLinearAveragePool. */
    POOL
  }

  /** Whether the only window covers the axis exactly. */
  boolean isWholeMap() {
    return kernel == size && dilation == 1 && first == 0 && before == 0 && after == 0;
  }

  /** Axis {@code axis} of the window of {@code node} over a map of {@code size} pixels. */
  static WindowAxis of(Node node, ImmutableList<Integer> kernels, int axis, int size, Use use) {
    int axes = kernels.size();
    int kernel = kernels.get(axis);
    int stride = entry(node, "strides", axes, axis);
    int dilation = entry(node, "dilations", axes, axis);
    if (kernel < 1 || stride < 1 || dilation < 1) {
      throw node.refuse(
          "kernel " + kernel + ", stride " + stride + ", dilation " + dilation,
          "positive values",
          "Export the model again.");
    }
    for (int value : new int[] {kernel, stride, dilation}) {
      Limits.atMost(
          node.where(), "rows or columns of a kernel, stride or dilation", value, Limits.EXTENT);
    }
    long extent = (kernel - 1L) * dilation + 1;
    boolean ceil = node.intAttribute("ceil_mode", 0) != 0;
    String autoPad = node.stringAttribute("auto_pad", "NOTSET");
    switch (autoPad) {
      case "NOTSET", "", "VALID" -> {
        ImmutableList<Integer> pads =
            autoPad.equals("VALID") ? ImmutableList.of() : node.intsAttribute("pads");
        if (!pads.isEmpty() && pads.size() != 2 * axes) {
          throw node.refuse("pads " + pads, 2 * axes + " values", "Export the model again.");
        }
        long before = pads.isEmpty() ? 0 : pads.get(axis);
        long after = pads.isEmpty() ? 0 : pads.get(axes + axis);
        if (before < 0 || after < 0) {
          throw node.refuse(
              "negative pads " + pads, "pads of at least 0", "Crop the tensor in the host.");
        }
        long output = outputs(node, size + before + after, extent, stride, ceil);
        if (ceil) {
          after = Math.max(0, (output - 1) * stride + extent - size - before);
        }
        return new WindowAxis(
            kernel,
            stride,
            dilation,
            0,
            size,
            Limits.pad(node.where(), before),
            Limits.pad(node.where(), after),
            outputs(node, output));
      }
      case "SAME_UPPER", "SAME_LOWER" -> {
        long total =
            (LongMath.divide(size, stride, RoundingMode.CEILING) - 1) * stride + kernel - size;
        long before = autoPad.equals("SAME_UPPER") ? total / 2 : (total + 1) / 2;
        if (use == Use.CONVOLUTION) {
          requireAsComputed(node, autoPad, total, stride, kernel, dilation);
          before = Math.max(0, before);
        }
        long output = outputs(node, size + total, extent, stride, ceil);
        return positioned(
            node, kernel, stride, dilation, size, before, (output - 1) * stride + extent, output);
      }
      default ->
          throw node.refuse(
              "auto_pad " + autoPad,
              "NOTSET, SAME_UPPER, SAME_LOWER or VALID",
              "Write explicit pads.");
    }
  }

  /**
   * Windows that reach over {@code span} pixels from {@code before} pixels before the map on, or
   * behind its first pixel when {@code before} is negative.
   */
  private static WindowAxis positioned(
      Node node,
      int kernel,
      int stride,
      int dilation,
      int size,
      long before,
      long span,
      long output) {
    long first = Math.max(0, -before);
    long after = span - size - before;
    // A rest smaller than a stride is never reached; a larger one would give another window.
    long unused = after <= -stride ? -after : 0;
    return new WindowAxis(
        kernel,
        stride,
        dilation,
        Ints.checkedCast(first),
        Ints.checkedCast(size - first - unused),
        Limits.pad(node.where(), Math.max(0, before)),
        Limits.pad(node.where(), Math.max(0, after)),
        outputs(node, output));
  }

  /**
   * Refuses what ONNX Runtime refuses, and strides for which its convolutions begin at another
   * pixel than its pools.
   */
  private static void requireAsComputed(
      Node node, String autoPad, long total, int stride, int kernel, int dilation) {
    if (dilation > 1) {
      throw node.refuse(
          "auto_pad " + autoPad + " with dilation " + dilation,
          "dilation 1, as ONNX Runtime does",
          "Write explicit pads.");
    }
    if (total < -2) {
      throw node.refuse(
          "auto_pad " + autoPad + " with stride " + stride + " over a kernel of " + kernel,
          "a stride of at most kernel + 2 in a convolution with auto_pad SAME",
          "Write explicit pads, with a Slice before the convolution where it begins elsewhere.");
    }
  }

  private static long outputs(Node node, long padded, long extent, int stride, boolean ceil) {
    if (padded < extent) {
      throw node.refuse(
          "a window of " + extent + " over " + padded + " padded values",
          "a window that fits into the padded input",
          "Use an input of the size the network was made for.");
    }
    return (padded - extent + (ceil ? stride - 1 : 0)) / stride + 1;
  }

  private static int outputs(Node node, long output) {
    return Limits.atMost(node.where(), "rows or columns", output, Limits.EXTENT);
  }

  private static int entry(Node node, String attribute, int axes, int axis) {
    ImmutableList<Integer> values =
        node.has(attribute)
            ? node.intsAttribute(attribute)
            : ImmutableList.copyOf(Collections.nCopies(axes, 1));
    if (values.size() != axes) {
      throw node.refuse(attribute + " " + values, axes + " values", "Export the model again.");
    }
    return values.get(axis);
  }
}
