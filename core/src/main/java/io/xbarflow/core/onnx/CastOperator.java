package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.Value.Condition;
import io.xbarflow.core.onnx.Value.Dequantised;
import io.xbarflow.core.onnx.Value.HostFloat;
import io.xbarflow.core.onnx.Value.HostWork;
import io.xbarflow.core.onnx.Value.Stream;
import io.xbarflow.core.onnx.Value.Unsettled;

/**
 * Cast of a feature map to the type that it has, as PyTorch writes behind every quantisation,
 * between types of reals, of integers to reals, and of what leaves the chip.
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
        || value instanceof Unsettled
        || value instanceof HostFloat) {
      type = OnnxType.FLOAT;
    } else {
      throw Assembly.unquantised(node, value);
    }
    OnnxType to = OnnxType.of(code);
    boolean last =
        assembly.graph().outputs().contains(node.output())
            && assembly.graph().readers().get(node.output()).isEmpty();
    if (to == type || (to == OnnxType.DOUBLE && type == OnnxType.FLOAT)) {
      assembly.define(node.output(), value);
    } else if (last && !(value instanceof HostFloat)) {
      HostWork work =
          HostOutputs.of(assembly, node.where(), node, node.input(0), value).orElseThrow();
      assembly.define(node.output(), HostSteps.cast(node, work));
    } else if (value instanceof Stream stream && to.isReal()) {
      Quantisation integers = new Quantisation(1, 0, type == OnnxType.INT8);
      assembly.define(
          node.output(), Dequantised.plain(assembly.asRead(node, 0, stream, integers), integers));
    } else if (type.isReal() && to.isReal() && isExact(assembly, value, to)) {
      // On the chip reals are computed exactly.
      assembly.define(node.output(), value);
    } else {
      throw node.refuse(
          "Cast of " + value.describe() + " from " + type + " to " + OnnxType.describe(code),
          "Cast to the type that the value has, of integers to float32, or as the last operator",
          "Quantise the value with QuantizeLinear, or cast in the host.");
    }
  }

  /** What the host hands in is not rounded to other types. */
  private static boolean isExact(Assembly assembly, Value value, OnnxType to) {
    return !(value instanceof HostFloat input)
        || assembly.graph().inputs().stream()
            .anyMatch(given -> given.name().equals(input.name()) && given.type() == to);
  }
}
