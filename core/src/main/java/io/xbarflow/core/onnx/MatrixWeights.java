package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Window;
import io.xbarflow.core.onnx.Value.QuantisedConstant;
import io.xbarflow.core.onnx.Value.Stream;

/**
 * The geometry of a product of a feature map with a stored matrix: a convolution whose kernel is
 * the whole map, or 1 x 1 over rows of vectors.
 *
 * @param window the window
 * @param output ONNX shape of the result
 * @param transposed whether the matrix is [outputs, inputs] rather than [inputs, outputs]
 * @param outputs columns of the product
 */
record MatrixWeights(Window window, View output, boolean transposed, int outputs) {

  static MatrixWeights of(Node node, View input, QuantisedConstant weights, boolean transposed) {
    ImmutableList<Integer> dims = weights.values().dims();
    if (dims.size() != 2) {
      throw node.refuse(
          "weights " + weights.values().describe(),
          "a matrix of two axes",
          "Only products with one stored matrix are supported.");
    }
    int inputs = dims.get(transposed ? 1 : 0);
    int outputs = dims.get(transposed ? 0 : 1);
    boolean rows = input.channelsLast();
    Shape shape = input.shape();
    if (!rows && !input.isVector()) {
      throw node.refuse(
          "a matrix product over an input of dimensions " + input.dims(),
          "[N, K], or [N, rows, K] from the graph input on",
          "Flatten the feature map first, or use a 1x1 convolution.");
    }
    if (inputs != (rows ? shape.channels() : shape.size())) {
      throw node.refuse(
          "weights " + dims + " for an input of dimensions " + input.dims(),
          "as many rows as the input has values",
          "Export the model again.");
    }
    if (weights.scales().size() > 1 && weights.axis() != (transposed ? 0 : 1)) {
      throw node.refuse(
          "weight scales along axis " + weights.axis(),
          "one per output column (axis " + (transposed ? 0 : 1) + ")",
          "Quantise the weights per output channel.");
    }
    Limits.map(node.where(), outputs, 1, rows ? shape.width() : 1);
    return new MatrixWeights(
        rows ? Window.frame(1, 1) : Window.frame(shape.height(), shape.width()),
        rows ? View.ofRows(shape.width(), outputs) : View.ofVector(outputs),
        transposed,
        outputs);
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
            ? (output, tap) -> output * inputs + tap
            : (output, tap) -> tap * outputs + output,
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
