package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.onnx.Value.Arranged;
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
      requireNotTransposed(node);
    }
    Arranged read = Arranging.dequantised(node, assembly);
    Stream input = (Stream) read.values();
    QuantisedConstant weights = assembly.quantisedConstant(node, 1, "weight");
    MatrixWeights.integers(node, weights.values());
    boolean transposed = gemm && node.intAttribute("transB", 0) != 0;
    MatrixWeights matrix =
        MatrixWeights.of(node, assembly, read.arrangement(), weights, transposed);
    ProductLayer layer = matrix.maker(node, assembly, input, weights, ImmutableList.of());
    Pending product = new Pending(node, View.ofMap(matrix.output().map(), 3), layer);
    Pending result = gemm ? scaledAndBiased(node, assembly, product) : product;
    Arranging.define(node, assembly, result, matrix.output());
  }

  /** {@code alpha} times {@code product}, with {@code beta} times the bias. */
  private static Pending scaledAndBiased(Node node, Assembly assembly, Pending product) {
    float alpha = finite(node, "alpha");
    float beta = finite(node, "beta");
    Pending scaled = alpha == 1 ? product : AffineFolding.times(node, product, alpha);
    ProductLayer layer = (ProductLayer) scaled.maker();
    return new Pending(
        node, product.view(), ConvolutionLayers.withBias(node, assembly, 2, layer, beta));
  }

  private static float finite(Node node, String attribute) {
    float value = node.floatAttribute(attribute, 1);
    if (!Float.isFinite(value)) {
      throw node.refuse(attribute + " " + value, "a finite number", "Export the model again.");
    }
    return value;
  }

  /** Refuses a QGemm that is not {@code A * B + C}. */
  static void requirePlainGemm(Node node) {
    float alpha = node.floatAttribute("alpha", 1);
    float beta = node.floatAttribute("beta", 1);
    requireNotTransposed(node);
    if (alpha != 1 || beta != 1) {
      throw node.refuse(
          "alpha " + alpha + ", beta " + beta,
          "alpha 1, beta 1",
          "Fold alpha and beta into weights and bias.");
    }
  }

  private static void requireNotTransposed(Node node) {
    if (node.intAttribute("transA", 0) != 0) {
      throw node.refuse("transA 1", "transA 0", "Transpose the operand before the product.");
    }
  }
}
