package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Window;
import io.xbarflow.core.onnx.Value.Stream;

/**
 * Reads kernel_shape, strides, pads, auto_pad, dilations and ceil_mode of a convolution or pooling
 * node, for maps with one or two spatial axes.
 *
 * @param rows the window along the rows
 * @param columns the window along the columns
 */
record WindowAttributes(WindowAxis rows, WindowAxis columns) {

  /** Reads the attributes of {@code node} over a map of {@code view}. */
  static WindowAttributes of(
      Node node, View view, ImmutableList<Integer> kernel, WindowAxis.Use use) {
    int axes = view.dims().size() - 1;
    if (!view.isMap() || kernel.size() != axes) {
      throw node.refuse(
          "kernel " + kernel + " over an input of dimensions " + view.dims(),
          "[N, C, L] or [N, C, H, W] with as many kernel axes",
          "Only 1D and 2D windows are supported.");
    }
    WindowAxis[] result = new WindowAxis[2];
    for (int axis = 0; axis < 2; axis++) {
      int from = axis - (2 - axes);
      result[axis] =
          from < 0
              ? WindowAxis.SINGLE
              : WindowAxis.of(node, kernel, from, view.dims().get(1 + from), use);
    }
    Limits.atMost(
        node.where(), "taps", (long) result[0].kernel() * result[1].kernel(), Limits.PIXELS);
    return new WindowAttributes(result[0], result[1]);
  }

  /**
   * The window over {@link #read}, its padding resolved so that the output size is always {@code
   * (size + pads - extent) / stride + 1}.
   */
  Window window() {
    return new Window(
        rows.kernel(),
        columns.kernel(),
        rows.stride(),
        columns.stride(),
        rows.before(),
        columns.before(),
        rows.after(),
        columns.after(),
        rows.dilation(),
        columns.dilation());
  }

  /** Whether one window without padding and dilation covers the map exactly. */
  boolean isWholeMap() {
    return rows.isWholeMap() && columns.isWholeMap();
  }

  /**
   * The part of {@code input} that the windows read: the map itself, unless auto_pad SAME with a
   * stride larger than the kernel leaves rows or columns out at its edges.
   */
  Stream read(Node node, Assembly assembly, Stream input) {
    Shape map = input.view().shape();
    Shape part = new Shape(map.channels(), rows.size(), columns.size());
    return Framing.apply(
        assembly,
        input,
        View.ofMap(part, input.view().dims().size()),
        input.tensor() + "_read_by_" + node.name(),
        Framing.frame(
            node.name() + "_crop",
            rows.first(),
            columns.first(),
            1,
            1,
            assembly.quantisation(input).zeroPoint()));
  }

  /** The output map with {@code channels}, of the rank of {@code input}. */
  View output(Node node, int channels, View input) {
    Shape map = Limits.map(node.where(), channels, rows.output(), columns.output());
    return View.ofMap(map, input.dims().size());
  }

  /** Refuses a pooling window that lies in the padding with all its taps. */
  void requireTapsInside(Node node, Shape input) {
    if (!tapsInside(window(), input)) {
      throw node.refuse(
          "a window without any value of the input (only padding)",
          "padding smaller than the kernel, and windows that start before the end padding",
          node.intAttribute("ceil_mode", 0) == 0
              ? "Reduce pads."
              : "Use ceil_mode 0 with the pads that give the wanted size: ONNX Runtime keeps a last"
                  + " window that starts in the end padding.");
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
    // Behind the padding before the map every window has its first tap inside, up to its end.
    for (int output = 0; output < outputs && output * (long) stride < before; output++) {
      int first = output * stride - before;
      int skipped = (-first + dilation - 1) / dilation;
      if (skipped >= kernel || first + skipped * dilation >= size) {
        return false;
      }
    }
    return (outputs - 1L) * stride - before < size;
  }
}
