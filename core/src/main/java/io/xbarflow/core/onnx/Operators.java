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
          new QLinearMulOperator(),
          new QLinearUnary(),
          new QLinearConcatOperator(),
          new QLinearPooling(),
          new QuantizeLinearOperator(),
          new DequantizeLinearOperator(),
          new ConvOperator(),
          new MatrixProduct(),
          new BinaryOperator(),
          new ElementwiseOperator(),
          new ConditionOperator(),
          new BatchNormalizationOperator(),
          new ConcatOperator(),
          new AveragePooling(),
          new ReducingOperator(),
          new MaxPoolOperator(),
          new PadOperator(),
          new SliceOperator(),
          new ReshapingOperator(),
          new ShapeOperator(),
          new GatherOperator(),
          new PassThroughOperator(),
          new ClampingOperator(),
          new HostOperator(),
          new TransposeOperator(),
          new SplitOperator(),
          new CastOperator());

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
    return ImmutableSet.<String>builder()
        .addAll(BY_TYPE.keySet())
        .addAll(ConstantFolder.operators())
        .build();
  }

  /** Refuses {@code graph} when no family knows some of its operators. */
  static void requireSupported(Graph graph) {
    UnsupportedOperators.refuse(graph, names());
  }

  /** Converts {@code node}, whose operator is supported. */
  static void convert(Node node, Assembly assembly) {
    if (ConstantFolder.fold(node, assembly) || HostSteps.convert(node, assembly)) {
      return;
    }
    Operator operator = BY_TYPE.get(node.qualifiedType());
    if (operator == null) {
      throw node.refuse(
          node.opType() + " of " + assembly.value(node, 0).describe(),
          "stored operands, of which it is computed here",
          "Replace the operator, or compute it in the host before or after the chip"
              + " (docs/operators.md).");
    }
    if (!Arranging.convertEach(node, assembly, operator)) {
      operator.convert(node, assembly);
    }
  }
}
