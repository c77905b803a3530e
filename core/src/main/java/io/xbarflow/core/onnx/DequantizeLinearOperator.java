package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.Value.Dequantised;
import io.xbarflow.core.onnx.Value.Known;
import io.xbarflow.core.onnx.Value.Stream;

/** DequantizeLinear of a feature map or of a stored tensor. */
final class DequantizeLinearOperator implements Operator {
  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of("DequantizeLinear", "com.microsoft.DequantizeLinear");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    requireNoBlocks(node);
    Value value = assembly.value(node, 0);
    if (value instanceof Known known) {
      Constant values = known.constant();
      if (!values.type().isQuantised() && values.type() != OnnxType.INT32) {
        throw node.refuse(
            "stored tensor " + values.describe(),
            "int8, uint8 or int32",
            "Quantise to 8 bits (bias to 32).");
      }
      assembly.define(
          node.output(),
          QuantisationParameters.ofConstant(
              assembly, node, values, 1, 2, node.intAttribute("axis", 1)));
      return;
    }
    boolean signed = assembly.quantisation(assembly.quantised(node, 0)).signed();
    Quantisation from = QuantisationParameters.ofMap(assembly, node, 1, 2, signed);
    Stream stream = assembly.quantised(node, 0, from);
    assembly.define(node.output(), Dequantised.plain(stream, from));
  }

  static void requireNoBlocks(Node node) {
    if (node.intAttribute("block_size", 0) != 0) {
      throw node.refuse(
          "block_size " + node.intAttribute("block_size", 0),
          "quantisation per tensor or per channel",
          "Quantise without blocks.");
    }
  }
}
