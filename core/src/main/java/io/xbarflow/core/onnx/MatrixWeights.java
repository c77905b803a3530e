package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Window;
import io.xbarflow.core.onnx.Value.QuantisedConstant;
import io.xbarflow.core.onnx.Value.Stream;

/**
 * The geometry of a product of a feature map with a stored matrix: a convolution whose kernel is
 * the whole map, or 1 x 1 over its pixels. The order in which ONNX sees the values goes into the
 * weights.
 *
 * @param window the window
 * @param output how ONNX sees the result
 * @param rows of every tap of the kernel, which row of the matrix it is
 * @param transposed whether the matrix is [outputs, inputs] rather than [inputs, outputs]
 * @param outputs columns of the product
 */
record MatrixWeights(
    Window window,
    Arrangement output,
    ImmutableList<Integer> rows,
    boolean transposed,
    int outputs) {

  static MatrixWeights of(
      Node node,
      Assembly assembly,
      Arrangement input,
      QuantisedConstant weights,
      boolean transposed) {
    ImmutableList<Integer> dims = weights.values().dims();
    if (dims.size() != 2) {
      throw node.refuse(
          "weights " + weights.values().describe(),
          "a matrix of two axes",
          "Only products with one stored matrix are supported.");
    }
    int inputs = dims.get(transposed ? 1 : 0);
    int outputs = dims.get(transposed ? 0 : 1);
    ImmutableList<Integer> extents = input.extents();
    boolean whole = input.endsInMap();
    Shape shape = input.map();
    if (!whole && !input.endsInChannels()) {
      throw node.refuse(
          "a matrix product over an input of dimensions " + extents,
          "[N, K], or channels as the last axis",
          "Flatten the feature map first, or use a 1x1 convolution.");
    }
    if (inputs != extents.get(extents.size() - 1)) {
      throw node.refuse(
          "weights " + dims + " for an input of dimensions " + extents,
          "as many rows as the input has values",
          "Export the model again.");
    }
    if (weights.scales().size() > 1 && weights.axis() != (transposed ? 0 : 1)) {
      throw node.refuse(
          "weight scales along axis " + weights.axis(),
          "one per output column (axis " + (transposed ? 0 : 1) + ")",
          "Quantise the weights per output channel.");
    }
    Shape result =
        whole
            ? Limits.map(node.where(), outputs, 1, 1)
            : Limits.map(node.where(), outputs, shape.height(), shape.width());
    return new MatrixWeights(
        whole ? Window.frame(shape.height(), shape.width()) : Window.frame(1, 1),
        input.product(result, outputs),
        rows(node, assembly, input),
        transposed,
        outputs);
  }

  private static ImmutableList<Integer> rows(Node node, Assembly assembly, Arrangement input) {
    ImmutableList<Integer> order = input.innermostOrder();
    assembly.take(node.where(), order.size(), 3 * Constant.BOXED_BYTES);
    Integer[] rows = new Integer[order.size()];
    for (int row = 0; row < rows.length; row++) {
      rows[order.get(row)] = row;
    }
    return ImmutableList.copyOf(rows);
  }

  ProductLayer maker(
      Node node,
      Assembly assembly,
      Stream input,
      QuantisedConstant weights,
      ImmutableList<Integer> bias) {
    int inputs = weights.values().size() / outputs;
    return ConvolutionLayers.of(
        node,
        assembly,
        input,
        window,
        1,
        weights,
        outputs,
        transposed
            ? (output, tap) -> output * inputs + rows.get(tap)
            : (output, tap) -> rows.get(tap) * outputs + output,
        bias);
  }

  /** {@code weights} if they are 8-bit integers. */
  static Constant integers(Node node, Constant weights) {
    if (!weights.type().isQuantised() || weights.size() == 0) {
      throw node.refuse(
          "weights " + weights.describe(), "int8 weights", "Quantise the weights to int8.");
    }
    return weights;
  }
}
