package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.onnx.Value.Condition;
import io.xbarflow.core.onnx.Value.Dequantised;
import io.xbarflow.core.onnx.Value.HostFloat;
import io.xbarflow.core.onnx.Value.Pending;
import io.xbarflow.core.onnx.Value.Stream;

/**
 * Cast of a feature map to the type that it has, as PyTorch writes behind every quantisation, and
 * between types of reals.
 */
final class CastOperator implements Operator {
  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of("Cast");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    Value value = assembly.value(node, 0);
    int code = node.intAttribute("to", 0);
    if (value instanceof Condition condition && OnnxType.of(code).isReal()) {
      assembly.define(node.output(), condition.truth());
      return;
    }
    OnnxType type;
    if (value instanceof Stream stream) {
      type = assembly.quantisation(stream).signed() ? OnnxType.INT8 : OnnxType.UINT8;
    } else if (value instanceof Dequantised
        || value instanceof Pending
        || value instanceof HostFloat) {
      type = OnnxType.FLOAT;
    } else {
      throw Assembly.unquantised(node, value);
    }
    OnnxType to = OnnxType.of(code);
    // On the chip reals are computed exactly; what the host hands in is not rounded to other types.
    boolean reals = type.isReal() && to.isReal();
    if (to != type && !(reals && isExact(assembly, value, to))) {
      throw node.refuse(
          "Cast of " + value.describe() + " from " + type + " to " + OnnxType.describe(code),
          "Cast to the type that the value has",
          "Quantise the value with QuantizeLinear, or cast in the host.");
    }
    assembly.define(node.output(), value);
  }

  private static boolean isExact(Assembly assembly, Value value, OnnxType to) {
    return !(value instanceof HostFloat input)
        || to == OnnxType.DOUBLE
        || assembly.graph().inputs().stream()
            .anyMatch(given -> given.name().equals(input.name()) && given.type() == to);
  }
}
