package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.onnx.Value.Stream;

/**
 * Attribute channels_last of com.microsoft operators, whose maps are [N, H, W, C] when it is 1. On
 * the chip a map has no layout: only how ONNX sees it changes.
 */
final class ChannelsLast {
  private ChannelsLast() {}

  /** Whether {@code node} says so. */
  static boolean isStated(Node node) {
    return node.intAttribute("channels_last", 0) != 0;
  }

  /** {@code input} with its channels first, as windows are counted. */
  static Stream read(Node node, Stream input) {
    if (!isStated(node)) {
      return input;
    }
    View view = input.view();
    if (!view.channelsLast()) {
      throw node.refuse(
          "channels_last 1 and an input of dimensions " + view.dims() + " with channels first",
          "[N, L, C] or [N, H, W, C]",
          "Transpose before the node, or leave channels_last out.");
    }
    return input.withView(View.ofMap(view.shape(), view.dims().size()));
  }

  /** What the node writes, {@code output} with its channels last if it says so. */
  static View written(Node node, View output) {
    if (!isStated(node)) {
      return output;
    }
    Shape map = output.shape();
    return output.dims().size() == 2
        ? View.ofRows(map.width(), map.channels())
        : View.ofChannelsLast(ImmutableList.of(map.height(), map.width(), map.channels()));
  }
}
