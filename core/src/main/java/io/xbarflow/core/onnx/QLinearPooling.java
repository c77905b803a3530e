package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.Value.Stream;

/** com.microsoft QLinearAveragePool and QLinearGlobalAveragePool. */
final class QLinearPooling implements Operator {
  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of(
        "com.microsoft.QLinearAveragePool", "com.microsoft.QLinearGlobalAveragePool");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    boolean signed = assembly.quantisation(assembly.quantised(node, 0)).signed();
    Quantisation from = QuantisationParameters.ofMap(assembly, node, 1, 2, signed);
    Stream input = ChannelsLast.read(node, assembly.quantised(node, 0, from));
    Quantisation to = QuantisationParameters.ofMap(assembly, node, 3, 4, signed);
    Pooling pooling =
        node.opType().equals("QLinearAveragePool")
            ? Pooling.ofWindow(node, assembly, input, Layer.Pool.Kind.AVERAGE)
            : Pooling.ofFrame(node, assembly, input);
    assembly.define(
        node.output(),
        assembly
            .emit(node, pooling.maker(), pooling.output(), node.output(), to)
            .withView(ChannelsLast.written(node, pooling.output())));
  }
}
