package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.Value.Dequantised;
import io.xbarflow.core.onnx.Value.QuantisedConstant;
import java.util.Optional;

/**
 * Which Add and Mul between DequantizeLinear and QuantizeLinear ONNX Runtime computes on integers,
 * as QLinearAdd and QLinearMul; the others stay in float32.
 *
 * <p>With its default options, ONNX Runtime 1.20 first makes uint8 of every int8 tensor that a
 * QuantizeLinear writes and one DequantizeLinear with one reader reads. Then it fuses the operator
 * when operands and result have the same type, its result has one reader, and no Relu or Clip
 * before the QuantizeLinear cuts its range.
 */
final class FusedOperators {
  /** What an operator computes with. */
  enum Arithmetic {
    /** The dequantised values. */
    FLOAT,
    /** The integers. */
    INTEGERS,
    /** The integers of int8, with 128 added, as uint8. */
    AS_UINT8
  }

  private static final ImmutableSet<String> OPERATORS = ImmutableSet.of("Add", "Mul");

  private static final ImmutableSet<String> SAME_VALUES = ImmutableSet.of("Identity", "Dropout");

  /** Operators behind DequantizeLinear that ONNX Runtime moves before it. */
  private static final ImmutableSet<String> MOVED =
      ImmutableSet.of("MaxPool", "Reshape", "Transpose", "Squeeze", "Unsqueeze", "Slice");

  /** Nodes that are looked through; behind more an operator stays in float32. */
  private static final int MOST_PASSED = 64;

  /** A type before ONNX Runtime's fusion. */
  private enum Type {
    UINT8,
    INT8,
    INT8_MADE_UINT8
  }

  private final Node node;
  private final Assembly assembly;

  private FusedOperators(Node node, Assembly assembly) {
    this.node = node;
    this.assembly = assembly;
  }

  /** What {@code node}, whose operands are known, computes with. */
  static Arithmetic arithmetic(Node node, Assembly assembly) {
    return OPERATORS.contains(node.opType())
        ? new FusedOperators(node, assembly).arithmetic()
        : Arithmetic.FLOAT;
  }

  private Arithmetic arithmetic() {
    ImmutableSet.Builder<Type> types = ImmutableSet.builder();
    for (int index = 0; index < 2; index++) {
      Optional<Type> type = operand(index);
      if (type.isEmpty()) {
        return Arithmetic.FLOAT;
      }
      types.add(type.get());
    }
    Optional<Type> result = result();
    if (result.isEmpty()) {
      return Arithmetic.FLOAT;
    }
    ImmutableSet<Type> all = types.add(result.get()).build();
    boolean int8 = all.contains(Type.INT8);
    if (int8 && all.size() > 1) {
      return Arithmetic.FLOAT;
    }
    if (all.contains(Type.INT8_MADE_UINT8)) {
      return Arithmetic.AS_UINT8;
    }
    return Arithmetic.INTEGERS;
  }

  /** The type of operand {@code index}; empty when it is no DequantizeLinear. */
  private Optional<Type> operand(int index) {
    Value value = assembly.value(node, index);
    Optional<Node> writer = assembly.writer(node.input(index));
    boolean moved = false;
    int passed = 0;
    while (passed < MOST_PASSED
        && writer.isPresent()
        && (SAME_VALUES.contains(writer.get().opType()) || MOVED.contains(writer.get().opType()))) {
      moved |= MOVED.contains(writer.get().opType());
      writer = assembly.writer(writer.get().input(0));
      passed++;
    }
    if (writer.isEmpty() || !isDequantisation(writer.get())) {
      return Optional.empty();
    }
    if (value instanceof QuantisedConstant constant) {
      return constant.scales().size() == 1 && constant.values().type().isQuantised()
          ? Optional.of(constant.values().type() == OnnxType.UINT8 ? Type.UINT8 : Type.INT8)
          : Optional.empty();
    }
    if (!(value instanceof Dequantised map) || !map.isPlain()) {
      return Optional.empty();
    }
    if (!assembly.quantisation(map.stream()).signed()) {
      return Optional.of(Type.UINT8);
    }
    boolean made =
        moved
            ? assembly.graph().hasSingleReader(node.input(index))
            : isMadeUint8(writer.get().input(0));
    return Optional.of(made ? Type.INT8_MADE_UINT8 : Type.INT8);
  }

  private static boolean isDequantisation(Node writer) {
    return writer.opType().equals("DequantizeLinear") && writer.hasInput(2);
  }

  /** The type of the QuantizeLinear behind the node; empty when none fits. */
  private Optional<Type> result() {
    String value = node.output();
    Bounds bounds = Bounds.NONE;
    while (true) {
      if (!assembly.graph().hasSingleReader(value)) {
        return Optional.empty();
      }
      Node reader = assembly.graph().readers().get(value).get(0);
      Optional<Quantisation> to = assembly.missing().behind().stated(reader, value);
      if (to.isPresent()) {
        return reader.hasInput(2) && !bounds.cut(to.get())
            ? Optional.of(type(to.get(), reader.output()))
            : Optional.empty();
      }
      Optional<Bounds> own = ClampingOperator.storedBounds(reader, assembly);
      if (own.isEmpty() && !SAME_VALUES.contains(reader.opType())) {
        return Optional.empty();
      }
      bounds = bounds.then(own.orElse(Bounds.NONE));
      value = reader.output();
    }
  }

  private Type type(Quantisation quantisation, String quantised) {
    return !quantisation.signed()
        ? Type.UINT8
        : isMadeUint8(quantised) ? Type.INT8_MADE_UINT8 : Type.INT8;
  }

  /** Whether ONNX Runtime makes uint8 of the int8 tensor {@code quantised}. */
  private boolean isMadeUint8(String quantised) {
    Graph graph = assembly.graph();
    boolean written =
        assembly
            .writer(quantised)
            .filter(writer -> writer.opType().equals("QuantizeLinear"))
            .isPresent();
    ImmutableList<Node> readers = graph.readers().get(quantised);
    if (!written
        || !graph.hasSingleReader(quantised)
        || !readers.get(0).opType().equals("DequantizeLinear")) {
      return false;
    }
    // For every reader of its result there is a DequantizeLinear by then.
    String real = readers.get(0).output();
    int uses = graph.readers().get(real).size() + (graph.outputs().contains(real) ? 1 : 0);
    return uses == 1;
  }
}
