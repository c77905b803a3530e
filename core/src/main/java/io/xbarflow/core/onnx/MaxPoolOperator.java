package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.Value.Commuting;
import io.xbarflow.core.onnx.Value.Dequantised;
import io.xbarflow.core.onnx.Value.Stream;
import io.xbarflow.core.onnx.Value.Unsettled;

/**
 * MaxPool of a quantised feature map, after DequantizeLinear, or of a float result before its
 * QuantizeLinear: the greatest value is the same one before and after any increasing function.
 */
final class MaxPoolOperator implements Operator {
  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of("MaxPool", "GlobalMaxPool");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    if (node.outputs().size() > 1 && !node.outputs().get(1).isEmpty()) {
      throw node.refuse(
          "the Indices output", "the pooled values only", "Remove the use of the indices.");
    }
    Value value = assembly.value(node, 0);
    if (value instanceof Stream stream) {
      assembly.define(node.output(), pool(node, assembly, stream, node.output()));
    } else if (value instanceof Dequantised dequantised) {
      requireIncreasing(node, assembly, dequantised);
      assembly.define(
          node.output(),
          dequantised.withStream(pool(node, assembly, dequantised.stream(), node.output())));
    } else if (value instanceof Unsettled unsettled) {
      // The quantised greatest value is the greatest quantised one.
      assembly.define(
          node.output(),
          new Commuting(
              node,
              unsettled,
              pooled(node, unsettled.view()),
              (stream, behind, output) -> pool(node, assembly, stream, output)));
    } else {
      throw Assembly.unquantised(node, value);
    }
  }

  /** The greatest result is that of the greatest value only if greater values give greater ones. */
  private static void requireIncreasing(Node node, Assembly assembly, Dequantised value) {
    Quantisation from = assembly.quantisation(value.stream());
    assembly.take(node.where(), value.function().size(), 1);
    int channels = value.function().perChannel() ? value.view().shape().channels() : 1;
    for (int channel = 0; channel < channels; channel++) {
      float before = Float.NEGATIVE_INFINITY;
      for (int x = from.min(); x <= from.max(); x++) {
        float y = value.function().of(x, channel);
        if (y < before) {
          throw node.refuse(
              "the greatest of float values that do not rise with the quantised ones",
              "MaxPool of quantised values, or of an increasing function of them",
              "Quantise the input of the MaxPool too.");
        }
        before = y;
      }
    }
  }

  private static Stream pool(Node node, Assembly assembly, Stream input, String output) {
    Pooling pooling =
        node.opType().equals("GlobalMaxPool")
            ? Pooling.ofGreatest(node, input)
            : Pooling.ofWindow(node, assembly, input, Layer.Pool.Kind.MAX);
    return assembly.emit(
        node, pooling.maker(), pooling.output(), output, assembly.quantisation(input));
  }

  /** The ONNX shape of what {@code node} makes of a map of {@code view}. */
  private static View pooled(Node node, View view) {
    if (node.opType().equals("GlobalMaxPool")) {
      return Pooling.onePixel(node, view);
    }
    return WindowAttributes.of(node, view, node.intsAttribute("kernel_shape"), WindowAxis.Use.POOL)
        .output(node, view.shape().channels(), view);
  }
}
