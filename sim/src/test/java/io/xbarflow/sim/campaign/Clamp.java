package io.xbarflow.sim.campaign;

import static io.xbarflow.sim.onnx.OnnxModel.attribute;

import io.xbarflow.core.network.Quantisation;
import io.xbarflow.sim.onnx.OnnxModel;
import java.util.List;
import java.util.function.Supplier;

/**
 * Relu or Clip behind an operator.
 *
 * @param kind which
 * @param low lower bound of Clip, from 0 to 1 of the range
 * @param high upper bound
 */
record Clamp(Kind kind, double low, double high) {
  enum Kind {
    NONE,
    RELU,
    BOTH,
    ABOVE,
    BELOW
  }

  static Clamp draw(Choices choices) {
    Kind kind =
        choices.of(
            Kind.NONE,
            Kind.NONE,
            Kind.NONE,
            Kind.NONE,
            Kind.RELU,
            Kind.BOTH,
            Kind.ABOVE,
            Kind.BELOW);
    int low = choices.draw(5);
    return new Clamp(kind, low / 10.0, 1 - choices.draw(5) / 10.0);
  }

  /**
   * Writes an operator in the form that was drawn, with a clamp that is drawn here.
   *
   * @param like layout and dimensions of the result
   * @param floating writes the float operator
   * @param quantised writes the QOperator
   */
  static FeatureMap finish(
      Walk walk,
      Walk.Written written,
      FeatureMap like,
      Quantisation to,
      Supplier<String> floating,
      Supplier<String> quantised) {
    Clamp clamp = draw(walk.choices());
    FeatureMap result = like.with(to);
    return switch (written) {
      case QDQ -> walk.quantised(clamp.ofReals(walk, floating.get(), to), result, to);
      case QOPERATOR -> result.named(clamp.ofIntegers(walk, quantised.get(), to));
      case CONTRACT -> {
        FeatureMap plain = result.named(quantised.get());
        yield clamp.kind() == Kind.NONE
            ? plain
            : walk.quantised(clamp.ofReals(walk, walk.dequantised(plain), to), result, to);
      }
    };
  }

  private static float real(Quantisation to, double share) {
    return (float) ((to.min() - to.zeroPoint() + 255 * share) * to.scale());
  }

  private static int integer(Quantisation to, double share) {
    return (int) (to.min() + 255 * share);
  }

  /** The clamp of float values that are about to be quantised. */
  String ofReals(Walk walk, String real, Quantisation to) {
    if (kind == Kind.NONE) {
      return real;
    }
    if (kind == Kind.RELU) {
      return walk.node("Relu", List.of(real));
    }
    float least = real(to, low);
    float greatest = real(to, high);
    if (walk.opset() < 11) {
      return switch (kind) {
        case ABOVE -> walk.node("Clip", List.of(real), attribute("max", greatest));
        case BELOW -> walk.node("Clip", List.of(real), attribute("min", least));
        default ->
            walk.node("Clip", List.of(real), attribute("min", least), attribute("max", greatest));
      };
    }
    return switch (kind) {
      case ABOVE -> walk.node("Clip", List.of(real, "", walk.real(greatest)));
      case BELOW -> walk.node("Clip", List.of(real, walk.real(least)));
      default -> walk.node("Clip", List.of(real, walk.real(least), walk.real(greatest)));
    };
  }

  /** The clamp of 8-bit integers, where the operators of the graph's version have one. */
  String ofIntegers(Walk walk, String value, Quantisation to) {
    if (kind == Kind.RELU && walk.opset() >= 14 && to.signed()) {
      walk.note("Relu of integers");
      return walk.node("Relu", List.of(value));
    }
    if (kind == Kind.NONE || kind == Kind.RELU || walk.opset() < 12) {
      return value;
    }
    walk.note("Clip of integers");
    String least = bound(walk, to, low);
    String greatest = bound(walk, to, high);
    return switch (kind) {
      case ABOVE -> walk.node("Clip", List.of(value, "", greatest));
      case BELOW -> walk.node("Clip", List.of(value, least));
      default -> walk.node("Clip", List.of(value, least, greatest));
    };
  }

  private static String bound(Walk walk, Quantisation to, double share) {
    return walk.stored(
        OnnxModel.integers(OnnxModel.eightBits(to.signed()), new long[0], integer(to, share)));
  }
}
