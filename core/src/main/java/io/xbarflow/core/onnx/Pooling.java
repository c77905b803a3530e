package io.xbarflow.core.onnx;

import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Window;
import io.xbarflow.core.onnx.Value.LayerMaker;
import io.xbarflow.core.onnx.Value.Stream;

/**
 * A pooling layer and the ONNX shape of what it writes.
 *
 * @param maker makes the layer
 * @param output ONNX shape of the result
 */
record Pooling(LayerMaker maker, View output) {

  /**
   * MaxPool, AveragePool or QLinearAveragePool. An average over the whole map is a global one,
   * which ONNX Runtime computes in integers.
   */
  static Pooling ofWindow(Node node, Assembly assembly, Stream input, Layer.Pool.Kind kind) {
    WindowAttributes attributes =
        WindowAttributes.of(
            node, input.view(), node.intsAttribute("kernel_shape"), WindowAxis.Use.POOL);
    boolean max = !kind.averages();
    if (!max && attributes.isWholeMap()) {
      return ofFrame(node, assembly, input);
    }
    Stream read = attributes.read(node, assembly, input);
    Window window = attributes.window();
    attributes.requireTapsInside(node, read.view().shape());
    boolean includePad = node.intAttribute("count_include_pad", 0) != 0;
    Quantisation quantisation = assembly.quantisation(read);
    // Pixels put in before count in a mean, and win no maximum when nothing is less.
    Framing.Windowed windowed =
        Framing.withoutPadding(
            assembly,
            read,
            window,
            fill ->
                max
                    ? fill == quantisation.min()
                    : fill == quantisation.zeroPoint() && !window.padded(),
            Framing::fits);
    boolean counted = includePad || !windowed.window().equals(window);
    return new Pooling(
        (name, output, to, least, greatest) -> {
          if (kind.convertsToInt32()) {
            // The sum, rather than the mean, must be finite.
            float sum = quantisation.scale() * 256f * (float) windowed.window().taps();
            ResultRange.requireInt32(
                node,
                Float.isFinite(sum)
                    ? ResultRange.steps(
                        ResultRange.greatest(quantisation), quantisation.scale(), to)
                    : sum,
                to);
          }
          return new Layer.Pool(
              name, windowed.stream().tensor(), output, windowed.window(), kind, counted);
        },
        attributes.output(node, input.view().shape().channels(), input.view()));
  }

  /** GlobalMaxPool: one window over the whole map. */
  static Pooling ofGreatest(Node node, Stream input) {
    View pixel = onePixel(node, input.view());
    Shape map = input.view().shape();
    Window window =
        new Window(map.height(), map.width(), map.height(), map.width(), 0, 0, 0, 0, 1, 1);
    return new Pooling(
        (name, output, to, min, max) ->
            new Layer.Pool(name, input.tensor(), output, window, Layer.Pool.Kind.MAX, false),
        pixel);
  }

  /** GlobalAveragePool or QLinearGlobalAveragePool. */
  static Pooling ofFrame(Node node, Assembly assembly, Stream input) {
    return new Pooling(meanOfFrame(node, assembly, input), onePixel(node, input.view()));
  }

  /** Makes the layer of the mean over all rows and columns. */
  static LayerMaker meanOfFrame(Node node, Assembly assembly, Stream input) {
    return (name, output, to, min, max) -> {
      ResultRange.requireMean(
          node, assembly.quantisation(input), to, input.view().shape().pixels());
      return new Layer.GlobalAveragePool(name, input.tensor(), output);
    };
  }

  /** The ONNX shape of the one pixel that {@code node} makes of a map of {@code view}. */
  static View onePixel(Node node, View view) {
    if (!view.isMap()) {
      throw node.refuse(
          "an input of dimensions " + view.dims(),
          "[N, C, L] or [N, C, H, W]",
          "Pool before flattening.");
    }
    return View.ofMap(new Shape(view.shape().channels(), 1, 1), view.dims().size());
  }
}
