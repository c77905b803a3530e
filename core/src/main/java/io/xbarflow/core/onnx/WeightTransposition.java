package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.onnx.Value.Known;
import io.xbarflow.core.onnx.Value.QuantisedConstant;

/** Transpose of a stored matrix, as PyTorch writes it before MatMul. */
final class WeightTransposition implements Operator {
  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of("Transpose");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    ImmutableList<Integer> permutation = node.intsAttribute("perm");
    boolean plain = permutation.isEmpty() || permutation.equals(ImmutableList.of(1, 0));
    Value value = assembly.value(node, 0);
    if (plain && value instanceof Known known && known.constant().dims().size() == 2) {
      assembly.define(node.output(), new Known(known.constant().transposed()));
    } else if (plain
        && value instanceof QuantisedConstant constant
        && constant.values().dims().size() == 2) {
      assembly.define(
          node.output(),
          new QuantisedConstant(
              constant.values().transposed(),
              constant.scales(),
              constant.zeroPoints(),
              constant.scales().size() == 1 ? 0 : 1 - constant.axis()));
    } else {
      throw node.refuse(
          "Transpose " + permutation + " of " + value.describe(),
          "Transpose of a stored matrix",
          "Export the model in NCHW layout, so that no feature map is transposed.");
    }
  }
}
