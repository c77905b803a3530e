package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.Value.QuantisedConstant;
import io.xbarflow.core.onnx.Value.Stream;

/** QLinearConv, also that of com.microsoft, which may have its channels last. */
final class QLinearConvOperator implements Operator {
  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of("QLinearConv", "com.microsoft.QLinearConv");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    Quantisation from = QuantisationParameters.ofMap(assembly, node, 1, 2, false);
    Stream input = ChannelsLast.read(node, assembly.quantised(node, 0, from));
    QuantisedConstant weights =
        QuantisationParameters.ofConstant(
            assembly, node, MatrixWeights.integers(node, assembly.constant(node, 3)), 4, 5, 0);
    Quantisation to = QuantisationParameters.ofMap(assembly, node, 6, 7, from.signed());
    ConvolutionWindow window = ConvolutionWindow.of(node, input.view(), weights);
    assembly.define(
        node.output(),
        assembly
            .emit(
                node,
                window.maker(
                    node,
                    assembly,
                    input,
                    weights,
                    ConvolutionLayers.integerBias(node, assembly, 8)),
                window.output(),
                node.output(),
                to)
            .withView(ChannelsLast.written(node, window.output())));
  }
}
