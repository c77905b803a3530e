package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.onnx.Value.Pending;
import io.xbarflow.core.onnx.Value.QuantisedConstant;
import io.xbarflow.core.onnx.Value.Stream;

/** Gemm and MatMul between DequantizeLinear and QuantizeLinear. */
final class MatrixProduct implements Operator {
  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of("Gemm", "MatMul");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    boolean gemm = node.opType().equals("Gemm");
    if (gemm) {
      requirePlainGemm(node);
    }
    Stream input = assembly.dequantised(node, 0);
    QuantisedConstant weights = assembly.quantisedConstant(node, 1, "weight");
    MatrixWeights.integers(node, weights.values());
    boolean transposed = gemm && node.intAttribute("transB", 0) != 0;
    MatrixWeights matrix = MatrixWeights.of(node, input.view(), weights, transposed);
    ProductLayer layer = matrix.maker(node, assembly, input, weights, ImmutableList.of());
    assembly.define(
        node.output(),
        new Pending(
            node,
            matrix.output(),
            gemm ? ConvolutionLayers.withBias(node, assembly, 2, layer) : layer));
  }

  /** Refuses a Gemm or QGemm that is not {@code A * B + C}. */
  static void requirePlainGemm(Node node) {
    float alpha = node.floatAttribute("alpha", 1);
    float beta = node.floatAttribute("beta", 1);
    boolean transA = node.intAttribute("transA", 0) != 0;
    if (alpha != 1 || beta != 1 || transA) {
      throw node.refuse(
          "alpha " + alpha + ", beta " + beta + ", transA " + (transA ? 1 : 0),
          "alpha 1, beta 1, transA 0",
          "Fold alpha and beta into weights and bias.");
    }
  }
}
