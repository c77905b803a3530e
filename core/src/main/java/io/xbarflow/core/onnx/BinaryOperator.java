package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.onnx.FusedOperators.Arithmetic;
import io.xbarflow.core.onnx.Value.Dequantised;
import io.xbarflow.core.onnx.Value.LayerMaker;
import io.xbarflow.core.onnx.Value.Pending;
import io.xbarflow.core.onnx.Value.QuantisedConstant;
import io.xbarflow.core.onnx.Value.Shaped;
import io.xbarflow.core.onnx.Value.Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
    if (node.opType().equals("Add") && FloatSum.isOne(a, b) && !areBranches(node, assembly)) {
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

  /** Whether both operands are functions of a float result that is quantised already. */
  private static boolean areBranches(Node node, Assembly assembly) {
    List<Stream> streams = new ArrayList<>();
    for (int index = 0; index < 2; index++) {
      if (assembly.value(node, index) instanceof Dequantised map) {
        streams.add(map.stream());
      } else {
        assembly.missing().given(node.input(index)).ifPresent(streams::add);
      }
    }
    return streams.size() == 2 && assembly.origins().haveCommon(streams.get(0), streams.get(1));
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
    Optional<FunctionOperands> operands = FunctionOperands.of(node, assembly);
    return operands.isPresent()
        ? operands.get().combined(combination(node))
        : ofTwoMaps(node, assembly);
  }

  /** Of two feature maps there are only sums. */
  private static Pending ofTwoMaps(Node node, Assembly assembly) {
    if (!node.opType().equals("Add")) {
      throw twoMaps(node, assembly.value(node, 0), assembly.value(node, 1));
    }
    Stream a = assembly.dequantised(node, 0);
    Stream b = assembly.dequantised(node, 1);
    return new Pending(node, a.view(), Addition.ofStreams(node, assembly, a, b));
  }

  private static UserException twoMaps(Node node, Value first, Value second) {
    return node.refuse(
        node.opType() + " of two feature maps, " + first.describe() + " and " + second.describe(),
        "a constant operand, or two functions of one feature map",
        "Only sums of two feature maps have a block; quantise both operands of an Add, or"
            + " remove the operator.");
  }

  /** The names of all of them. */
  static ImmutableSet<String> names() {
    return OPERATORS;
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
        : exponent == 3 ? base * base * base : RoundedFunctions.pow(base, exponent);
  }
}
