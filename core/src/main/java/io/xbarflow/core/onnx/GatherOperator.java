package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.onnx.Value.Commuting;
import io.xbarflow.core.onnx.Value.Dequantised;
import io.xbarflow.core.onnx.Value.Shaped;
import io.xbarflow.core.onnx.Value.Stream;
import io.xbarflow.core.onnx.Value.Unsettled;
import java.util.ArrayList;
import java.util.List;

/**
 * Gather of channels of a feature map in any order, of rows or columns at equal distances, or of
 * one channel, row or column, whose axis is dropped.
 */
final class GatherOperator implements Operator {
  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of("Gather");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    Value data = assembly.value(node, 0);
    if (!(data instanceof Stream || data instanceof Dequantised || data instanceof Unsettled)) {
      throw Assembly.unquantised(node, data);
    }
    View view = ((Shaped) data).view();
    int rank = view.dims().size() + 1;
    int stated = node.intAttribute("axis", 0);
    int dimension = (stated < 0 ? stated + rank : stated) - 1;
    Constant indices = assembly.constant(node, 1);
    boolean known = dimension >= 0 && dimension < view.dims().size();
    if (!known || view.axis(dimension) == View.Axis.SEVERAL || indices.dims().size() > 1) {
      throw refuse(node, data, indices, stated);
    }
    ImmutableList<Integer> positions = positions(node, assembly, view.dims().get(dimension));
    Value chosen;
    if (view.axis(dimension) == View.Axis.CHANNELS) {
      chosen =
          channels(
              node, assembly, data, positions, view.withExtent(node, dimension, positions.size()));
    } else {
      SliceOperator.Range range =
          SliceOperator.Range.through(dimension + 1, positions)
              .orElseThrow(() -> refuse(node, data, indices, stated));
      chosen =
          SliceOperator.sliced(
              node, assembly, node.name(), data, ImmutableList.of(range), node.output());
    }
    if (!indices.dims().isEmpty()) {
      assembly.define(node.output(), chosen);
      return;
    }
    List<Integer> dims = new ArrayList<>(view.dims());
    dims.remove(dimension);
    if (dims.isEmpty() || !Arranging.reshape(node, assembly, chosen, ImmutableList.copyOf(dims))) {
      throw refuse(node, data, indices, stated);
    }
  }

  private static UserException refuse(Node node, Value data, Constant indices, int axis) {
    return node.refuse(
        "Gather of " + indices.describe() + " along axis " + axis + " of " + data.describe(),
        "a list of channels, rows or columns at equal distances, or one of them",
        "Reorder rows and columns in the host.");
  }

  /** The positions that {@code node} states, of {@code extent}. */
  private static ImmutableList<Integer> positions(Node node, Assembly assembly, int extent) {
    ImmutableList.Builder<Integer> positions = ImmutableList.builder();
    for (int index : assembly.integers(node, 1, Limits.CHANNELS)) {
      if (index < -extent || index >= extent) {
        throw node.refuse(
            "index " + index + " of " + extent, "an index within", "Export the model again.");
      }
      positions.add(index < 0 ? index + extent : index);
    }
    return positions.build();
  }

  /** {@code chosen} channels of a feature map. */
  private static Value channels(
      Node node, Assembly assembly, Value data, ImmutableList<Integer> chosen, View result) {
    if (data instanceof Dequantised dequantised) {
      if (dequantised.function().perChannel()) {
        throw node.refuse(
            "channels of float values with another function in every channel",
            "channels of quantised values",
            "Quantise the input of the Gather too.");
      }
      return dequantised.withStream(
          (Stream) channels(node, assembly, dequantised.stream(), chosen, result));
    }
    if (data instanceof Unsettled unsettled) {
      return new Commuting(
          node,
          unsettled,
          result,
          (stream, behind, output) ->
              ChannelChoice.apply(assembly, node.name(), stream, result, output, chosen, 0));
    }
    return ChannelChoice.apply(
        assembly, node.name(), (Stream) data, result, node.output(), chosen, 0);
  }
}
