package io.xbarflow.core.onnx;

import io.xbarflow.core.network.HostStep;
import io.xbarflow.core.onnx.Value.HostFloat;

/** How the feature map lies that the host makes of a graph input. */
final class HostInputs {
  private HostInputs() {}

  /** The view of what {@code input} is behind its steps, which {@code node} quantises. */
  static View view(Node node, HostFloat input) {
    boolean moved =
        input.steps().stream()
            .anyMatch(
                step -> step instanceof HostStep.Reshape || step instanceof HostStep.Transpose);
    return moved
        ? View.ofDims(input.dims())
            .orElseThrow(
                () ->
                    node.refuse(
                        "a graph input brought to dimensions " + input.dims(),
                        "[K], [C, L] or [C, H, W] behind the batch axis",
                        "Only 1D and 2D feature maps are supported."))
        : input.view();
  }
}
