package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.onnx.Value.Pending;
import io.xbarflow.core.onnx.Value.Stream;
import io.xbarflow.core.onnx.Value.Unsettled;

/** AveragePool and GlobalAveragePool, between DequantizeLinear and QuantizeLinear. */
final class AveragePooling implements Operator {
  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of("AveragePool", "GlobalAveragePool");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    boolean window = node.opType().equals("AveragePool");
    Stream input = operand(node, assembly, window);
    Pooling pooling =
        window
            ? Pooling.ofWindow(node, assembly, input, AverageArithmetic.of(node, assembly, input))
            : Pooling.ofFrame(node, assembly, input);
    assembly.define(node.output(), new Pending(node, pooling.output(), pooling.maker()));
  }

  private static Stream operand(Node node, Assembly assembly, boolean window) {
    if (!(assembly.value(node, 0) instanceof Unsettled result)) {
      return assembly.dequantised(node, 0);
    }
    int values =
        window
            ? (int) Limits.product(node.intsAttribute("kernel_shape"))
            : result.view().shape().pixels();
    return quantised(node, assembly, node.input(0), result, values);
  }

  /**
   * {@code result}, ONNX value {@code name}, quantised for means of {@code values} values that
   * {@code node} gives: only what can be in a mean that the next quantisation shows.
   */
  static Stream quantised(Node node, Assembly assembly, String name, Unsettled result, int values) {
    MissingQuantisation missing = assembly.missing();
    Interval range = missing.proven().of(result).union(new Interval(0, 0));
    Interval means = missing.behind().distinguished(node.output());
    Interval told = missing.byAllReaders(name, means.ofMean(values, range));
    return missing.give(node, name, result, told);
  }
}
