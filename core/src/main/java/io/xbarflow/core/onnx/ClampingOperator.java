package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.Value.Dequantised;
import io.xbarflow.core.onnx.Value.Stream;
import io.xbarflow.core.onnx.Value.Unsettled;
import java.util.Optional;

/**
 * Relu and Clip: on float values between DequantizeLinear and QuantizeLinear they become bounds of
 * the requantisation, on 8-bit integers a clamp of the integers.
 */
final class ClampingOperator implements Operator {
  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of("Relu", "Clip");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    Value value = assembly.value(node, 0);
    if (value instanceof Unsettled unsettled) {
      assembly.define(node.output(), unsettled.with(bounds(node, assembly)));
    } else if (value instanceof Dequantised dequantised) {
      assembly.take(node.where(), dequantised.function().size(), Float.BYTES);
      assembly.define(
          node.output(),
          new Dequantised(
              dequantised.stream(), dequantised.function().then(bounds(node, assembly)::apply)));
    } else if (value instanceof Stream stream) {
      Quantisation quantisation = assembly.quantisation(stream);
      boolean relu = node.opType().equals("Relu");
      int least = relu ? 0 : integer(node, assembly, 1, quantisation.min());
      int greatest = relu ? quantisation.max() : integer(node, assembly, 2, quantisation.max());
      assembly.define(
          node.output(),
          assembly.unary(
              node,
              stream,
              node.output(),
              quantisation,
              x -> Math.min(Math.max(x, least), greatest)));
    } else {
      throw Assembly.unquantised(node, value);
    }
  }

  private static int integer(Node node, Assembly assembly, int index, int otherwise) {
    if (!node.hasInput(index)) {
      return otherwise;
    }
    Constant bound = assembly.constant(node, index);
    if (!bound.type().isQuantised() || bound.size() != 1) {
      throw node.refuse(
          "bound " + bound.describe(), "one value of the input's type", "Export the model again.");
    }
    return (int) bound.integer(0);
  }

  /** The bounds of {@code node}; empty when it is no Relu or Clip, or they are not stored. */
  static Optional<Bounds> storedBounds(Node node, Assembly assembly) {
    boolean known =
        (node.opType().equals("Relu") || node.opType().equals("Clip"))
            && node.inputs().stream()
                .skip(1)
                .allMatch(input -> input.isEmpty() || assembly.stored(input).isPresent());
    return known ? Optional.of(bounds(node, assembly)) : Optional.empty();
  }

  /** The bounds of {@code node}, a Relu or Clip of float values. */
  static Bounds bounds(Node node, Assembly assembly) {
    if (node.opType().equals("Relu")) {
      return Bounds.RELU;
    }
    if (assembly.graph().opset() < 11) {
      return new Bounds(
          node.floatAttribute("min", Float.NEGATIVE_INFINITY),
          node.floatAttribute("max", Float.POSITIVE_INFINITY));
    }
    return new Bounds(
        real(node, assembly, 1, Float.NEGATIVE_INFINITY),
        real(node, assembly, 2, Float.POSITIVE_INFINITY));
  }

  private static float real(Node node, Assembly assembly, int index, float otherwise) {
    if (!node.hasInput(index)) {
      return otherwise;
    }
    Constant bound = assembly.constant(node, index);
    if (!bound.type().isReal() || bound.size() != 1 || Float.isNaN(bound.real(0))) {
      throw node.refuse("bound " + bound.describe(), "one float32", "Export the model again.");
    }
    return bound.real(0);
  }
}
