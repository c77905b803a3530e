package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.Value.Known;
import io.xbarflow.core.onnx.Value.LayerMaker;
import io.xbarflow.core.onnx.Value.Stream;

/** com.microsoft QLinearAdd of two feature maps, or of one and a constant. */
final class QLinearAddOperator implements Operator {
  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of("com.microsoft.QLinearAdd");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    boolean firstKnown = assembly.value(node, 0) instanceof Known;
    boolean secondKnown = assembly.value(node, 3) instanceof Known;
    if (firstKnown && secondKnown) {
      throw node.refuse(
          "two stored operands", "at least one feature map", "Fold the sum into a constant.");
    }
    boolean signed = assembly.quantisation(assembly.quantised(node, firstKnown ? 3 : 0)).signed();
    Stream a = firstKnown ? null : operand(node, assembly, 0, signed);
    Stream b = secondKnown ? null : operand(node, assembly, 3, signed);
    LayerMaker maker;
    if (a == null || b == null) {
      int constant = a == null ? 0 : 3;
      maker =
          Addition.ofConstant(
              node,
              assembly,
              a == null ? b : a,
              QuantisationParameters.ofConstant(
                  assembly, node, assembly.constant(node, constant), constant + 1, constant + 2, 0),
              a == null);
    } else {
      maker =
          assembly.origins().haveCommon(a, b)
              ? Meeting.of(node, assembly, a, b, false, false).maker()
              : Addition.ofStreams(node, assembly, a, b);
    }
    Quantisation to = QuantisationParameters.ofMap(assembly, node, 6, 7, signed);
    assembly.define(
        node.output(), assembly.emit(node, maker, (a == null ? b : a).view(), node.output(), to));
  }

  private static Stream operand(Node node, Assembly assembly, int index, boolean signed) {
    return assembly.quantised(
        node, index, QuantisationParameters.ofMap(assembly, node, index + 1, index + 2, signed));
  }
}
