package io.xbarflow.core.onnx;

import io.xbarflow.core.onnx.Value.Dequantised;
import io.xbarflow.core.onnx.Value.Pending;
import io.xbarflow.core.onnx.Value.Shaped;
import io.xbarflow.core.onnx.Value.Stream;
import io.xbarflow.core.onnx.Value.Unsettled;

/**
 * Add of two feature maps of which one at least has no QuantizeLinear, as TensorRT leaves it out on
 * the branch that it fuses with the addition: the sum of two quantised maps.
 */
final class FloatSum {
  private FloatSum() {}

  /** Whether the sum of {@code a} and {@code b} is one. */
  static boolean isOne(Value a, Value b) {
    return (a instanceof Unsettled && isMap(b)) || (b instanceof Unsettled && isMap(a));
  }

  private static boolean isMap(Value value) {
    return value instanceof Unsettled || value instanceof Dequantised;
  }

  /** The result of {@code node}, whose operands are {@code a} and {@code b}. */
  static Pending of(Node node, Assembly assembly, Shaped a, Shaped b) {
    if (!a.view().equals(b.view())) {
      throw node.refuse(
          "operands of dimensions " + a.view().dims() + " and " + b.view().dims(),
          "two feature maps of equal dimensions",
          "Broadcasting one feature map over another is not supported; only constants broadcast.");
    }
    MissingQuantisation missing = assembly.missing();
    Interval distinguished = missing.behind().distinguished(node.output());
    Interval ofA = missing.proven().of(a);
    Interval ofB = missing.proven().of(b);
    Stream first = operand(node, assembly, 0, a, distinguished.without(ofB));
    Stream second = operand(node, assembly, 1, b, distinguished.without(ofA));
    return new Pending(node, a.view(), Addition.ofStreams(node, assembly, first, second));
  }

  private static Stream operand(
      Node node, Assembly assembly, int index, Shaped value, Interval distinguished) {
    if (value instanceof Dequantised map && map.isPlain()) {
      return map.stream();
    }
    String name = node.input(index);
    Interval told = assembly.missing().byAllReaders(name, distinguished);
    return assembly.missing().give(node, name, value, told);
  }
}
