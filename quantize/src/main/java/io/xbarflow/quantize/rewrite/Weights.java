package io.xbarflow.quantize.rewrite;

import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Node;
import io.xbarflow.quantize.graph.Stored;

/** The stored operands of a node. */
final class Weights {
  private Weights() {}

  /** Weights of a convolution or product. */
  static Stored of(Graph graph, Node node) {
    return stored(graph, node, 1, "weights");
  }

  /** The floats that operand {@code index} of {@code node} is. */
  static Stored stored(Graph graph, Node node, int index, String what) {
    Stored tensor = graph.stored().get(node.input(index));
    if (tensor == null || !tensor.isReal()) {
      throw node.refuse(
          what + " '" + node.input(index) + "' that depend on the image, or are no float32",
          "stored float32 " + what,
          "Only products with stored operands can be mapped.");
    }
    if (!tensor.isFinite()) {
      throw node.refuse(
          what + " '" + node.input(index) + "' that are infinite or not a number",
          "finite " + what,
          "The model is damaged; train or export it again.");
    }
    return tensor;
  }
}
