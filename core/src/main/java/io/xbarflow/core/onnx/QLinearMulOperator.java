package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.Value.Known;
import io.xbarflow.core.onnx.Value.QuantisedConstant;
import io.xbarflow.core.onnx.Value.Stream;

/** com.microsoft QLinearMul of a feature map and a constant. */
final class QLinearMulOperator implements Operator {
  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of("com.microsoft.QLinearMul");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    boolean firstKnown = assembly.value(node, 0) instanceof Known;
    boolean secondKnown = assembly.value(node, 3) instanceof Known;
    if (firstKnown == secondKnown) {
      throw node.refuse(
          firstKnown ? "two stored operands" : "the product of two feature maps",
          "a feature map times a constant",
          firstKnown
              ? "Fold the product into a constant."
              : "Products of feature maps (squeeze-and-excitation, attention) have no block;"
                  + " remove them, or train the network without.");
    }
    int operand = firstKnown ? 3 : 0;
    int constant = firstKnown ? 0 : 3;
    boolean signed = assembly.quantisation(assembly.quantised(node, operand)).signed();
    Stream stream =
        assembly.quantised(
            node,
            operand,
            QuantisationParameters.ofMap(assembly, node, operand + 1, operand + 2, signed));
    QuantisedConstant factors =
        QuantisationParameters.ofConstant(
            assembly, node, assembly.constant(node, constant), constant + 1, constant + 2, 0);
    Quantisation to = QuantisationParameters.ofMap(assembly, node, 6, 7, signed);
    assembly.define(
        node.output(),
        assembly.emit(
            node,
            Multiplication.ofConstant(node, assembly, stream, factors),
            stream.view(),
            node.output(),
            to));
  }
}
