package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.Value.LayerMaker;
import io.xbarflow.core.onnx.Value.QuantisedConstant;
import io.xbarflow.core.onnx.Value.Stream;

/** Makes the layers of QLinearAdd and of Add in QDQ form. */
final class Addition {
  private Addition() {}

  /** The sum of two feature maps of one shape. */
  static LayerMaker ofStreams(Node node, Assembly assembly, Stream a, Stream b) {
    if (!a.view().equals(b.view())) {
      throw node.refuse(
          "operands of dimensions " + a.view().dims() + " and " + b.view().dims(),
          "two feature maps of equal dimensions",
          "Broadcasting one feature map over another is not supported; only constants broadcast.");
    }
    Quantisation ofA = assembly.quantisation(a);
    Quantisation ofB = assembly.quantisation(b);
    return (name, output, to, min, max) -> {
      requireInt32(node, ofA, ofB, to);
      return new Layer.Add(name, a.tensor(), b.tensor(), output, min, max);
    };
  }

  /** The sum of a feature map and a constant, one value per channel. */
  static LayerMaker ofConstant(
      Node node,
      Assembly assembly,
      Stream stream,
      QuantisedConstant constant,
      boolean constantFirst) {
    Constant values = constant.values();
    if (!values.type().isQuantised() || constant.scales().size() != 1) {
      throw node.refuse(
          "constant operand " + values.describe() + " with " + constant.scales().size() + " scales",
          "an int8 or uint8 constant with one scale",
          "Quantise the constant per tensor to 8 bits.");
    }
    ImmutableList<Integer> perChannel =
        perChannel(node, assembly, stream.view(), values, constantFirst);
    Quantisation meaning = constant.quantisation();
    Quantisation from = assembly.quantisation(stream);
    return (name, output, to, min, max) -> {
      requireInt32(node, from, meaning, to);
      return new Layer.AddConstant(
          name, stream.tensor(), perChannel, meaning, constantFirst, output, min, max);
    };
  }

  /** Refuses {@code node} when sums of values of {@code a} and {@code b} can leave int32. */
  static void requireInt32(Node node, Quantisation a, Quantisation b, Quantisation to) {
    double steps =
        ResultRange.steps(ResultRange.greatest(a), a.scale(), to)
            + ResultRange.steps(ResultRange.greatest(b), b.scale(), to);
    ResultRange.requireInt32(node, steps, to);
  }

  private static ImmutableList<Integer> perChannel(
      Node node, Assembly assembly, View view, Constant values, boolean constantFirst) {
    // Where a constant that is stated for every pixel comes first, the order of the float32
    // operations is another one.
    return ChannelConstants.of(node, assembly, view, values)
        .filter(constants -> !(constants.alongPixels() && constantFirst))
        .orElseThrow(
            () ->
                node.refuse(
                    "constant " + values.describe() + " added to dimensions " + view.dims(),
                    "one value, or one per channel ([C, 1, 1]), or as second operand the same value"
                        + " along rows and columns",
                    "Other broadcast shapes are not supported; add per channel, or as the bias of a"
                        + " layer."))
        .integers();
  }
}
