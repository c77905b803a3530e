package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.onnx.Value.Known;
import io.xbarflow.core.onnx.Value.QuantisedConstant;
import java.util.Optional;

/**
 * Evaluates nodes all of whose operands are stored tensors, as ONNX defines their operators: what
 * exporters leave of computed shapes, biases, scales and weights.
 *
 * <p>Source: ONNX opsets 6 to 25.
 */
final class ConstantFolder {
  private static final ImmutableMap<String, FoldingRule> ARITHMETIC = StoredArithmetic.rules();
  private static final ImmutableMap<String, FoldingRule> ARRANGEMENT = StoredArrangement.rules();

  private ConstantFolder() {}

  /** Operators that can be evaluated; some of them have no other meaning in a network. */
  static ImmutableSet<String> operators() {
    return ImmutableSet.<String>builder()
        .addAll(ARITHMETIC.keySet())
        .addAll(ARRANGEMENT.keySet())
        .build();
  }

  /** Defines the outputs of {@code node} if it can be evaluated; whether it could. */
  static boolean fold(Node node, Assembly assembly) {
    if (!node.domain().isEmpty() || !node.hasInput(0)) {
      return false;
    }
    FoldingRule arithmetic = ARITHMETIC.get(node.opType());
    FoldingRule rule = arithmetic != null ? arithmetic : ARRANGEMENT.get(node.opType());
    if (rule == null) {
      return false;
    }
    ImmutableList.Builder<Constant> operands = ImmutableList.builder();
    for (int index = 0; index < node.inputs().size(); index++) {
      if (node.hasInput(index)) {
        // Stored quantised tensors keep their integers when they are only moved.
        Optional<Constant> operand = stored(node, assembly, index, arithmetic != null);
        if (operand.isEmpty()) {
          return false;
        }
        operands.add(operand.get());
      } else {
        operands.add(Constant.OMITTED);
      }
    }
    ImmutableList<Constant> results = rule.evaluate(node, assembly, operands.build());
    for (int output = 0; output < results.size(); output++) {
      if (output < node.outputs().size() && !node.outputs().get(output).isEmpty()) {
        assembly.define(node.output(output), new Known(results.get(output)));
      }
    }
    return true;
  }

  private static Optional<Constant> stored(
      Node node, Assembly assembly, int index, boolean dequantise) {
    Value value = assembly.value(node, index);
    if (value instanceof Known known) {
      return Optional.of(known.constant());
    }
    return dequantise && value instanceof QuantisedConstant quantised
        ? Optional.of(quantised.dequantised(node, assembly))
        : Optional.empty();
  }
}
