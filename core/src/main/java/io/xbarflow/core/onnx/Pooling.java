package io.xbarflow.core.onnx;

import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.onnx.Value.LayerMaker;
import io.xbarflow.core.onnx.Value.Stream;

/**
 * A pooling layer and the ONNX shape of what it writes.
 *
 * @param maker makes the layer
 * @param output ONNX shape of the result
 */
record Pooling(LayerMaker maker, View output) {

  /** MaxPool, AveragePool or QLinearAveragePool. */
  static Pooling ofWindow(Node node, Stream input, Layer.Pool.Kind kind) {
    WindowAttributes attributes =
        WindowAttributes.of(node, input.view(), node.intsAttribute("kernel_shape"));
    attributes.requireTapsInside(node, input.view().shape());
    boolean includePad = node.intAttribute("count_include_pad", 0) != 0;
    return new Pooling(
        (name, output, to, min, max) ->
            new Layer.Pool(name, input.tensor(), output, attributes.window(), kind, includePad),
        attributes.output(input.view().shape().channels(), input.view()));
  }

  /** GlobalAveragePool or QLinearGlobalAveragePool. */
  static Pooling ofFrame(Node node, Stream input) {
    if (!input.view().isMap()) {
      throw node.refuse(
          "an input of dimensions " + input.view().dims(),
          "[N, C, L] or [N, C, H, W]",
          "Pool before flattening.");
    }
    return new Pooling(
        (name, output, to, min, max) -> new Layer.GlobalAveragePool(name, input.tensor(), output),
        View.ofMap(new Shape(input.view().shape().channels(), 1, 1), input.view().dims().size()));
  }
}
