package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.Value.LayerMaker;
import io.xbarflow.core.onnx.Value.Stream;
import java.util.List;

/**
 * Makes the layers of QLinearConcat and of Concat: a Lookup for every operand whose quantisation is
 * not the output's, then the concatenation.
 *
 * @param node the operator
 * @param assembly the network that the operands belong to
 * @param operands feature maps, at least two, equal but for their channels
 * @param view ONNX shape of the result
 * @param axis what is joined
 */
record Concatenation(
    Node node, Assembly assembly, ImmutableList<Stream> operands, View view, Layer.Concat.Axis axis)
    implements LayerMaker {

  /** The concatenation of {@code operands} along the axis that {@code node} states. */
  static Concatenation of(Node node, Assembly assembly, List<Stream> operands) {
    if (operands.size() < 2) {
      throw node.refuse(
          operands.size() + " operands", "at least two", "Simplify the model with onnxsim.");
    }
    View first = operands.get(0).view();
    int rank = first.dims().size() + 1;
    int stated = node.intAttribute("axis", 0);
    int dimension = (stated < 0 ? stated + rank : stated) - 1;
    if (dimension < 0
        || dimension >= first.dims().size()
        || first.axis(dimension) == View.Axis.SEVERAL) {
      throw node.refuse(
          first.isVector() && first.shape().pixels() > 1
              ? "concatenation of flattened maps " + first.shape()
              : "concatenation along axis " + stated + " of " + rank,
          "concatenation along the channels, rows or columns of feature maps",
          "Images are not joined, nor flattened maps; concatenate before Flatten, or in the host.");
    }
    long extent = 0;
    for (Stream operand : operands) {
      View view = operand.view();
      if (view.channelsLast() != first.channelsLast()
          || view.dims().size() != first.dims().size()
          || view.axis(dimension) != first.axis(dimension)
          || !view.withExtent(node, dimension, 1).equals(first.withExtent(node, dimension, 1))) {
        throw node.refuse(
            "operands of dimensions " + first.dims() + " and " + view.dims(),
            "feature maps that differ in the joined axis only",
            "Bring all operands to the same size in the other axes.");
      }
      extent += view.dims().get(dimension);
    }
    return new Concatenation(
        node,
        assembly,
        ImmutableList.copyOf(operands),
        first.withExtent(node, dimension, extent),
        Layer.Concat.Axis.valueOf(first.axis(dimension).name()));
  }

  @Override
  public Concatenation preparedFor(Quantisation to) {
    ImmutableList.Builder<Stream> requantised = ImmutableList.builder();
    for (int i = 0; i < operands.size(); i++) {
      requantised.add(assembly.requantised(node, i, operands.get(i), to));
    }
    return new Concatenation(node, assembly, requantised.build(), view, axis);
  }

  @Override
  public Layer make(String name, String output, Quantisation to, int clampMin, int clampMax) {
    return new Layer.Concat(
        name,
        operands.stream().map(Stream::tensor).collect(ImmutableList.toImmutableList()),
        output,
        axis);
  }
}
