package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.Value.Arranged;
import io.xbarflow.core.onnx.Value.Commuting;
import io.xbarflow.core.onnx.Value.Dequantised;
import io.xbarflow.core.onnx.Value.Known;
import io.xbarflow.core.onnx.Value.QuantisedConstant;
import io.xbarflow.core.onnx.Value.Shaped;
import io.xbarflow.core.onnx.Value.Stream;
import io.xbarflow.core.onnx.Value.Unsettled;
import java.util.Optional;

/** Turns what Reshape and Transpose make of a feature map back into feature maps. */
final class Arranging {
  /** Operators that compute every value by itself, whatever its place. */
  private static final ImmutableSet<String> EACH =
      ImmutableSet.<String>builder()
          .add("QuantizeLinear", "DequantizeLinear", "QLinearSigmoid", "QLinearLeakyRelu")
          .add("Relu", "Clip", "Cast")
          .addAll(UnaryFunctions.names())
          .addAll(BinaryOperator.names())
          .build();

  private Arranging() {}

  /** How the dimensions of {@code value} run over a feature map; empty when it is none. */
  static Optional<Arranged> of(Value value) {
    if (value instanceof Arranged arranged) {
      return Optional.of(arranged);
    }
    return value instanceof Shaped shaped
        ? Optional.of(new Arranged(shaped, Arrangement.of(shaped.view())))
        : Optional.empty();
  }

  /**
   * Defines the output of {@code node}: a feature map, behind a Gather when its channels are in
   * another order, or an arrangement that a later node may turn into one.
   */
  static void define(Node node, Assembly assembly, Shaped values, Arrangement arrangement) {
    Optional<Arrangement.Reordered> map = arrangement.asMap();
    if (map.isEmpty()) {
      assembly.define(node.output(), new Arranged(values, arrangement));
      return;
    }
    View view = map.get().view();
    ImmutableList<Integer> channels = map.get().channels();
    if (values instanceof Stream stream) {
      assembly.define(node.output(), reordered(node, assembly, stream, view, channels));
    } else if (values instanceof Dequantised dequantised && !dequantised.function().perChannel()) {
      assembly.define(
          node.output(),
          dequantised.withStream(reordered(node, assembly, dequantised.stream(), view, channels)));
    } else if (ChannelChoice.isIdentity(channels, channels.size())) {
      assembly.define(node.output(), values.withView(view));
    } else if (values instanceof Unsettled unsettled) {
      assembly.define(
          node.output(),
          new Commuting(
              node,
              unsettled,
              view,
              (stream, behind, output) ->
                  ChannelChoice.apply(assembly, node.name(), stream, view, output, channels, 0)));
    } else {
      // Its channels are in order once it is quantised.
      assembly.define(node.output(), new Arranged(values, arrangement));
    }
  }

  /**
   * Defines the output of {@code node}: {@code value}, a feature map in any arrangement, with
   * dimensions {@code dims}. False when these cut through what they run over.
   */
  static boolean reshape(Node node, Assembly assembly, Value value, ImmutableList<Integer> dims) {
    if (value instanceof Shaped shaped) {
      Optional<View> view = shaped.view().reshaped(dims);
      if (view.isPresent()) {
        assembly.define(node.output(), shaped.withView(view.get()));
        return true;
      }
    }
    Arranged arranged = of(value).orElseThrow();
    Optional<Arrangement> result = arranged.arrangement().reshaped(dims);
    result.ifPresent(found -> define(node, assembly, arranged.values(), found));
    return result.isPresent();
  }

  /** Operand 0 of the float operator {@code node}, which must be a plain DequantizeLinear. */
  static Arranged dequantised(Node node, Assembly assembly) {
    if (assembly.value(node, 0) instanceof Arranged arranged
        && arranged.values() instanceof Dequantised dequantised
        && dequantised.isPlain()) {
      return new Arranged(dequantised.stream(), arranged.arrangement());
    }
    Stream stream = assembly.dequantised(node, 0);
    return new Arranged(stream, Arrangement.of(stream.view()));
  }

  /** Quantised operand 0 of {@code node}, which states {@code declared} as its meaning. */
  static Arranged quantised(Node node, Assembly assembly, Quantisation declared) {
    if (assembly.value(node, 0) instanceof Arranged arranged
        && arranged.values() instanceof Stream stream) {
      return new Arranged(assembly.asRead(node, 0, stream, declared), arranged.arrangement());
    }
    Stream stream = assembly.quantised(node, 0, declared);
    return new Arranged(stream, Arrangement.of(stream.view()));
  }

  /**
   * Converts {@code node} when it computes every value of an arranged feature map by itself: what
   * it makes of the map is arranged alike.
   */
  static boolean convertEach(Node node, Assembly assembly, Operator operator) {
    String input = node.input(0);
    if (!EACH.contains(node.opType())
        || assembly.isUnknown(input)
        || !(assembly.value(node, 0) instanceof Arranged arranged)
        || !otherOperandsAreNumbers(node, assembly)) {
      return false;
    }
    assembly.define(input, arranged.values());
    operator.convert(node, assembly);
    assembly.define(input, arranged);
    Value result = assembly.valueOf(node.output());
    if (!(result instanceof Shaped shaped)) {
      throw node.refuse(
          "input is " + arranged.describe(),
          "a feature map or a vector",
          "Let this operator stand before the Transpose and Reshape.");
    }
    define(node, assembly, shaped, arranged.arrangement());
    return true;
  }

  private static boolean otherOperandsAreNumbers(Node node, Assembly assembly) {
    return !BinaryOperator.isOne(node)
        || (node.inputs().size() == 2
            && !assembly.isUnknown(node.input(1))
            && isNumber(assembly.value(node, 1)));
  }

  private static boolean isNumber(Value value) {
    Constant constant =
        value instanceof Known known
            ? known.constant()
            : value instanceof QuantisedConstant stored ? stored.values() : null;
    return constant != null && constant.size() == 1 && constant.dims().size() <= 1;
  }

  private static Stream reordered(
      Node node, Assembly assembly, Stream stream, View view, ImmutableList<Integer> channels) {
    return ChannelChoice.apply(assembly, node.name(), stream, view, node.output(), channels, 0);
  }
}
