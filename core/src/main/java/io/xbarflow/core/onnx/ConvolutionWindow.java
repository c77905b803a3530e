package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.Window;
import io.xbarflow.core.onnx.Value.QuantisedConstant;
import io.xbarflow.core.onnx.Value.Stream;

/**
 * The geometry of Conv and QLinearConv: attributes checked against weights and input.
 *
 * @param window the window
 * @param groups channel groups
 * @param output ONNX shape of the result
 */
record ConvolutionWindow(Window window, int groups, View output) {

  static ConvolutionWindow of(Node node, View input, QuantisedConstant weights) {
    ImmutableList<Integer> dims = weights.values().dims();
    if (dims.size() < 3) {
      throw node.refuse(
          "weights " + weights.values().describe(),
          "[output channels, input channels, kernel axes...]",
          "Export the model again.");
    }
    ImmutableList<Integer> kernel = dims.subList(2, dims.size());
    if (node.has("kernel_shape") && !node.intsAttribute("kernel_shape").equals(kernel)) {
      throw node.refuse(
          "kernel_shape " + node.intsAttribute("kernel_shape") + " for weights " + dims,
          "kernel_shape " + kernel,
          "Export the model again.");
    }
    WindowAttributes attributes =
        WindowAttributes.of(node, input, kernel, WindowAxis.Use.CONVOLUTION);
    int groups = node.intAttribute("group", 1);
    int outputs = dims.get(0);
    int channels = input.shape().channels();
    if (groups < 1 || outputs % groups != 0 || (long) dims.get(1) * groups != channels) {
      throw node.refuse(
          "weights " + dims + " with group " + groups + " over " + channels + " channels",
          "input channels / group weights per output channel",
          "Export the model again.");
    }
    return new ConvolutionWindow(
        attributes.window(), groups, attributes.output(node, outputs, input));
  }

  ProductLayer maker(
      Node node,
      Assembly assembly,
      Stream input,
      QuantisedConstant weights,
      ImmutableList<Integer> bias) {
    if (weights.scales().size() > 1 && weights.axis() != 0) {
      throw node.refuse(
          "weight scales along axis " + weights.axis(),
          "one per output channel (axis 0)",
          "Quantise the weights per output channel; DequantizeLinear without attribute axis means"
              + " axis 1.");
    }
    int outputs = weights.values().dims().get(0);
    int perOutput = weights.values().size() / outputs;
    int zero = assembly.quantisation(input).zeroPoint();
    int taps = window.taps();
    ChannelChoice.Ordered ordered =
        groups == 1
            ? ChannelChoice.withoutReordering(assembly, input)
            : ChannelChoice.Ordered.plain(input);
    Framing.Windowed windowed =
        Framing.withoutPadding(
            assembly, ordered.stream(), window, fill -> fill == zero, Framing::fits);
    return ConvolutionLayers.of(
        node,
        assembly,
        windowed.stream(),
        windowed.window(),
        groups,
        weights,
        outputs,
        (output, tap) -> output * perOutput + ordered.place(tap / taps) * taps + tap % taps,
        bias);
  }
}
