package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.onnx.Value.Dequantised;
import io.xbarflow.core.onnx.Value.Stream;
import io.xbarflow.core.onnx.Value.Unsettled;

/** Split of a feature map along channels, rows or columns: a Slice for every output. */
final class SplitOperator implements Operator {
  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of("Split");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    Value value = assembly.value(node, 0);
    if (!(value instanceof Stream || value instanceof Dequantised || value instanceof Unsettled)) {
      throw Assembly.unquantised(node, value);
    }
    View view = ((Value.Shaped) value).view();
    int rank = view.dims().size() + 1;
    int stated = node.intAttribute("axis", 0);
    int dimension = (stated < 0 ? stated + rank : stated) - 1;
    if (dimension < 0 || dimension >= view.dims().size()) {
      throw node.refuse(
          "Split along axis " + stated + " of " + rank,
          "channels, rows or columns",
          "Take images apart in the host.");
    }
    int extent = view.dims().get(dimension);
    ImmutableList<Integer> sizes = sizes(node, assembly, extent);
    int first = 0;
    for (int part = 0; part < sizes.size(); part++) {
      if (!node.outputs().get(part).isEmpty()) {
        String output = node.output(part);
        SliceOperator.Range range =
            new SliceOperator.Range(dimension + 1, first, first + sizes.get(part), 1);
        assembly.define(
            output,
            SliceOperator.sliced(
                node, assembly, node.name() + "_" + part, value, ImmutableList.of(range), output));
      }
      first += sizes.get(part);
    }
  }

  /** The parts of {@code extent} that {@code node} states. */
  static ImmutableList<Integer> sizes(Node node, Assembly assembly, int extent) {
    int count = node.outputs().size();
    ImmutableList<Integer> sizes = node.intsAttribute("split");
    if (node.hasInput(1)) {
      sizes = assembly.integers(node, 1, Limits.CHANNELS);
    }
    if (sizes.isEmpty()) {
      // Equal parts, the last one smaller when it must be.
      long each = (extent + count - 1L) / count;
      ImmutableList.Builder<Integer> equal = ImmutableList.builder();
      for (int part = 0; part < count; part++) {
        equal.add((int) Math.max(0, Math.min(each, extent - part * each)));
      }
      sizes = equal.build();
    }
    long sum = sizes.stream().mapToLong(Integer::longValue).sum();
    if (sizes.size() != count || sum != extent || sizes.stream().anyMatch(size -> size < 1)) {
      throw node.refuse(
          "parts " + sizes + " of " + extent,
          "parts of at least 1, one an output, of " + extent + " together",
          "Export the model again.");
    }
    return sizes;
  }
}
