package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;

/** Every operator family the importer knows, in the order of docs/operators.md. */
final class Operators {
  private static final ImmutableList<Operator> ALL =
      ImmutableList.of(
          new QLinearConvOperator(),
          new QuantisedMatrixProduct(),
          new QLinearAddOperator(),
          new QLinearPooling(),
          new QuantizeLinearOperator(),
          new DequantizeLinearOperator(),
          new ConvOperator(),
          new MatrixProduct(),
          new AddOperator(),
          new AveragePooling(),
          new MaxPoolOperator(),
          new ReshapingOperator(),
          new PassThroughOperator(),
          new ClampingOperator(),
          new SoftmaxOperator(),
          new WeightTransposition());

  private static final ImmutableMap<String, Operator> BY_TYPE = byType();

  private Operators() {}

  private static ImmutableMap<String, Operator> byType() {
    ImmutableMap.Builder<String, Operator> byType = ImmutableMap.builder();
    for (Operator operator : ALL) {
      operator.opTypes().forEach(type -> byType.put(type, operator));
    }
    return byType.buildOrThrow();
  }

  /** Names of all supported operators. */
  static ImmutableSet<String> names() {
    return BY_TYPE.keySet();
  }

  static void convert(Node node, Assembly assembly) {
    String type = node.domain().isEmpty() ? node.opType() : node.domain() + "." + node.opType();
    Operator operator = BY_TYPE.get(type);
    if (operator == null) {
      throw node.refuse(
          "operator " + type + " is not supported",
          "one of " + String.join(", ", names()),
          "Replace the operator, or compute it in the host before or after the chip.");
    }
    operator.convert(node, assembly);
  }
}
