package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.Value.Commuting;
import io.xbarflow.core.onnx.Value.LayerMaker;
import io.xbarflow.core.onnx.Value.Pending;
import io.xbarflow.core.onnx.Value.Shaped;
import io.xbarflow.core.onnx.Value.Stream;
import io.xbarflow.core.onnx.Value.Unsettled;
import java.util.List;

/**
 * Makes the layers of QLinearConcat and of Concat: a Lookup for every operand whose quantisation is
 * not the output's, then the concatenation.
 *
 * @param node the operator
 * @param assembly the network that the operands belong to
 * @param operands feature maps, at least two, equal but for their channels: quantised ones, or
 *     float results that wait for the quantisation of the whole
 * @param view ONNX shape of the result
 * @param axis what is joined
 * @param depth how deep concatenations of float results are nested
 */
record Concatenation(
    Node node,
    Assembly assembly,
    ImmutableList<Shaped> operands,
    View view,
    Layer.Concat.Axis axis,
    int depth)
    implements LayerMaker {

  /** Concatenations of float results within one another, at most. */
  private static final int NESTED = 16;

  /** The concatenation of {@code operands} along the axis that {@code node} states. */
  static Concatenation of(Node node, Assembly assembly, List<? extends Shaped> operands) {
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
    for (Shaped operand : operands) {
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
        Layer.Concat.Axis.valueOf(first.axis(dimension).name()),
        depth(node, operands));
  }

  private static int depth(Node node, List<? extends Shaped> operands) {
    int depth = 1 + operands.stream().mapToInt(Concatenation::depth).max().orElse(0);
    if (depth > NESTED) {
      throw node.refuse(
          depth + " concatenations of float results within one another",
          "at most " + NESTED,
          "Quantise the result of the first ones (QuantizeLinear and DequantizeLinear).");
    }
    return depth;
  }

  private static int depth(Shaped operand) {
    Shaped source = operand;
    while (source instanceof Commuting commuting) {
      source = commuting.source();
    }
    return source instanceof Pending pending && pending.maker() instanceof Concatenation inner
        ? inner.depth()
        : 0;
  }

  @Override
  public Concatenation preparedFor(Quantisation to) {
    ImmutableList.Builder<Shaped> quantised = ImmutableList.builder();
    for (int i = 0; i < operands.size(); i++) {
      quantised.add(
          operands.get(i) instanceof Unsettled result
              ? assembly.settling().settle(result, node.input(i), to)
              : assembly.requantised(node, i, (Stream) operands.get(i), to));
    }
    return new Concatenation(node, assembly, quantised.build(), view, axis, 1);
  }

  @Override
  public Layer make(String name, String output, Quantisation to, int clampMin, int clampMax) {
    return new Layer.Concat(
        name,
        operands.stream()
            .map(operand -> operand instanceof Stream stream ? stream.tensor() : "")
            .collect(ImmutableList.toImmutableList()),
        output,
        axis);
  }
}
