package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.onnx.FusedOperators.Arithmetic;
import io.xbarflow.core.onnx.Value.Dequantised;
import io.xbarflow.core.onnx.Value.Known;
import io.xbarflow.core.onnx.Value.LayerMaker;
import io.xbarflow.core.onnx.Value.Pending;
import io.xbarflow.core.onnx.Value.QuantisedConstant;
import io.xbarflow.core.onnx.Value.Shaped;
import io.xbarflow.core.onnx.Value.Stream;
import io.xbarflow.core.onnx.Value.Unsettled;

/**
 * Float operators of two operands, between DequantizeLinear and QuantizeLinear: a feature map and
 * stored values, or two functions of one feature map, are a table; the sum of two feature maps is
 * an addition.
 */
final class BinaryOperator implements Operator {
  private static final ImmutableSet<String> OPERATORS =
      ImmutableSet.of("Add", "Mul", "Sub", "Div", "Min", "Max", "PRelu", "Pow");

  @Override
  public ImmutableSet<String> opTypes() {
    return OPERATORS;
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    if (node.inputs().size() != 2) {
      throw node.refuse(
          node.inputs().size() + " operands", "two operands", "Split it into operators of two.");
    }
    if (AffineFolding.fold(node, assembly)) {
      return;
    }
    Value a = assembly.value(node, 0);
    Value b = assembly.value(node, 1);
    if (node.opType().equals("Add") && FloatSum.isOne(a, b)) {
      assembly.define(node.output(), FloatSum.of(node, assembly, (Shaped) a, (Shaped) b));
      return;
    }
    Arithmetic arithmetic = FusedOperators.arithmetic(node, assembly);
    assembly.define(
        node.output(),
        arithmetic == Arithmetic.FLOAT
            ? ofReals(node, assembly)
            : ofIntegers(node, assembly, a, b, arithmetic == Arithmetic.AS_UINT8));
  }

  /** Add or Mul of dequantised values, as QLinearAdd or QLinearMul. */
  private static Pending ofIntegers(
      Node node, Assembly assembly, Value a, Value b, boolean asUint8) {
    boolean product = node.opType().equals("Mul");
    if (a instanceof Dequantised first && b instanceof Dequantised second) {
      if (assembly.origins().haveCommon(first.stream(), second.stream())) {
        return Meeting.of(node, assembly, first.stream(), second.stream(), product, asUint8);
      }
      if (product) {
        throw twoMaps(node, first, second);
      }
      return new Pending(
          node, first.view(), Addition.ofStreams(node, assembly, first.stream(), second.stream()));
    }
    boolean storedFirst = a instanceof QuantisedConstant;
    QuantisedConstant constant = (QuantisedConstant) (storedFirst ? a : b);
    Stream stream = ((Dequantised) (storedFirst ? b : a)).stream();
    LayerMaker maker =
        product
            ? Multiplication.ofConstant(node, assembly, stream, constant)
            : Addition.ofConstant(node, assembly, stream, constant, storedFirst);
    return new Pending(node, stream.view(), maker);
  }

  private static Value ofReals(Node node, Assembly assembly) {
    Value a = settled(node, assembly, 0);
    Value b = settled(node, assembly, 1);
    RealFunction.Combination combination = combination(node);
    if (a instanceof Dequantised first && b instanceof Dequantised second) {
      if (!assembly.origins().haveCommon(first.stream(), second.stream())) {
        return ofTwoMaps(node, assembly, first, second);
      }
      boolean same = first.stream().tensor().equals(second.stream().tensor());
      Dequantised one = same ? first : assembly.origins().ofOrigin(first);
      Dequantised other = same ? second : assembly.origins().ofOrigin(second);
      assembly.take(
          node.where(), Math.max(one.function().size(), other.function().size()), Float.BYTES);
      return new Dequantised(one.stream(), one.function().with(other.function(), combination));
    }
    if (!(a instanceof Dequantised) && !(b instanceof Dequantised)) {
      // What is none is refused there.
      ElementwiseOperator.dequantised(
          node, assembly, a instanceof Known || a instanceof QuantisedConstant ? 1 : 0);
    }
    boolean mapFirst = a instanceof Dequantised;
    Dequantised map = (Dequantised) (mapFirst ? a : b);
    RealFunction stored = stored(node, assembly, map, mapFirst ? b : a);
    assembly.take(node.where(), Math.max(stored.size(), map.function().size()), Float.BYTES);
    return new Dequantised(
        map.stream(),
        mapFirst
            ? map.function().with(stored, combination)
            : stored.with(map.function(), combination));
  }

  /** Of two feature maps there are only sums. */
  private static Pending ofTwoMaps(
      Node node, Assembly assembly, Dequantised first, Dequantised second) {
    if (!node.opType().equals("Add")) {
      throw twoMaps(node, first, second);
    }
    Stream a = assembly.dequantised(node, 0);
    Stream b = assembly.dequantised(node, 1);
    return new Pending(node, a.view(), Addition.ofStreams(node, assembly, a, b));
  }

  private static UserException twoMaps(Node node, Dequantised first, Dequantised second) {
    return node.refuse(
        node.opType() + " of two feature maps, " + first.describe() + " and " + second.describe(),
        "a constant operand, or two functions of one feature map",
        "Only sums of two feature maps have a block; quantise both operands of an Add, or"
            + " remove the operator.");
  }

  /** Operand {@code index}, of which a float result is quantised. */
  private static Value settled(Node node, Assembly assembly, int index) {
    return assembly.value(node, index) instanceof Unsettled
        ? ElementwiseOperator.dequantised(node, assembly, index)
        : assembly.value(node, index);
  }

  /** The stored operand {@code other} beside {@code map}, as a function of its values. */
  private static RealFunction stored(Node node, Assembly assembly, Dequantised map, Value other) {
    Constant constant;
    if (other instanceof Known known && known.constant().type().isReal()) {
      constant = known.constant();
    } else if (other instanceof QuantisedConstant stored) {
      constant = stored.dequantised(node, assembly);
    } else {
      throw node.refuse(
          "operand " + other.describe(),
          "a float32 constant, or a function of the same feature map",
          "Quantise the operand (QuantizeLinear and DequantizeLinear), or store it as float32.");
    }
    return ChannelConstants.of(node, assembly, map.view(), constant)
        .map(
            constants -> {
              float[] reals = constants.reals();
              assembly.take(node.where(), reals.length, RealFunction.VALUES * Float.BYTES);
              return map.function().constants(reals);
            })
        .orElseThrow(
            () ->
                node.refuse(
                    constant.describe() + " over dimensions " + map.view().dims(),
                    "one value, or one per channel ([C, 1, 1])",
                    "Use a constant per channel, or compute it in the host."));
  }

  /** Whether {@code node} is a float operator of two operands. */
  static boolean isOne(Node node) {
    return OPERATORS.contains(node.opType());
  }

  /** What {@code node}, a float operator of two operands, computes of each pair of values. */
  static RealFunction.Combination combination(Node node) {
    return switch (node.opType()) {
      case "Add" -> (a, b) -> a + b;
      case "Sub" -> (a, b) -> a - b;
      case "Mul" -> (a, b) -> a * b;
      case "Div" -> (a, b) -> a / b;
      case "Min" -> Math::min;
      case "Max" -> Math::max;
      case "PRelu" -> (x, slope) -> x > 0 ? x : x * slope;
      case "Pow" -> BinaryOperator::power;
      default -> throw new IllegalArgumentException(node.opType());
    };
  }

  /** As ONNX Runtime: squares and cubes are products, each rounded. */
  private static float power(float base, float exponent) {
    return exponent == 2
        ? base * base
        : exponent == 3 ? base * base * base : (float) StrictMath.pow(base, exponent);
  }
}
