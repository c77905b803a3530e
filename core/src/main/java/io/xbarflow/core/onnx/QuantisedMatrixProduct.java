package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.Value.Arranged;
import io.xbarflow.core.onnx.Value.QuantisedConstant;
import io.xbarflow.core.onnx.Value.Stream;

/** QLinearMatMul and com.microsoft QGemm with stored weights. */
final class QuantisedMatrixProduct implements Operator {
  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of("QLinearMatMul", "com.microsoft.QLinearMatMul", "com.microsoft.QGemm");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    boolean gemm = node.opType().equals("QGemm");
    if (gemm) {
      MatrixProduct.requirePlainGemm(node);
    }
    int result = gemm ? 7 : 6;
    if (!node.hasInput(result)) {
      throw node.refuse(
          "no output scale (a float result)",
          "an output scale and zero point",
          "Quantise the output of this node too.");
    }
    boolean transposed = gemm && node.intAttribute("transB", 0) != 0;
    Quantisation from = QuantisationParameters.ofMap(assembly, node, 1, 2, false);
    Arranged read = Arranging.quantised(node, assembly, from);
    Stream input = (Stream) read.values();
    QuantisedConstant weights =
        QuantisationParameters.ofConstant(
            assembly,
            node,
            MatrixWeights.integers(node, assembly.constant(node, 3)),
            4,
            5,
            transposed ? 0 : -1);
    Quantisation to =
        QuantisationParameters.ofMap(assembly, node, result, result + 1, from.signed());
    ImmutableList<Integer> bias =
        gemm ? ConvolutionLayers.integerBias(node, assembly, 6) : ImmutableList.of();
    MatrixWeights matrix =
        MatrixWeights.of(node, assembly, read.arrangement(), weights, transposed);
    Stream product =
        assembly.emit(
            node,
            matrix.maker(node, assembly, input, weights, bias),
            View.ofMap(matrix.output().map(), 3),
            node.output(),
            to);
    Arranging.define(node, assembly, product, matrix.output());
  }
}
