package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.Value.LayerMaker;
import io.xbarflow.core.onnx.Value.QuantisedConstant;
import io.xbarflow.core.onnx.Value.Stream;
import java.util.function.IntBinaryOperator;

/**
 * Makes the tables of QLinearMul, and of Mul in QDQ form, by a constant: {@code y =
 * clamp(roundHalfEven((x - zx) * (c - zc) * (sx * sc / sy) + zy))}, the product of the integers
 * exact, the rest in float32.
 */
final class Multiplication {
  private Multiplication() {}

  static LayerMaker ofConstant(
      Node node, Assembly assembly, Stream stream, QuantisedConstant constant) {
    Constant values = constant.values();
    if (!values.type().isQuantised() || constant.scales().size() != 1) {
      throw node.refuse(
          "constant operand " + values.describe() + " with " + constant.scales().size() + " scales",
          "an int8 or uint8 constant with one scale",
          "Quantise the constant per tensor to 8 bits.");
    }
    ImmutableList<Integer> factors =
        ChannelConstants.of(node, assembly, stream.view(), values)
            .orElseThrow(
                () ->
                    node.refuse(
                        "constant "
                            + values.describe()
                            + " times dimensions "
                            + stream.view().dims(),
                        "one factor, or one per channel ([C, 1, 1])",
                        "Multiply per channel, or fold the factors into a layer's weights."))
            .integers();
    Quantisation meaning = constant.quantisation();
    Quantisation from = assembly.quantisation(stream);
    return (name, output, to, min, max) -> {
      IntBinaryOperator product = of(from, meaning, to);
      return ChannelTables.maker(
              assembly,
              node,
              stream.tensor(),
              (x, channel) -> product.applyAsInt(x, factors.get(channel)))
          .make(name, output, to, min, max);
    };
  }

  /** The products of integers quantised by {@code a} and {@code b}, quantised by {@code to}. */
  static IntBinaryOperator of(Quantisation a, Quantisation b, Quantisation to) {
    float ratio = a.scale() * b.scale() / to.scale();
    return (x, y) -> {
      int product = (x - a.zeroPoint()) * (y - b.zeroPoint());
      return ResultRange.saturated(Math.rint(product * ratio + to.zeroPoint()), to);
    };
  }
}
