package io.xbarflow.core.onnx;

import java.util.Optional;

/** The float32 operators of one operand, as ONNX Runtime computes them. */
final class UnaryFunctions {
  private UnaryFunctions() {}

  /** What {@code operator} with the attributes of {@code node} computes; empty when unknown. */
  static Optional<RealFunction.Step> of(Node node, String operator) {
    return Optional.ofNullable(
        switch (operator) {
          case "LeakyRelu" -> {
            float alpha = node.floatAttribute("alpha", 0.01f);
            yield (x, channel) -> x >= 0 ? x : alpha * x;
          }
          case "HardSigmoid" -> {
            float alpha = node.floatAttribute("alpha", 0.2f);
            float beta = node.floatAttribute("beta", 0.5f);
            yield (x, channel) -> hardSigmoid(x, alpha, beta);
          }
          case "HardSwish" -> (x, channel) -> x * hardSigmoid(x, 1f / 6, 0.5f);
          case "Sigmoid" -> (x, channel) -> RationalFunctions.sigmoid(x);
          case "Tanh" -> (x, channel) -> RationalFunctions.tanh(x);
          case "Abs" -> (x, channel) -> Math.abs(x);
          case "Neg" -> (x, channel) -> -x;
          default -> null;
        });
  }

  private static float hardSigmoid(float x, float alpha, float beta) {
    return Math.max(0, Math.min(1, alpha * x + beta));
  }
}
