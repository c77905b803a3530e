package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.onnx.Value.Dequantised;
import io.xbarflow.core.onnx.Value.Known;
import io.xbarflow.core.onnx.Value.LayerMaker;
import io.xbarflow.core.onnx.Value.Pending;
import io.xbarflow.core.onnx.Value.QuantisedConstant;
import io.xbarflow.core.onnx.Value.Shaped;
import io.xbarflow.core.onnx.Value.Stream;

/** Add between DequantizeLinear and QuantizeLinear. */
final class AddOperator implements Operator {
  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of("Add");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    if (AffineFolding.fold(node, assembly)) {
      return;
    }
    Value a = assembly.value(node, 0);
    Value b = assembly.value(node, 1);
    if (FloatSum.isOne(a, b)) {
      assembly.define(node.output(), FloatSum.of(node, assembly, (Shaped) a, (Shaped) b));
      return;
    }
    if (!ofTwoMaps(a, b) && (isFunction(a) || isFunction(b))) {
      ElementwiseOperator.binary(node, assembly);
      return;
    }
    boolean firstStored = isStored(a);
    boolean secondStored = isStored(b);
    if (firstStored && secondStored) {
      throw node.refuse(
          "two stored operands", "at least one feature map", "Fold the sum into a constant.");
    }
    Stream stream = assembly.dequantised(node, firstStored ? 1 : 0);
    LayerMaker maker;
    if (firstStored || secondStored) {
      QuantisedConstant constant =
          assembly.quantisedConstant(node, firstStored ? 0 : 1, "constant operand");
      maker = Addition.ofConstant(node, assembly, stream, constant, firstStored);
    } else {
      maker = Addition.ofStreams(node, assembly, stream, assembly.dequantised(node, 1));
    }
    assembly.define(node.output(), new Pending(node, stream.view(), maker));
  }

  /** Whether the sum belongs to a chain of element-wise operators. */
  private static boolean isFunction(Value value) {
    return value instanceof Known || (value instanceof Dequantised same && !same.isPlain());
  }

  private static boolean ofTwoMaps(Value a, Value b) {
    return a instanceof Dequantised first
        && b instanceof Dequantised second
        && !first.stream().tensor().equals(second.stream().tensor());
  }

  private static boolean isStored(Value value) {
    return value instanceof Known || value instanceof QuantisedConstant;
  }
}
