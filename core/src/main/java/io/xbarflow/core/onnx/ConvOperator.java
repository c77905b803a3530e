package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.onnx.Value.Pending;
import io.xbarflow.core.onnx.Value.QuantisedConstant;
import io.xbarflow.core.onnx.Value.Stream;

/** Conv between DequantizeLinear and QuantizeLinear. */
final class ConvOperator implements Operator {
  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of("Conv");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    Stream input = assembly.dequantised(node, 0);
    QuantisedConstant weights = assembly.quantisedConstant(node, 1, "weight");
    MatrixWeights.integers(node, weights.values());
    ConvolutionWindow window = ConvolutionWindow.of(node, input.view(), weights);
    ProductLayer layer = window.maker(node, assembly, input, weights, ImmutableList.of());
    assembly.define(
        node.output(),
        new Pending(
            node, window.output(), ConvolutionLayers.withBias(node, assembly, 2, layer, 1)));
  }
}
