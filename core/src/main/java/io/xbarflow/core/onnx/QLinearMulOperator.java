package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.Value.Known;
import io.xbarflow.core.onnx.Value.Pending;
import io.xbarflow.core.onnx.Value.QuantisedConstant;
import io.xbarflow.core.onnx.Value.Stream;

/** com.microsoft QLinearMul of a feature map and a constant, or of two functions of one. */
final class QLinearMulOperator implements Operator {
  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of("com.microsoft.QLinearMul");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    boolean firstKnown = assembly.value(node, 0) instanceof Known;
    boolean secondKnown = assembly.value(node, 3) instanceof Known;
    if (firstKnown && secondKnown) {
      throw node.refuse(
          "two stored operands",
          "a feature map times a constant",
          "Fold the product into a constant.");
    }
    if (!firstKnown && !secondKnown) {
      ofTwo(node, assembly);
      return;
    }
    int operand = firstKnown ? 3 : 0;
    int constant = firstKnown ? 0 : 3;
    boolean signed = assembly.quantisation(assembly.quantised(node, operand)).signed();
    Stream stream = operand(node, assembly, operand, signed);
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

  private static void ofTwo(Node node, Assembly assembly) {
    boolean signed = assembly.quantisation(assembly.quantised(node, 0)).signed();
    Stream a = operand(node, assembly, 0, signed);
    Stream b = operand(node, assembly, 3, signed);
    if (!assembly.origins().haveCommon(a, b)) {
      throw node.refuse(
          "the product of two feature maps",
          "a feature map times a constant, or times a function of it",
          "Products of feature maps (squeeze-and-excitation, attention) have no block;"
              + " remove them, or train the network without.");
    }
    Quantisation to = QuantisationParameters.ofMap(assembly, node, 6, 7, signed);
    Pending product = Meeting.of(node, assembly, a, b, true, false);
    assembly.define(
        node.output(), assembly.emit(node, product.maker(), product.view(), node.output(), to));
  }

  private static Stream operand(Node node, Assembly assembly, int index, boolean signed) {
    return assembly.quantised(
        node, index, QuantisationParameters.ofMap(assembly, node, index + 1, index + 2, signed));
  }
}
