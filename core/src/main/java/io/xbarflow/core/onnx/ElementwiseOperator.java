package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.onnx.Value.Dequantised;
import io.xbarflow.core.onnx.Value.Known;
import io.xbarflow.core.onnx.Value.Pending;
import io.xbarflow.core.onnx.Value.QuantisedConstant;
import io.xbarflow.core.onnx.Value.Stream;
import io.xbarflow.core.onnx.Value.Unsettled;

/**
 * Float operators on every value of one feature map, between DequantizeLinear and QuantizeLinear:
 * chains of them are one table. Binary ones take a stored operand or another function of the same
 * feature map. Of stored lists they compute a shape.
 */
final class ElementwiseOperator implements Operator {
  private static final ImmutableSet<String> UNARY =
      ImmutableSet.of("LeakyRelu", "HardSigmoid", "HardSwish", "Sigmoid", "Tanh", "Abs", "Neg");
  private static final ImmutableSet<String> BINARY =
      ImmutableSet.of("Mul", "Sub", "Div", "Min", "Max", "PRelu");

  /** Operators that settle a product that waits for its quantisation. */
  private static final ImmutableSet<String> SETTLING =
      ImmutableSet.of("QuantizeLinear", "Relu", "Clip");

  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.<String>builder().addAll(UNARY).addAll(BINARY).build();
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    if (UNARY.contains(node.opType())) {
      unary(node, assembly);
    } else {
      binary(node, assembly);
    }
  }

  private static void unary(Node node, Assembly assembly) {
    Value operand = assembly.value(node, 0);
    if (node.opType().equals("Neg") && AffineFolding.isProduct(operand)) {
      assembly.define(node.output(), AffineFolding.negated(node, (Pending) operand));
      return;
    }
    Dequantised value = dequantised(node, assembly, 0);
    RealFunction.Step step = UnaryFunctions.of(node, node.opType()).orElseThrow();
    assembly.take(node.where(), value.function().size(), Float.BYTES);
    assembly.define(node.output(), new Dequantised(value.stream(), value.function().then(step)));
  }

  /** Add, Mul and the like. */
  static void binary(Node node, Assembly assembly) {
    if (node.inputs().size() != 2) {
      throw node.refuse(
          node.inputs().size() + " operands", "two operands", "Split it into operators of two.");
    }
    if (AffineFolding.fold(node, assembly)) {
      return;
    }
    Value a = settled(node, assembly, 0);
    Value b = settled(node, assembly, 1);
    boolean streamFirst = a instanceof Dequantised;
    if (!streamFirst && !(b instanceof Dequantised)) {
      dequantised(node, assembly, a instanceof Known || a instanceof QuantisedConstant ? 1 : 0);
    }
    Dequantised value = (Dequantised) (streamFirst ? a : b);
    Value other = streamFirst ? b : a;
    if (node.opType().equals("Mul")
        && other instanceof QuantisedConstant constant
        && value.isPlain()
        && assembly.graph().readers().get(node.output()).stream()
            .allMatch(reader -> SETTLING.contains(reader.opType()))) {
      assembly.define(
          node.output(),
          new Pending(
              node,
              value.view(),
              Multiplication.ofConstant(node, assembly, value.stream(), constant)));
      return;
    }
    RealFunction.Combination combination = combination(node);
    RealFunction operand = operand(node, assembly, value, other);
    assembly.take(node.where(), Math.max(operand.size(), value.function().size()), Float.BYTES);
    assembly.define(
        node.output(),
        new Dequantised(
            value.stream(),
            streamFirst
                ? value.function().with(operand, combination)
                : operand.with(value.function(), combination)));
  }

  /** Operand {@code index}, of which a float result is quantised. */
  private static Value settled(Node node, Assembly assembly, int index) {
    return assembly.value(node, index) instanceof Unsettled
        ? dequantised(node, assembly, index)
        : assembly.value(node, index);
  }

  private static RealFunction operand(
      Node node, Assembly assembly, Dequantised value, Value other) {
    if (other instanceof Dequantised same) {
      if (!same.stream().tensor().equals(value.stream().tensor())
          || !same.view().equals(value.view())) {
        throw node.refuse(
            node.opType() + " of two feature maps, " + value.describe() + " and " + same.describe(),
            "a constant operand, or two functions of one feature map",
            "Only sums of two feature maps have a block; quantise both operands of an Add, or"
                + " remove the operator.");
      }
      return same.function();
    }
    Constant constant;
    if (other instanceof Known known && known.constant().type().isReal()) {
      constant = known.constant();
    } else if (other instanceof QuantisedConstant stored && stored.scales().size() == 1) {
      constant = stored.dequantised(node, assembly);
    } else {
      throw node.refuse(
          "operand " + other.describe(),
          "a float32 constant, or a function of the same feature map",
          "Quantise the operand (QuantizeLinear and DequantizeLinear), or store it as float32.");
    }
    return ChannelConstants.of(node, assembly, value.view(), constant)
        .map(
            constants -> {
              float[] reals = constants.reals();
              assembly.take(node.where(), reals.length, RealFunction.VALUES * Float.BYTES);
              return value.function().constants(reals);
            })
        .orElseThrow(
            () ->
                node.refuse(
                    constant.describe() + " over dimensions " + value.view().dims(),
                    "one value, or one per channel ([C, 1, 1])",
                    "Use a constant per channel, or compute it in the host."));
  }

  /** Whether {@code node} is a float operator of two operands. */
  static boolean isBinary(Node node) {
    return BINARY.contains(node.opType()) || node.opType().equals("Add");
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
      default -> throw new IllegalArgumentException(node.opType());
    };
  }

  /** Operand {@code index}, a dequantised feature map or a function of one. */
  static Dequantised dequantised(Node node, Assembly assembly, int index) {
    Value value = assembly.value(node, index);
    if (value instanceof Dequantised dequantised) {
      return dequantised;
    }
    if (value instanceof Unsettled result) {
      String name = node.input(index);
      Interval range = assembly.missing().proven().of(result);
      Stream given =
          assembly
              .missing()
              .give(node, name, result, FunctionReach.distinguished(assembly, name, range));
      return Dequantised.plain(given, assembly.quantisation(given));
    }
    // What is none is refused there.
    Stream stream = assembly.dequantised(node, index);
    return Dequantised.plain(stream, assembly.quantisation(stream));
  }
}
