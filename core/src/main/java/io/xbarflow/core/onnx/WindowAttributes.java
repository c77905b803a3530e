package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Window;
import java.util.Collections;

/**
 * Reads kernel_shape, strides, pads, auto_pad, dilations and ceil_mode of a convolution or pooling
 * node, for maps with one or two spatial axes.
 *
 * @param window the window, its padding resolved so that the output size is always {@code (size +
 *     pads - extent) / stride + 1}
 * @param outputHeight rows of the output
 * @param outputWidth columns of the output
 */
record WindowAttributes(Window window, int outputHeight, int outputWidth) {

  /** Reads the attributes of {@code node} over a map of {@code view}. */
  static WindowAttributes of(Node node, View view, ImmutableList<Integer> kernel) {
    int axes = view.dims().size() - 1;
    if (!view.isMap() || kernel.size() != axes) {
      throw node.refuse(
          "kernel " + kernel + " over an input of dimensions " + view.dims(),
          "[N, C, L] or [N, C, H, W] with as many kernel axes",
          "Only 1D and 2D windows are supported.");
    }
    Axis[] result = new Axis[2];
    for (int axis = 0; axis < 2; axis++) {
      int from = axis - (2 - axes);
      result[axis] =
          from < 0
              ? new Axis(1, 1, 0, 0, 1, 1)
              : axis(node, kernel, axes, from, view.dims().get(1 + from));
    }
    Axis rows = result[0];
    Axis columns = result[1];
    return new WindowAttributes(
        new Window(
            rows.kernel(),
            columns.kernel(),
            rows.stride(),
            columns.stride(),
            rows.before(),
            columns.before(),
            rows.after(),
            columns.after(),
            rows.dilation(),
            columns.dilation()),
        rows.output(),
        columns.output());
  }

  /** The output map with {@code channels}, of the rank of {@code input}. */
  View output(int channels, View input) {
    return View.ofMap(new Shape(channels, outputHeight, outputWidth), input.dims().size());
  }

  /** Refuses a pooling window that lies in the padding with all its taps. */
  void requireTapsInside(Node node, Shape input) {
    if (!tapsInside(window, input)) {
      throw node.refuse(
          "a window without any value of the input (only padding)",
          "padding smaller than the kernel",
          "Reduce pads.");
    }
  }

  /** Whether {@code window} has a tap inside {@code map} wherever it stands. */
  static boolean tapsInside(Window window, Shape map) {
    int rows = map.height() + window.padTop() + window.padBottom() - window.extentHeight();
    int columns = map.width() + window.padLeft() + window.padRight() - window.extentWidth();
    return inside(
            window.kernelHeight(),
            window.strideHeight(),
            window.padTop(),
            window.dilationHeight(),
            map.height(),
            rows / window.strideHeight() + 1)
        && inside(
            window.kernelWidth(),
            window.strideWidth(),
            window.padLeft(),
            window.dilationWidth(),
            map.width(),
            columns / window.strideWidth() + 1);
  }

  private static boolean inside(
      int kernel, int stride, int before, int dilation, int size, int outputs) {
    for (int output = 0; output < outputs; output++) {
      boolean some = false;
      for (int tap = 0; tap < kernel; tap++) {
        int at = output * stride - before + tap * dilation;
        some |= at >= 0 && at < size;
      }
      if (!some) {
        return false;
      }
    }
    return true;
  }

  private record Axis(int kernel, int stride, int before, int after, int dilation, int output) {}

  private static Axis axis(
      Node node, ImmutableList<Integer> kernels, int axes, int axis, int size) {
    int kernel = kernels.get(axis);
    int stride = entry(node, "strides", axes, axis);
    int dilation = entry(node, "dilations", axes, axis);
    if (kernel < 1 || stride < 1 || dilation < 1) {
      throw node.refuse(
          "kernel " + kernel + ", stride " + stride + ", dilation " + dilation,
          "positive values",
          "Export the model again.");
    }
    long extent = (kernel - 1L) * dilation + 1;
    long before = 0;
    long after = 0;
    long output;
    String autoPad = node.stringAttribute("auto_pad", "NOTSET");
    boolean ceil = node.intAttribute("ceil_mode", 0) != 0;
    switch (autoPad) {
      case "NOTSET", "" -> {
        ImmutableList<Integer> pads = node.intsAttribute("pads");
        if (!pads.isEmpty() && pads.size() != 2 * axes) {
          throw node.refuse("pads " + pads, 2 * axes + " values", "Export the model again.");
        }
        before = pads.isEmpty() ? 0 : pads.get(axis);
        after = pads.isEmpty() ? 0 : pads.get(axes + axis);
        if (before < 0 || after < 0) {
          throw node.refuse(
              "negative pads " + pads, "pads of at least 0", "Crop the tensor in the host.");
        }
        output = outputs(node, size + before + after, extent, stride, ceil);
        if (ceil) {
          if ((output - 1) * stride >= size + before) {
            output--;
          }
          after = Math.max(0, (output - 1) * stride + extent - size - before);
        }
      }
      case "VALID" -> {
        output = outputs(node, size, extent, stride, ceil);
        if (ceil) {
          if ((output - 1) * stride >= size) {
            output--;
          }
          after = Math.max(0, (output - 1) * stride + extent - size);
        }
      }
      case "SAME_UPPER", "SAME_LOWER" -> {
        output = ((long) size + stride - 1) / stride;
        long total = Math.max(0, (output - 1) * stride + extent - size);
        before = autoPad.equals("SAME_UPPER") ? total / 2 : (total + 1) / 2;
        after = total - before;
      }
      default ->
          throw node.refuse(
              "auto_pad " + autoPad,
              "NOTSET, SAME_UPPER, SAME_LOWER or VALID",
              "Write explicit pads.");
    }
    return new Axis(kernel, stride, (int) before, (int) after, dilation, (int) output);
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
