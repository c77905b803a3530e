package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/**
 * Element-wise arithmetic and Cast of stored tensors. Reals are rounded after each operation;
 * integers keep the lowest bits of their type.
 */
final class StoredArithmetic {
  /** Bytes that a value of the result takes while it is computed. */
  private static final int WORK_BYTES = Long.BYTES;

  private StoredArithmetic() {}

  static ImmutableMap<String, FoldingRule> rules() {
    ImmutableMap.Builder<String, FoldingRule> rules = ImmutableMap.builder();
    UnaryFunctions.names().forEach(name -> rules.put(name, StoredArithmetic::function));
    return rules
        .put("Add", binary((a, b) -> a + b, (a, b) -> a + b))
        .put("Sub", binary((a, b) -> a - b, (a, b) -> a - b))
        .put("Mul", binary((a, b) -> a * b, (a, b) -> a * b))
        .put("Div", binary((a, b) -> a / b, StoredArithmetic::quotient))
        .put("Min", binary(Math::min, Math::min))
        .put("Max", binary(Math::max, Math::max))
        .put("Neg", unary(x -> -x, x -> -x))
        .put("Abs", unary(Math::abs, Math::abs))
        .put("Relu", unary(x -> Math.max(0, x), x -> Math.max(0, x)))
        .put("Clip", StoredArithmetic::clipped)
        .put("Cast", StoredArithmetic::cast)
        .buildKeepingLast();
  }

  /** Whether values of {@code type} can be computed with; float64 is only cast. */
  private static boolean isComputed(OnnxType type) {
    return type != OnnxType.OTHER && type != OnnxType.DOUBLE;
  }

  /** An integer quotient; of 0, which is what the batch axis counts as, it is 0. */
  private static long quotient(long a, long b) {
    return b == 0 ? 0 : a / b;
  }

  private static FoldingRule binary(RealFunction.Combination real, LongBinaryOperator integer) {
    return (node, assembly, operands) -> {
      Constant result = operands.get(0);
      for (Constant operand : operands.subList(1, operands.size())) {
        result = combined(node, assembly, result, operand, real, integer);
      }
      return ImmutableList.of(result);
    };
  }

  private static Constant combined(
      Node node,
      Assembly assembly,
      Constant a,
      Constant b,
      RealFunction.Combination real,
      LongBinaryOperator integer) {
    if (a.type() != b.type() || !isComputed(a.type())) {
      throw node.refuse(
          node.opType() + " of " + a.describe() + " and " + b.describe(),
          "two operands of one type: float32, float16, bfloat16, int32, int64, int8 or uint8",
          "Export the model again.");
    }
    Broadcast broadcast = Broadcast.of(node, ImmutableList.of(a.dims(), b.dims()));
    assembly.take(node.where(), broadcast.size(), WORK_BYTES);
    return Constant.computed(
        node.output(),
        a.type(),
        broadcast.dims(),
        i -> integer.applyAsLong(a.integer(broadcast.of(0, i)), b.integer(broadcast.of(1, i))),
        i -> real.apply(a.real(broadcast.of(0, i)), b.real(broadcast.of(1, i))));
  }

  private static FoldingRule unary(RealFunction.Step real, LongUnaryOperator integer) {
    return (node, assembly, operands) ->
        ImmutableList.of(mapped(node, assembly, operands.get(0), real, integer));
  }

  /** A function of float32 only. */
  private static ImmutableList<Constant> function(
      Node node, Assembly assembly, ImmutableList<Constant> operands) {
    requireReal(node, operands.get(0));
    RealFunction.Step function = UnaryFunctions.of(node, node.opType()).orElseThrow();
    return ImmutableList.of(mapped(node, assembly, operands.get(0), function, x -> x));
  }

  private static void requireReal(Node node, Constant operand) {
    if (!operand.type().isReal()) {
      throw node.refuse(
          node.opType() + " of " + operand.describe(), "reals", "Export the model again.");
    }
  }

  private static Constant mapped(
      Node node,
      Assembly assembly,
      Constant operand,
      RealFunction.Step real,
      LongUnaryOperator integer) {
    requireValues(node, operand);
    assembly.take(node.where(), operand.size(), WORK_BYTES);
    return Constant.computed(
        node.output(),
        operand.type(),
        operand.dims(),
        i -> integer.applyAsLong(operand.integer(i)),
        i -> real.apply(operand.real(i)));
  }

  private static void requireValues(Node node, Constant operand) {
    if (!isComputed(operand.type())) {
      throw node.refuse(
          node.opType() + " of " + operand.describe(),
          "float32, float16, bfloat16, int32, int64, int8 or uint8",
          "Store the tensor in one of these types.");
    }
  }

  private static ImmutableList<Constant> clipped(
      Node node, Assembly assembly, ImmutableList<Constant> operands) {
    Constant operand = operands.get(0);
    requireValues(node, operand);
    if (operand.type().isReal()) {
      Bounds bounds = ClampingOperator.bounds(node, assembly);
      return ImmutableList.of(mapped(node, assembly, operand, bounds::apply, x -> x));
    }
    long least = bound(node, operands, 1, Long.MIN_VALUE);
    long greatest = bound(node, operands, 2, Long.MAX_VALUE);
    return ImmutableList.of(
        mapped(node, assembly, operand, x -> x, x -> Math.min(Math.max(x, least), greatest)));
  }

  private static long bound(
      Node node, ImmutableList<Constant> operands, int index, long otherwise) {
    if (!node.hasInput(index)) {
      return otherwise;
    }
    Constant bound = operands.get(index);
    if (bound.type() != operands.get(0).type() || bound.size() != 1) {
      throw node.refuse(
          "bound " + bound.describe(),
          "one value of type " + operands.get(0).type(),
          "Export the model again.");
    }
    return bound.integer(0);
  }

  /** Cast: reals lose their fraction, integers the bits that the type does not have. */
  private static ImmutableList<Constant> cast(
      Node node, Assembly assembly, ImmutableList<Constant> operands) {
    Constant operand = operands.get(0);
    if (operand.type() != OnnxType.DOUBLE) {
      requireValues(node, operand);
    }
    int code = node.intAttribute("to", 0);
    OnnxType to = OnnxType.of(code);
    if (!isComputed(to)) {
      throw node.refuse(
          "Cast of " + operand.describe() + " to " + OnnxType.describe(code),
          "Cast to float32, float16, bfloat16, int32, int64, int8 or uint8",
          "Store the tensor in the type that is needed.");
    }
    boolean real = operand.type().isReal();
    assembly.take(node.where(), operand.size(), WORK_BYTES);
    return ImmutableList.of(
        Constant.computed(
            node.output(),
            to,
            operand.dims(),
            i -> real ? whole(node, operand.exact(i), to) : operand.integer(i),
            i -> real ? operand.real(i) : operand.integer(i)));
  }

  private static long whole(Node node, double value, OnnxType to) {
    long whole = (long) value;
    if (Double.isNaN(value) || whole < to.min() || whole > to.max()) {
      throw node.refuse(
          "Cast of " + value + " to " + to,
          "values from " + to.min() + " to " + to.max(),
          "ONNX does not say what others become; quantise them, or clip them first.");
    }
    return whole;
  }
}
