package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.onnx.Value.Condition;
import io.xbarflow.core.onnx.Value.Dequantised;
import io.xbarflow.core.onnx.Value.Stream;

/**
 * Comparisons of functions of one feature map with one another and with stored values, their
 * combinations, and Where: PyTorch writes Softshrink and Hardshrink with them.
 */
final class ConditionOperator implements Operator {
  private static final ImmutableMap<String, RealFunction.Combination> COMPARISONS =
      ImmutableMap.of(
          "Greater", (a, b) -> a > b ? 1 : 0,
          "GreaterOrEqual", (a, b) -> a >= b ? 1 : 0,
          "Less", (a, b) -> a < b ? 1 : 0,
          "LessOrEqual", (a, b) -> a <= b ? 1 : 0,
          "Equal", (a, b) -> a == b ? 1 : 0);

  private static final ImmutableMap<String, RealFunction.Combination> CONNECTIVES =
      ImmutableMap.of("And", Math::min, "Or", Math::max, "Xor", (a, b) -> a == b ? 0 : 1);

  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.<String>builder()
        .addAll(COMPARISONS.keySet())
        .addAll(CONNECTIVES.keySet())
        .add("Not", "Where")
        .build();
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    String operator = node.opType();
    requireConditions(node, assembly);
    FunctionOperands operands =
        FunctionOperands.of(node, assembly)
            .orElseThrow(
                () ->
                    node.refuse(
                        operator + " of two feature maps",
                        "a constant operand, or functions of one feature map",
                        "Compute it in the host before or after the chip."));
    if (operator.equals("Where")) {
      RealFunction chosen =
          operands
              .functions()
              .get(0)
              .choice(operands.functions().get(1), operands.functions().get(2));
      assembly.define(node.output(), new Dequantised(operands.stream(), chosen));
      return;
    }
    Dequantised truth =
        operator.equals("Not")
            ? new Dequantised(operands.stream(), operands.functions().get(0).then(x -> 1 - x))
            : operands.combined(
                COMPARISONS.containsKey(operator)
                    ? COMPARISONS.get(operator)
                    : CONNECTIVES.get(operator));
    Stream shared = truth.stream().shared(false);
    assembly.define(node.output(), new Condition(truth.withStream(shared)));
  }

  /** Refuses {@code node} unless conditions stand where it takes them, and nowhere else. */
  private static void requireConditions(Node node, Assembly assembly) {
    for (int index = 0; index < node.inputs().size(); index++) {
      boolean wanted =
          node.opType().equals("Where") ? index == 0 : !COMPARISONS.containsKey(node.opType());
      Value operand = assembly.value(node, index);
      if (operand instanceof Condition != wanted) {
        throw node.refuse(
            "input " + index + " is " + operand.describe(),
            wanted ? "a comparison of a dequantised feature map" : "reals",
            "Compute it in the host before or after the chip.");
      }
    }
  }
}
