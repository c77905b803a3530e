package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.onnx.Value.Arranged;
import io.xbarflow.core.onnx.Value.Commuting;
import io.xbarflow.core.onnx.Value.Dequantised;
import io.xbarflow.core.onnx.Value.Shaped;
import io.xbarflow.core.onnx.Value.Stream;
import io.xbarflow.core.onnx.Value.Unsettled;
import java.util.Optional;

/** Turns what Reshape and Transpose make of a feature map back into feature maps. */
final class Arranging {
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
      throw node.refuse(
          "channels reordered of " + values.describe(),
          "a quantised feature map",
          "Quantise the tensor before the Reshape and Transpose (QuantizeLinear and"
              + " DequantizeLinear).");
    }
  }

  private static Stream reordered(
      Node node, Assembly assembly, Stream stream, View view, ImmutableList<Integer> channels) {
    return ChannelChoice.apply(assembly, node.name(), stream, view, node.output(), channels, 0);
  }
}
