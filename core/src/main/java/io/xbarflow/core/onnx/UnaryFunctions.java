package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableSet;
import java.util.Optional;

/** The float32 operators of one operand, as ONNX Runtime computes them. */
final class UnaryFunctions {
  /** All of them. */
  static final ImmutableSet<String> NAMES =
      ImmutableSet.of("LeakyRelu", "HardSigmoid", "HardSwish", "Sigmoid", "Tanh", "Abs", "Neg");

  private UnaryFunctions() {}

  /** What {@code operator} with the attributes of {@code node} computes; empty when unknown. */
  static Optional<RealFunction.Step> of(Node node, String operator) {
    return Optional.ofNullable(
        switch (operator) {
          case "LeakyRelu" -> {
            float alpha = node.floatAttribute("alpha", 0.01f);
            yield x -> x >= 0 ? x : alpha * x;
          }
          case "HardSigmoid" -> {
            float alpha = node.floatAttribute("alpha", 0.2f);
            float beta = node.floatAttribute("beta", 0.5f);
            yield x -> hardSigmoid(x, alpha, beta);
          }
          case "HardSwish" -> x -> x * hardSigmoid(x, 1f / 6, 0.5f);
          case "Sigmoid" -> x -> RationalFunctions.sigmoid(x);
          case "Tanh" -> x -> RationalFunctions.tanh(x);
          case "Abs" -> x -> Math.abs(x);
          case "Neg" -> x -> -x;
          default -> null;
        });
  }

  private static float hardSigmoid(float x, float alpha, float beta) {
    return Math.max(0, Math.min(1, alpha * x + beta));
  }
}
