package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.onnx.Value.Dequantised;
import io.xbarflow.core.onnx.Value.Stream;

/**
 * MaxPool of a quantised feature map, or after DequantizeLinear: the greatest value is the same one
 * before and after any increasing function.
 */
final class MaxPoolOperator implements Operator {
  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of("MaxPool");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    if (node.outputs().size() > 1 && !node.outputs().get(1).isEmpty()) {
      throw node.refuse(
          "the Indices output", "the pooled values only", "Remove the use of the indices.");
    }
    Value value = assembly.value(node, 0);
    if (value instanceof Stream stream) {
      assembly.define(node.output(), pool(node, assembly, stream));
    } else if (value instanceof Dequantised dequantised) {
      assembly.define(
          node.output(),
          new Dequantised(pool(node, assembly, dequantised.stream()), dequantised.bounds()));
    } else {
      throw Assembly.unquantised(node, value);
    }
  }

  private static Stream pool(Node node, Assembly assembly, Stream input) {
    Pooling pooling = Pooling.ofWindow(node, assembly, input, Layer.Pool.Kind.MAX);
    return assembly.emit(
        node, pooling.maker(), pooling.output(), node.output(), assembly.quantisation(input));
  }
}
