package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.onnx.Value.Condition;
import io.xbarflow.core.onnx.Value.Dequantised;
import io.xbarflow.core.onnx.Value.Known;
import io.xbarflow.core.onnx.Value.QuantisedConstant;
import io.xbarflow.core.onnx.Value.Stream;
import io.xbarflow.core.onnx.Value.Unsettled;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The operands of a float operator as functions of the values of one feature map: stored operands,
 * and feature maps that come from the same one.
 *
 * @param stream the feature map
 * @param functions what each operand is of its values
 */
record FunctionOperands(Stream stream, ImmutableList<RealFunction> functions) {

  /** All operands of {@code node}; empty when two of them are different feature maps. */
  static Optional<FunctionOperands> of(Node node, Assembly assembly) {
    List<Value> values = new ArrayList<>();
    for (int index = 0; index < node.inputs().size(); index++) {
      values.add(settled(node, assembly, index));
    }
    List<Dequantised> maps = maps(values);
    if (maps.isEmpty()) {
      Value first = values.get(0);
      // What is none is refused there.
      ElementwiseOperator.dequantised(
          node, assembly, first instanceof Known || first instanceof QuantisedConstant ? 1 : 0);
    }
    boolean one =
        maps.stream().allMatch(map -> map.stream().tensor().equals(maps.get(0).stream().tensor()));
    List<Dequantised> common = new ArrayList<>();
    for (Dequantised map : maps) {
      if (!assembly.origins().haveCommon(map.stream(), maps.get(0).stream())) {
        return Optional.empty();
      }
      common.add(one ? map : assembly.origins().ofOrigin(map));
    }
    ImmutableList.Builder<RealFunction> functions = ImmutableList.builder();
    int next = 0;
    for (Value value : values) {
      boolean isMap = value instanceof Dequantised || value instanceof Condition;
      functions.add(
          isMap ? common.get(next).function() : stored(node, assembly, common.get(0), value));
      next += isMap ? 1 : 0;
    }
    FunctionOperands operands = new FunctionOperands(common.get(0).stream(), functions.build());
    assembly.take(node.where(), operands.size(), Float.BYTES);
    return Optional.of(operands);
  }

  private static List<Dequantised> maps(List<Value> values) {
    List<Dequantised> maps = new ArrayList<>();
    for (Value value : values) {
      if (value instanceof Dequantised map) {
        maps.add(map);
      } else if (value instanceof Condition condition) {
        maps.add(condition.truth());
      }
    }
    return maps;
  }

  /** Results that a function of all operands holds. */
  private long size() {
    return functions.stream().mapToLong(RealFunction::size).max().orElseThrow();
  }

  /** Operand {@code index}, of which a float result is quantised. */
  private static Value settled(Node node, Assembly assembly, int index) {
    return assembly.value(node, index) instanceof Unsettled
        ? ElementwiseOperator.dequantised(node, assembly, index)
        : assembly.value(node, index);
  }

  /** The stored operand {@code other} beside {@code map}, as a function of its values. */
  private static RealFunction stored(Node node, Assembly assembly, Dequantised map, Value other) {
    Constant constant;
    if (other instanceof Known known && isNumeric(node, known.constant())) {
      constant = known.constant();
    } else if (other instanceof QuantisedConstant stored) {
      constant = stored.dequantised(node, assembly);
    } else {
      throw node.refuse(
          "operand " + other.describe(),
          "a float32 constant, or a function of the same feature map",
          "Quantise the operand (QuantizeLinear and DequantizeLinear), or store it as float32.");
    }
    return ChannelConstants.of(node, assembly, map.view(), constant)
        .map(
            constants -> {
              float[] reals = constants.reals();
              assembly.take(node.where(), reals.length, RealFunction.VALUES * Float.BYTES);
              return map.function().constants(reals);
            })
        .orElseThrow(
            () ->
                node.refuse(
                    constant.describe() + " over dimensions " + map.view().dims(),
                    "one value, or one per channel ([C, 1, 1])",
                    "Use a constant per channel, or compute it in the host."));
  }

  /** An exponent may be an integer. */
  private static boolean isNumeric(Node node, Constant constant) {
    return constant.type().isReal() || (node.opType().equals("Pow") && constant.type().isInteger());
  }

  /** The function that {@code combination} makes of the first two operands. */
  Dequantised combined(RealFunction.Combination combination) {
    return new Dequantised(stream, functions.get(0).with(functions.get(1), combination));
  }
}
