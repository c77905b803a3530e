package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.onnx.Value.LayerMaker;
import io.xbarflow.core.onnx.Value.Stream;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the layers of QLinearConcat and of Concat: a Lookup for every operand whose quantisation is
 * not the output's, then the concatenation.
 *
 * @param node the operator
 * @param assembly the network that the operands belong to
 * @param operands feature maps, at least two, equal but for their channels
 * @param view ONNX shape of the result
 */
record Concatenation(Node node, Assembly assembly, ImmutableList<Stream> operands, View view)
    implements LayerMaker {

  /** The concatenation of {@code operands} along the axis that {@code node} states. */
  static Concatenation of(Node node, Assembly assembly, List<Stream> operands) {
    if (operands.size() < 2) {
      throw node.refuse(
          operands.size() + " operands", "at least two", "Simplify the model with onnxsim.");
    }
    View first = operands.get(0).view();
    int channelAxis = first.channelsLast() ? first.dims().size() : 1;
    requireChannelAxis(node, first, channelAxis);
    int channels = 0;
    for (Stream operand : operands) {
      View view = operand.view();
      if (view.channelsLast() != first.channelsLast()
          || !withChannels(view, channelAxis, 1).equals(withChannels(first, channelAxis, 1))) {
        throw node.refuse(
            "operands of dimensions " + first.dims() + " and " + view.dims(),
            "feature maps that differ in their channels only",
            "Bring all operands to the same rows and columns.");
      }
      channels += view.shape().channels();
    }
    return new Concatenation(
        node, assembly, ImmutableList.copyOf(operands), withChannels(first, channelAxis, channels));
  }

  private static void requireChannelAxis(Node node, View view, int channelAxis) {
    int rank = view.dims().size() + 1;
    int axis = node.intAttribute("axis", 0);
    boolean vectorOfMap = view.isVector() && view.shape().pixels() > 1;
    if ((axis < 0 ? axis + rank : axis) != channelAxis || vectorOfMap) {
      throw node.refuse(
          vectorOfMap
              ? "concatenation of flattened maps " + view.shape()
              : "concatenation along axis " + axis + " of " + rank,
          "concatenation along the channels, axis " + channelAxis,
          "Only channels can be joined on the chip; concatenate before Flatten, or in the host.");
    }
  }

  private static View withChannels(View view, int channelAxis, int channels) {
    Shape shape = view.shape();
    List<Integer> dims = new ArrayList<>(view.dims());
    dims.set(channelAxis - 1, channels);
    return new View(
        new Shape(channels, shape.height(), shape.width()),
        ImmutableList.copyOf(dims),
        view.channelsLast());
  }

  @Override
  public Concatenation preparedFor(Quantisation to) {
    ImmutableList.Builder<Stream> requantised = ImmutableList.builder();
    for (int i = 0; i < operands.size(); i++) {
      requantised.add(assembly.requantised(node, i, operands.get(i), to));
    }
    return new Concatenation(node, assembly, requantised.build(), view);
  }

  @Override
  public Layer make(String name, String output, Quantisation to, int clampMin, int clampMax) {
    return new Layer.Concat(
        name,
        operands.stream().map(Stream::tensor).collect(ImmutableList.toImmutableList()),
        output);
  }
}
