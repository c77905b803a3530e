package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.util.Optional;
import java.util.function.Function;

/**
 * The float32 operators of one operand: as ONNX Runtime computes them where that is known to the
 * last bit, else rounded from float64.
 */
final class UnaryFunctions {
  /** What an operator computes, by the attributes of its node. */
  private static final ImmutableMap<String, Function<Node, RealFunction.Step>> FUNCTIONS =
      ImmutableMap.<String, Function<Node, RealFunction.Step>>builder()
          .put("LeakyRelu", UnaryFunctions::leakyRelu)
          .put("HardSigmoid", UnaryFunctions::hardSigmoid)
          .put("HardSwish", node -> x -> x * hardSigmoid(x, 1f / 6, 0.5f))
          .put("Sigmoid", node -> RationalFunctions::sigmoid)
          .put("Tanh", node -> RationalFunctions::tanh)
          .put("Abs", node -> Math::abs)
          .put("Neg", node -> x -> -x)
          .put("Elu", UnaryFunctions::elu)
          .put("Selu", UnaryFunctions::selu)
          .put("Celu", UnaryFunctions::celu)
          .put("Gelu", UnaryFunctions::gelu)
          .put("Mish", node -> RoundedFunctions::mish)
          .put("Softplus", node -> RoundedFunctions::softplus)
          .put("Softsign", node -> RoundedFunctions::softsign)
          .put("ThresholdedRelu", UnaryFunctions::thresholdedRelu)
          .put("Shrink", UnaryFunctions::shrink)
          .put("Erf", node -> RoundedFunctions::erf)
          .put("Exp", node -> RoundedFunctions::exp)
          .put("Log", node -> RoundedFunctions::log)
          .put("Sqrt", node -> x -> (float) Math.sqrt(x))
          .put("Reciprocal", node -> x -> 1 / x)
          .put("Sin", node -> RoundedFunctions::sin)
          .put("Cos", node -> RoundedFunctions::cos)
          .put("Floor", node -> x -> (float) Math.floor(x))
          .put("Ceil", node -> x -> (float) Math.ceil(x))
          .put("Round", node -> x -> (float) Math.rint(x))
          .put("Sign", node -> Math::signum)
          .buildOrThrow();

  private static final float SELU_ALPHA = 1.6732632f;
  private static final float SELU_GAMMA = 1.050701f;

  private UnaryFunctions() {}

  /** The names of all of them. */
  static ImmutableSet<String> names() {
    return FUNCTIONS.keySet();
  }

  /** What {@code operator} with the attributes of {@code node} computes; empty when unknown. */
  static Optional<RealFunction.Step> of(Node node, String operator) {
    return Optional.ofNullable(FUNCTIONS.get(operator)).map(function -> function.apply(node));
  }

  private static RealFunction.Step leakyRelu(Node node) {
    float alpha = node.floatAttribute("alpha", 0.01f);
    return x -> x >= 0 ? x : alpha * x;
  }

  private static RealFunction.Step hardSigmoid(Node node) {
    float alpha = node.floatAttribute("alpha", 0.2f);
    float beta = node.floatAttribute("beta", 0.5f);
    return x -> hardSigmoid(x, alpha, beta);
  }

  private static float hardSigmoid(float x, float alpha, float beta) {
    return Math.max(0, Math.min(1, alpha * x + beta));
  }

  private static RealFunction.Step elu(Node node) {
    float alpha = node.floatAttribute("alpha", 1);
    return x -> RoundedFunctions.elu(x, 1, alpha, 1);
  }

  private static RealFunction.Step selu(Node node) {
    float alpha = node.floatAttribute("alpha", SELU_ALPHA);
    float gamma = node.floatAttribute("gamma", SELU_GAMMA);
    return x -> RoundedFunctions.elu(x, gamma, (double) gamma * alpha, 1);
  }

  private static RealFunction.Step celu(Node node) {
    float alpha = node.floatAttribute("alpha", 1);
    return x -> RoundedFunctions.elu(x, 1, alpha, alpha);
  }

  private static RealFunction.Step gelu(Node node) {
    String approximate = node.stringAttribute("approximate", "none");
    return switch (approximate) {
      case "none" -> RoundedFunctions::gelu;
      case "tanh" -> RoundedFunctions::geluByTanh;
      default ->
          throw node.refuse(
              "approximate '" + approximate + "'", "'none' or 'tanh'", "Export the model again.");
    };
  }

  private static RealFunction.Step thresholdedRelu(Node node) {
    float alpha = node.floatAttribute("alpha", 1);
    return x -> x > alpha ? x : 0;
  }

  private static RealFunction.Step shrink(Node node) {
    float threshold = node.floatAttribute("lambd", 0.5f);
    float bias = node.floatAttribute("bias", 0);
    return x -> x < -threshold ? x + bias : x > threshold ? x - bias : 0;
  }
}
