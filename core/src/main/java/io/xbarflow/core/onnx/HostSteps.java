package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.ElementType;
import io.xbarflow.core.network.HostStep;
import io.xbarflow.core.network.HostStep.Operation;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.Value.HostArray;
import io.xbarflow.core.onnx.Value.HostFloat;
import io.xbarflow.core.onnx.Value.HostWork;
import io.xbarflow.core.onnx.Value.Known;
import io.xbarflow.core.onnx.Value.QuantisedConstant;
import java.util.Optional;

/**
 * Converts nodes that read an array of the host: graph inputs before their QuantizeLinear, and what
 * stands behind a Softmax and the like.
 */
final class HostSteps {
  /** Operators of their own that take arrays of the host. */
  private static final ImmutableSet<String> HOST_OPERATORS = new HostOperator().opTypes();

  private HostSteps() {}

  /** Converts {@code node} when it reads an array of the host; whether it does. */
  static boolean convert(Node node, Assembly assembly) {
    int operand = -1;
    for (int i = 0; i < node.inputs().size() && operand < 0; i++) {
      operand = node.hasInput(i) && isHostArray(node, assembly, i) ? i : -1;
    }
    if (operand < 0 || HOST_OPERATORS.contains(node.qualifiedType())) {
      return false;
    }
    HostArray array = (HostArray) assembly.value(node, operand);
    Optional<HostArray> result = behind(node, assembly, array, operand);
    if (result.isPresent()) {
      assembly.define(node.output(), result.get());
      return true;
    }
    if (array instanceof HostFloat) {
      return false; // refused there, or quantised
    }
    throw inside(node, (HostWork) array);
  }

  private static boolean isHostArray(Node node, Assembly assembly, int index) {
    return !assembly.isUnknown(node.input(index))
        && assembly.valueOf(node.input(index)) instanceof HostArray;
  }

  private static UserException inside(Node node, HostWork work) {
    return node.refuse(
        "input is " + work.describe(),
        "operators behind it that the host computes, up to the graph outputs",
        "Cut the network at the input of " + work.node().where() + ".");
  }

  private static Optional<HostArray> behind(
      Node node, Assembly assembly, HostArray array, int operand) {
    ImmutableList<Integer> dims = array.dims();
    return switch (node.opType()) {
      case "Identity", "Dropout" -> Optional.of(array);
      case "Reshape", "Flatten", "Squeeze", "Unsqueeze" ->
          operand > 0
              ? Optional.empty()
              : Optional.of(
                  array.then(
                      new HostStep.Reshape(
                          ReshapingOperator.dims(node, assembly, dims)
                              .filter(to -> Limits.product(to) == Limits.product(dims))
                              .orElseThrow(() -> reshape(node, dims)))));
      case "Transpose" -> Optional.of(array.then(transposed(node, dims)));
      case "Relu", "Clip" -> clamped(node, assembly, array);
      case "Add", "Sub", "Mul", "Div", "Min", "Max" -> arithmetic(node, assembly, array, operand);
      case "Neg" -> arithmetic(array, Operation.MULTIPLY, ImmutableList.of(-1f), 0);
      case "Cast" -> array instanceof HostWork ? Optional.of(cast(node, array)) : Optional.empty();
      case "QuantizeLinear" ->
          array instanceof HostWork && array.type().isReal()
              ? Optional.of(
                  array.then(
                      new HostStep.Quantise(QuantizeLinearOperator.quantisation(node, assembly))))
              : Optional.empty();
      case "DequantizeLinear" -> dequantised(node, assembly, array);
      default -> Optional.empty();
    };
  }

  private static UserException reshape(Node node, ImmutableList<Integer> dims) {
    return node.refuse(
        node.opType() + " of an array of dimensions " + dims,
        "as many values as before, the batch axis first",
        "Keep the batch axis first.");
  }

  private static HostStep transposed(Node node, ImmutableList<Integer> dims) {
    ImmutableList<Integer> permutation = TransposeOperator.permutation(node, dims.size() + 1);
    if (permutation.get(0) != 0) {
      throw node.refuse(
          "Transpose " + permutation,
          "a permutation that leaves the batch axis first",
          "Transpose in the host program.");
    }
    return new HostStep.Transpose(
        permutation.stream()
            .skip(1)
            .map(axis -> axis - 1)
            .collect(ImmutableList.toImmutableList()));
  }

  private static Optional<HostArray> clamped(Node node, Assembly assembly, HostArray array) {
    Bounds bounds = ClampingOperator.bounds(node, assembly);
    HostArray result = array;
    if (Float.isFinite(bounds.low())) {
      result = result.then(step(Operation.MAX, bounds.low()));
    }
    if (Float.isFinite(bounds.high())) {
      result = result.then(step(Operation.MIN, bounds.high()));
    }
    return array.type().isReal() ? Optional.of(result) : Optional.empty();
  }

  private static HostStep step(Operation operation, float constant) {
    return new HostStep.Arithmetic(operation, ImmutableList.of(constant), 0);
  }

  private static Optional<HostArray> arithmetic(
      Node node, Assembly assembly, HostArray array, int operand) {
    if (node.inputs().size() != 2 || !isStored(node, assembly, 1 - operand)) {
      return Optional.empty();
    }
    Constant constant = assembly.constant(node, 1 - operand);
    Operation operation =
        switch (node.opType()) {
          case "Add" -> Operation.ADD;
          case "Sub" -> operand == 0 ? Operation.SUBTRACT : Operation.SUBTRACT_FROM;
          case "Mul" -> Operation.MULTIPLY;
          case "Div" -> operand == 0 ? Operation.DIVIDE : Operation.DIVIDE_INTO;
          case "Min" -> Operation.MIN;
          default -> Operation.MAX;
        };
    assembly.take(node.where(), constant.size(), Constant.BOXED_BYTES);
    int axis = axis(node, constant, array.dims());
    ImmutableList.Builder<Float> constants = ImmutableList.builder();
    for (int i = 0; i < constant.size(); i++) {
      constants.add(constant.real(i));
    }
    return arithmetic(array, operation, constants.build(), axis);
  }

  private static boolean isStored(Node node, Assembly assembly, int index) {
    Value value = assembly.value(node, index);
    return (value instanceof Known known && known.constant().type().isReal())
        || value instanceof QuantisedConstant;
  }

  private static Optional<HostArray> arithmetic(
      HostArray array, Operation operation, ImmutableList<Float> constants, int axis) {
    return array.type().isReal()
        ? Optional.of(array.then(new HostStep.Arithmetic(operation, constants, axis)))
        : Optional.empty();
  }

  /** The axis along which {@code constant} has several values. */
  private static int axis(Node node, Constant constant, ImmutableList<Integer> dims) {
    int found = 0;
    int several = 0;
    boolean fits = constant.size() > 0 && constant.dims().size() <= dims.size() + 1;
    for (int i = 0; fits && i < constant.dims().size(); i++) {
      int extent = constant.dims().get(i);
      int axis = dims.size() - constant.dims().size() + i;
      if (extent > 1) {
        several++;
        found = axis;
        fits = axis >= 0 && dims.get(axis) == extent;
      }
    }
    boolean finite = true;
    for (int i = 0; i < constant.size(); i++) {
      finite &= Float.isFinite(constant.real(i));
    }
    if (!fits || several > 1 || !finite) {
      throw node.refuse(
          (finite ? "" : "infinite ")
              + "constant "
              + constant.describe()
              + " over dimensions "
              + dims,
          "one finite value, or one for each position of an axis",
          "Compute it in the program that hands in the images or takes the outputs.");
    }
    return found;
  }

  /** {@code array} behind the Cast {@code node}. */
  static HostArray cast(Node node, HostArray array) {
    ElementType type =
        switch (OnnxType.of(node.intAttribute("to", 0))) {
          case FLOAT, DOUBLE -> ElementType.FLOAT32;
          case FLOAT16 -> ElementType.FLOAT16;
          case INT8 -> ElementType.INT8;
          case UINT8 -> ElementType.UINT8;
          case INT32 -> ElementType.INT32;
          case INT64 -> ElementType.INT64;
          default ->
              throw node.refuse(
                  "Cast to " + OnnxType.describe(node.intAttribute("to", 0)),
                  "Cast to float32, float16 or integers of 8, 32 or 64 bits",
                  "Cast in the host program.");
        };
    return array.type() == type ? array : array.then(new HostStep.Cast(type));
  }

  private static Optional<HostArray> dequantised(Node node, Assembly assembly, HostArray array) {
    boolean eightBits = array.type() == ElementType.INT8 || array.type() == ElementType.UINT8;
    if (!eightBits) {
      return Optional.empty();
    }
    Quantisation from =
        QuantisationParameters.ofMap(assembly, node, 1, 2, array.type() == ElementType.INT8);
    return Optional.of(array.then(new HostStep.Dequantise(from)));
  }
}
