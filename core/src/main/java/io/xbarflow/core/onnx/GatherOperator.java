package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.onnx.Value.Commuting;
import io.xbarflow.core.onnx.Value.Dequantised;
import io.xbarflow.core.onnx.Value.Shaped;
import io.xbarflow.core.onnx.Value.Stream;
import io.xbarflow.core.onnx.Value.Unsettled;

/** Gather of channels of a feature map. */
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
    assembly.define(node.output(), channels(node, assembly, data));
  }

  /** Gather of a feature map along its channels. */
  private static Value channels(Node node, Assembly assembly, Value data) {
    if (data instanceof Dequantised dequantised && !dequantised.function().perChannel()) {
      return dequantised.withStream((Stream) channels(node, assembly, dequantised.stream()));
    }
    View view = ((Shaped) data).view();
    int rank = view.dims().size() + 1;
    int stated = node.intAttribute("axis", 0);
    int dimension = (stated < 0 ? stated + rank : stated) - 1;
    Constant indices = assembly.constant(node, 1);
    if (data instanceof Dequantised
        || dimension < 0
        || dimension >= view.dims().size()
        || view.axis(dimension) != View.Axis.CHANNELS
        || indices.dims().size() != 1) {
      throw node.refuse(
          "Gather of " + indices.describe() + " along axis " + stated + " of " + data.describe(),
          "Gather of a list of channels of a quantised feature map",
          "Use Slice for rows and columns, or reorder in the host.");
    }
    int extent = view.dims().get(dimension);
    ImmutableList.Builder<Integer> channels = ImmutableList.builder();
    for (int index : assembly.integers(node, 1, Limits.CHANNELS)) {
      if (index < -extent || index >= extent) {
        throw node.refuse(
            "index " + index + " of " + extent, "an index within", "Export the model again.");
      }
      channels.add(index < 0 ? index + extent : index);
    }
    ImmutableList<Integer> chosen = channels.build();
    View result = view.withExtent(node, dimension, chosen.size());
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
