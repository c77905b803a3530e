package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.Value.Stream;
import java.util.ArrayList;
import java.util.List;

/** com.microsoft QLinearConcat of feature maps along the channels. */
final class QLinearConcatOperator implements Operator {
  /** Inputs of an operand: values, scale, zero point; the output's scale and zero point lead. */
  private static final int FIRST = 2;

  private static final int INPUTS = 3;

  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of("com.microsoft.QLinearConcat");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    boolean signed = assembly.quantisation(assembly.quantised(node, FIRST)).signed();
    Quantisation to = QuantisationParameters.ofMap(assembly, node, 0, 1, signed);
    List<Stream> operands = new ArrayList<>();
    for (int input = FIRST; input < node.inputs().size(); input += INPUTS) {
      Quantisation from =
          QuantisationParameters.ofMap(assembly, node, input + 1, input + 2, to.signed());
      if (from.signed() != to.signed()) {
        throw node.refuse(
            "operand " + operands.size() + " and the output differ in type",
            "all int8 or all uint8",
            "Quantise all of them to one type.");
      }
      operands.add(assembly.quantised(node, input, from));
    }
    if (operands.size() == 1) {
      assembly.define(node.output(), assembly.requantised(node, 0, operands.get(0), to));
      return;
    }
    Concatenation concatenation = Concatenation.of(node, assembly, operands);
    assembly.define(
        node.output(), assembly.emit(node, concatenation, concatenation.view(), node.output(), to));
  }
}
