package io.xbarflow.sim.campaign;

import static io.xbarflow.sim.onnx.OnnxModel.attribute;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** Operators of one operand that random chains are made of. */
final class Functions {
  /** Those that each library approximates. */
  private static final ImmutableMap<String, DoubleUnaryOperator> SMOOTH =
      ImmutableMap.<String, DoubleUnaryOperator>builder()
          .put("Elu", x -> x > 0 ? x : Math.expm1(x))
          .put("Selu", x -> 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x)))
          .put("Softplus", Functions::softplus)
          .put("Softsign", x -> x / (1 + Math.abs(x)))
          .put("Erf", Functions::erf)
          .put("Exp", Math::exp)
          .put("Log", Math::log)
          .put("Sqrt", Math::sqrt)
          .put("Sin", Math::sin)
          .put("Cos", Math::cos)
          .put("Celu", x -> x > 0 ? x : Math.expm1(x))
          .put("Mish", x -> x * Math.tanh(softplus(x)))
          .put("Gelu", x -> x * (1 + erf(x / Math.sqrt(2))) / 2)
          .put("Pow", x -> Math.pow(x, 1.7))
          .buildOrThrow();

  private static final ImmutableMap<String, DoubleUnaryOperator> STEPS =
      ImmutableMap.of(
          "Floor", Math::floor,
          "Ceil", Math::ceil,
          "Round", Math::rint,
          "Sign", Math::signum,
          "ThresholdedRelu", x -> x > 1 ? x : 0,
          "Shrink", x -> x < -0.5 ? x + 0.25 : x > 0.5 ? x - 0.25 : 0);

  private static final ImmutableSet<String> POSITIVE =
      ImmutableSet.of("Log", "Sqrt", "Pow", "Reciprocal");

  private static final ImmutableList<String> ALL =
      ImmutableList.<String>builder()
          .addAll(SMOOTH.keySet())
          .addAll(STEPS.keySet())
          .add("Reciprocal")
          .build();

  private Functions() {}

  private static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  /** Within 1e-10 of it, by Simpson's rule. */
  private static double erf(double x) {
    double end = Math.max(-6, Math.min(6, x));
    int parts = 400;
    double sum = 1 + Math.exp(-end * end);
    for (int i = 1; i < parts; i++) {
      double t = end * i / parts;
      sum += (i % 2 == 0 ? 2 : 4) * Math.exp(-t * t);
    }
    return 2 / Math.sqrt(Math.PI) * end / parts / 3 * sum;
  }

  /** One that the opset of {@code walk} has. */
  static String draw(Walk walk) {
    String operator = walk.choices().of(ALL);
    int since =
        switch (operator) {
          case "Round" -> 11;
          case "Celu" -> 12;
          case "Mish" -> 18;
          case "Gelu" -> 20;
          default -> 10;
        };
    return walk.opset() < since ? "Softplus" : operator;
  }

  static boolean isSmooth(String operator) {
    return SMOOTH.containsKey(operator);
  }

  static boolean hasSteps(String operator) {
    return STEPS.containsKey(operator);
  }

  static boolean needsPositive(String operator) {
    return POSITIVE.contains(operator);
  }

  static DoubleUnaryOperator of(String operator) {
    return operator.equals("Reciprocal")
        ? x -> 1 / x
        : SMOOTH.getOrDefault(operator, STEPS.get(operator));
  }

  /** Writes it, of {@code value}. */
  static String write(Walk walk, String operator, String value) {
    return switch (operator) {
      case "Pow" -> walk.node(operator, List.of(value, walk.real(1.7f)));
      case "Shrink" -> walk.node(operator, List.of(value), attribute("bias", 0.25f));
      default -> walk.node(operator, List.of(value));
    };
  }
}
