package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.onnx.Value.Dequantised;
import io.xbarflow.core.onnx.Value.Pending;
import io.xbarflow.core.onnx.Value.Stream;
import io.xbarflow.core.onnx.Value.Unsettled;

/**
 * Float operators on every value of one feature map, between DequantizeLinear and QuantizeLinear:
 * chains of them are one table.
 */
final class ElementwiseOperator implements Operator {
  @Override
  public ImmutableSet<String> opTypes() {
    return UnaryFunctions.names();
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    Value operand = assembly.value(node, 0);
    if (node.opType().equals("Neg") && AffineFolding.isProduct(operand)) {
      assembly.define(node.output(), AffineFolding.negated(node, (Pending) operand));
      return;
    }
    Dequantised value = dequantised(node, assembly, 0);
    RealFunction.Step step = UnaryFunctions.of(node, node.opType()).orElseThrow();
    assembly.take(node.where(), value.function().size(), Float.BYTES);
    assembly.define(node.output(), new Dequantised(value.stream(), value.function().then(step)));
  }

  /** Operand {@code index}, a dequantised feature map or a function of one. */
  static Dequantised dequantised(Node node, Assembly assembly, int index) {
    Value value = assembly.value(node, index);
    if (value instanceof Dequantised dequantised) {
      return dequantised;
    }
    if (value instanceof Unsettled result) {
      String name = node.input(index);
      Interval range = assembly.missing().proven().of(result);
      Stream given =
          assembly
              .missing()
              .give(node, name, result, FunctionReach.distinguished(assembly, name, range));
      return Dequantised.plain(given, assembly.quantisation(given));
    }
    // What is none is refused there.
    Stream stream = assembly.dequantised(node, index);
    return Dequantised.plain(stream, assembly.quantisation(stream));
  }
}
