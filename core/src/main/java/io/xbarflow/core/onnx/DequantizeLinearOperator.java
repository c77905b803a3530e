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
    Value value = assembly.value(node, 0);
    requireRealResult(node);
    if (value instanceof Known known) {
      Constant values = known.constant().widened();
      if (!values.type().isQuantised() && values.type() != OnnxType.INT32) {
        throw node.refuse(
            "stored tensor " + values.describe(),
            "int8, uint8 or int32",
            "Quantise to 8 bits (bias to 32).");
      }
      assembly.define(
          node.output(),
          BlockedWeights.isStated(node)
              ? BlockedWeights.of(node, assembly, values)
              : QuantisationParameters.ofConstant(
                  assembly, node, values, 1, 2, node.intAttribute("axis", 1)));
      return;
    }
    requireNoBlocks(node);
    boolean signed = assembly.quantisation(assembly.quantised(node, 0)).signed();
    Quantisation from = QuantisationParameters.ofMap(assembly, node, 1, 2, signed);
    Stream stream = assembly.quantised(node, 0, from);
    assembly.define(node.output(), Dequantised.plain(stream, from));
  }

  /** Refuses an attribute output_dtype (opset 23) that is no type of reals. */
  private static void requireRealResult(Node node) {
    int code = node.intAttribute("output_dtype", 0);
    if (code != 0 && !OnnxType.of(code).isReal()) {
      throw node.refuse(
          "output_dtype " + OnnxType.describe(code),
          "float32, float16 or bfloat16",
          "Export the model again.");
    }
  }

  /** Refuses a block size, which only DequantizeLinear of stored weights may have. */
  static void requireNoBlocks(Node node) {
    if (BlockedWeights.isStated(node)) {
      throw node.refuse(
          "block_size " + node.intAttribute("block_size", 0),
          "one scale for a feature map; blocks only in DequantizeLinear of stored weights",
          "Quantise activations per tensor, and store quantised weights as integers.");
    }
  }
}
