package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.Value.Stream;
import io.xbarflow.core.tensor.HostQuantisation;

/** com.microsoft QLinearSigmoid and QLinearLeakyRelu: tables of the float32 operators. */
final class QLinearUnary implements Operator {
  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of("com.microsoft.QLinearSigmoid", "com.microsoft.QLinearLeakyRelu");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    boolean signed = assembly.quantisation(assembly.quantised(node, 0)).signed();
    Quantisation from = QuantisationParameters.ofMap(assembly, node, 1, 2, signed);
    Stream stream = assembly.quantised(node, 0, from);
    Quantisation to = QuantisationParameters.ofMap(assembly, node, 3, 4, signed);
    RealFunction.Step step =
        UnaryFunctions.of(node, node.opType().substring("QLinear".length())).orElseThrow();
    assembly.define(
        node.output(),
        assembly.unary(
            node,
            stream,
            node.output(),
            to,
            x -> HostQuantisation.quantise(step.apply(HostQuantisation.dequantise(x, from)), to)));
  }
}
