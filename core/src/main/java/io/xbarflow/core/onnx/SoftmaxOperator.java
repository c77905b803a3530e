package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.onnx.Value.HostSoftmax;
import io.xbarflow.core.onnx.Value.Stream;

/** Softmax of a dequantised output, which the host computes. */
final class SoftmaxOperator implements Operator {
  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of("Softmax");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    Stream stream = assembly.dequantised(node, 0);
    if (!assembly.graph().outputs().contains(node.output())
        || !assembly.graph().readers().get(node.output()).isEmpty()) {
      throw node.refuse(
          "a Softmax inside the network",
          "a Softmax as the last operator before a graph output",
          "Cut the network at the Softmax's input.");
    }
    int rank = stream.view().dims().size() + 1;
    boolean flattens = assembly.graph().opset() < 13;
    int axis = node.intAttribute("axis", flattens ? 1 : -1);
    int positive = axis < 0 ? axis + rank : axis;
    if (positive < 1 || positive >= rank || (flattens && positive != rank - 1)) {
      throw node.refuse(
          "axis " + axis + " of " + rank + " axes",
          flattens
              ? "the last axis (before opset 13 Softmax flattens the others)"
              : "an axis of one image (not the batch axis)",
          "Export the model again, or compute the Softmax in the host program.");
    }
    assembly.define(node.output(), new HostSoftmax(stream, positive - 1));
  }
}
