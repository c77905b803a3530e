package io.xbarflow.core.onnx;

import io.xbarflow.core.onnx.Value.Pending;
import java.util.Arrays;
import java.util.Optional;

/**
 * Folds what stands between a convolution or matrix product and its QuantizeLinear into the layer:
 * products and sums with stored values, one a channel, and with them BatchNormalization.
 */
final class AffineFolding {
  private AffineFolding() {}

  /** Whether {@code value} is a float result that takes an affine function. */
  static boolean isProduct(Value value) {
    return value instanceof Pending pending && pending.maker() instanceof ProductLayer;
  }

  /** Folds {@code node}, an operator of two operands, if it is one that can be folded. */
  static boolean fold(Node node, Assembly assembly) {
    Value a = assembly.value(node, 0);
    Value b = assembly.value(node, 1);
    boolean productFirst = isProduct(a);
    Value other = productFirst ? b : a;
    if (!(productFirst || isProduct(b)) || !ChannelAddend.isStored(other)) {
      return false;
    }
    Pending product = (Pending) (productFirst ? a : b);
    boolean folds =
        switch (node.opType()) {
          case "Add", "Sub", "Mul" -> true;
          case "Div" -> productFirst;
          default -> false;
        };
    if (!folds) {
      return false;
    }
    ChannelAddend constants =
        ChannelAddend.of(node, assembly, product.view(), other)
            .orElseThrow(
                () ->
                    node.refuse(
                        other.describe() + " over dimensions " + product.view().dims(),
                        "one value, or one per channel ([C, 1, 1])",
                        "Use a constant per channel, or compute it in the host."));
    Pending folded =
        switch (node.opType()) {
          case "Add" -> plus(node, product, constants);
          case "Sub" ->
              productFirst
                  ? plus(node, product, constants.negated())
                  : plus(node, negated(node, product), constants);
          case "Mul" -> times(node, product, constants.reals());
          default -> times(node, product, inverse(node, constants.reals()));
        };
    assembly.define(node.output(), folded);
    return true;
  }

  /** {@code product}, negated. */
  static Pending negated(Node node, Pending product) {
    return times(node, product, -1);
  }

  /** {@code product}, multiplied by {@code factor}. */
  static Pending times(Node node, Pending product, double factor) {
    return times(node, product, filled(product, factor));
  }

  /** {@code product} with each channel multiplied by its factor. */
  static Pending times(Node node, Pending product, double[] factors) {
    return affine(node, product, factors, filled(product, 0));
  }

  /** {@code product} with a factor, then a summand of each channel. */
  static Pending affine(Node node, Pending product, double[] factors, double[] summands) {
    ProductLayer layer = (ProductLayer) product.maker();
    layer.assembly().take(node.where(), layer.outputs(), 2 * ChannelAffine.BYTES);
    return new Pending(
        product.node(),
        product.view(),
        layer.with(layer.affine().then(factors, summands)),
        bounds(node, product, factors, summands));
  }

  private static Pending plus(Node node, Pending product, ChannelAddend addend) {
    return new Pending(
        product.node(),
        product.view(),
        ((ProductLayer) product.maker()).plus(addend),
        bounds(node, product, filled(product, 1), addend.reals()));
  }

  private static double[] filled(Pending product, double value) {
    double[] values = new double[((ProductLayer) product.maker()).outputs()];
    Arrays.fill(values, value);
    return values;
  }

  private static double[] inverse(Node node, double[] divisors) {
    double[] factors = Arrays.stream(divisors).map(divisor -> 1 / divisor).toArray();
    if (Arrays.stream(divisors).anyMatch(divisor -> divisor == 0)) {
      throw node.refuse(
          "a division by 0",
          "divisors other than 0",
          "Store a divisor for each channel, or train it again.");
    }
    return factors;
  }

  /** What a Relu or Clip before the affine function is behind it; the same in all channels. */
  private static Bounds bounds(Node node, Pending product, double[] factors, double[] summands) {
    Bounds bounds = product.bounds();
    if (bounds.equals(Bounds.NONE)) {
      return bounds;
    }
    Optional<Bounds> behind = Optional.empty();
    for (int channel = 0; channel < factors.length; channel++) {
      float a = (float) (bounds.apply(bounds.low()) * factors[channel] + summands[channel]);
      float b = (float) (bounds.high() * factors[channel] + summands[channel]);
      Bounds own = new Bounds(Math.min(a, b), Math.max(a, b));
      if (Float.isNaN(own.low()) || (behind.isPresent() && !behind.get().equals(own))) {
        throw node.refuse(
            "factors or summands behind the Relu or Clip of "
                + product.node().where()
                + " that give its bounds another value in every channel",
            "Relu or Clip behind them, or directly before QuantizeLinear",
            "Quantise the result of the Relu or Clip (QuantizeLinear and DequantizeLinear).");
      }
      behind = Optional.of(own);
    }
    return behind.orElse(bounds);
  }
}
