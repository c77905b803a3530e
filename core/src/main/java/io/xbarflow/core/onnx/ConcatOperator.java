package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.Value.Pending;
import io.xbarflow.core.onnx.Value.Shaped;
import io.xbarflow.core.onnx.Value.Stream;
import io.xbarflow.core.onnx.Value.Unsettled;
import java.util.ArrayList;
import java.util.List;

/**
 * Concat: between DequantizeLinear or float results and QuantizeLinear, or of integers with one
 * quantisation, it joins feature maps along the channels.
 */
final class ConcatOperator implements Operator {
  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of("Concat");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    List<Value> values = new ArrayList<>();
    for (int input = 0; input < node.inputs().size(); input++) {
      values.add(assembly.value(node, input));
    }
    if (values.size() == 1) {
      assembly.define(node.output(), values.get(0));
    } else if (values.stream().anyMatch(Stream.class::isInstance)) {
      assembly.define(node.output(), ofIntegers(node, assembly));
    } else {
      List<Shaped> operands = new ArrayList<>();
      for (int input = 0; input < node.inputs().size(); input++) {
        operands.add(
            values.get(input) instanceof Unsettled result
                ? result
                : assembly.dequantised(node, input));
      }
      Concatenation concatenation = Concatenation.of(node, assembly, operands);
      assembly.define(node.output(), new Pending(node, concatenation.view(), concatenation));
    }
  }

  private static Stream ofIntegers(Node node, Assembly assembly) {
    List<Stream> operands = new ArrayList<>();
    for (int input = 0; input < node.inputs().size(); input++) {
      operands.add(assembly.quantised(node, input));
    }
    Quantisation to = assembly.quantisation(operands.get(0));
    for (Stream operand : operands) {
      if (!assembly.quantisation(operand).equals(to)) {
        throw node.refuse(
            "integers of different meaning, " + to + " and " + assembly.quantisation(operand),
            "one scale and zero point for all operands",
            "Use QLinearConcat, or Concat between DequantizeLinear and QuantizeLinear.");
      }
    }
    Concatenation concatenation = Concatenation.of(node, assembly, operands);
    return assembly.emit(node, concatenation, concatenation.view(), node.output(), to);
  }
}
