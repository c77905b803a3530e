package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.onnx.Value.Known;
import io.xbarflow.core.onnx.Value.Shaped;
import java.util.ArrayList;
import java.util.List;

/**
 * Shape and Gather as exporters use them to compute the target of a Reshape, with Concat of their
 * results. The batch axis counts as 0, which Reshape reads as "the same as before".
 */
final class ShapeComputation implements Operator {
  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of("Shape", "Gather");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    Constant result =
        node.opType().equals("Shape") ? shape(node, assembly) : gathered(node, assembly);
    assembly.define(node.output(), new Known(result));
  }

  private static Constant shape(Node node, Assembly assembly) {
    if (assembly.value(node, 0) instanceof Shaped shaped
        && !node.has("start")
        && !node.has("end")) {
      List<Long> dims = new ArrayList<>(List.of(0L));
      shaped.view().dims().forEach(dim -> dims.add(dim.longValue()));
      return vector(node, dims);
    }
    throw node.refuse(
        "Shape of " + assembly.value(node, 0).describe(),
        "Shape of a feature map, without start and end",
        "Simplify the model, for example with onnxsim.");
  }

  private static Constant gathered(Node node, Assembly assembly) {
    Constant data = list(node, assembly, 0);
    Constant indices = list(node, assembly, 1);
    List<Long> values = new ArrayList<>();
    for (int i = 0; i < indices.size(); i++) {
      long index = indices.integer(i);
      long positive = index < 0 ? index + data.size() : index;
      if (positive < 0 || positive >= data.size()) {
        throw node.refuse(
            "index " + index + " of " + data.size(), "an index within", "Export the model again.");
      }
      values.add(data.integer((int) positive));
    }
    return vector(node, values).withDims(indices.dims());
  }

  /** The lists that {@code node}, a Concat, reads, one behind the other. */
  static Constant concatenated(Node node, Assembly assembly) {
    List<Long> values = new ArrayList<>();
    for (int input = 0; input < node.inputs().size(); input++) {
      Constant part = list(node, assembly, input);
      for (int i = 0; i < part.size(); i++) {
        values.add(part.integer(i));
      }
    }
    return vector(node, values);
  }

  /** The part of a list that {@code node}, a Slice, takes. */
  static Constant sliced(Node node, Assembly assembly) {
    Constant data = list(node, assembly, 0);
    List<Long> values = new ArrayList<>();
    for (SliceOperator.Range range : SliceOperator.ranges(node, assembly, 1)) {
      for (int i = 0; i < range.count(data.size()); i++) {
        values.add(data.integer(range.first(data.size()) + i * range.step()));
      }
    }
    return vector(node, values);
  }

  private static Constant list(Node node, Assembly assembly, int index) {
    if (assembly.value(node, index) instanceof Known known
        && known.constant().type() == OnnxType.INT64
        && known.constant().dims().size() <= 1) {
      return known.constant();
    }
    throw node.refuse(
        node.opType() + " of " + assembly.value(node, index).describe(),
        node.opType() + " of int64 lists that compute a shape",
        "Replace the operator, or compute it in the host before or after the chip"
            + " (docs/operators.md).");
  }

  private static Constant vector(Node node, List<Long> values) {
    return Constant.ofIntegers(
        node.output(),
        OnnxType.INT64,
        ImmutableList.of(values.size()),
        values.stream().mapToLong(Long::longValue).toArray());
  }
}
