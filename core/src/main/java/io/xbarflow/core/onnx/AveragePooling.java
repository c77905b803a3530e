package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.onnx.Value.Pending;
import io.xbarflow.core.onnx.Value.Stream;

/** AveragePool and GlobalAveragePool between DequantizeLinear and QuantizeLinear. */
final class AveragePooling implements Operator {
  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of("AveragePool", "GlobalAveragePool");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    Stream input = assembly.dequantised(node, 0);
    Pooling pooling =
        node.opType().equals("AveragePool")
            ? Pooling.ofWindow(node, assembly, input, Layer.Pool.Kind.AVERAGE)
            : Pooling.ofFrame(node, input);
    assembly.define(
        node.output(), new Pending(node, pooling.output(), pooling.maker(), ImmutableList.of()));
  }
}
