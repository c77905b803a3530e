package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.onnx.Value.Stream;
import java.util.Optional;
import java.util.stream.IntStream;

/** Makes {@link Layer.Gather} layers, and does without where it can. */
final class ChannelChoice {
  private ChannelChoice() {}

  /** Whether {@code channels} are all of {@code count} in their order. */
  static boolean isIdentity(ImmutableList<Integer> channels, int count) {
    return channels.equals(
        IntStream.range(0, count).boxed().collect(ImmutableList.toImmutableList()));
  }

  /**
   * {@code channels} of {@code input}, with {@code fill} in those that are {@link
   * Layer.Gather#FILLED}: the input itself, one Gather for this and the one before it, or a new
   * one.
   */
  static Stream apply(
      Assembly assembly,
      String layer,
      Stream input,
      View view,
      String output,
      ImmutableList<Integer> channels,
      int fill) {
    assembly.take("node " + layer, channels.size(), 3 * Constant.BOXED_BYTES);
    if (isIdentity(channels, input.view().shape().channels())) {
      return input.withView(view);
    }
    Optional<Layer.Gather> before =
        assembly
            .producer(input)
            .filter(Layer.Gather.class::isInstance)
            .map(Layer.Gather.class::cast)
            .filter(earlier -> !channels.contains(Layer.Gather.FILLED) || earlier.fill() == fill);
    String from = before.map(Layer.Gather::input).orElse(input.tensor());
    ImmutableList<Integer> joined =
        channels.stream()
            .map(
                channel ->
                    channel == Layer.Gather.FILLED || before.isEmpty()
                        ? channel
                        : before.get().channels().get(channel))
            .collect(ImmutableList.toImmutableList());
    int value = before.map(Layer.Gather::fill).orElse(fill);
    if (isIdentity(joined, assembly.shape(from).channels())) {
      return new Stream(from, view, false);
    }
    return assembly.emitAs(
        layer,
        (name, tensor, to, min, max) -> new Layer.Gather(name, from, tensor, joined, value),
        view,
        output,
        assembly.quantisation(input));
  }

  /**
   * A stream and the order in which a layer without groups takes its channels.
   *
   * @param stream the map that the layer reads
   * @param places of every channel of {@code stream} the place the layer's weights have for it;
   *     none when that is its own
   */
  record Ordered(Stream stream, ImmutableList<Integer> places) {
    /** The order that {@code stream} has. */
    static Ordered plain(Stream stream) {
      return new Ordered(stream, ImmutableList.of());
    }

    /** The place of channel {@code channel}. */
    int place(int channel) {
      return places.isEmpty() ? channel : places.get(channel);
    }
  }

  /** The map before a mere reordering of channels; {@code input} itself otherwise. */
  static Ordered withoutReordering(Assembly assembly, Stream input) {
    int count = input.view().shape().channels();
    Layer producer = assembly.producer(input).orElse(null);
    if (producer instanceof Layer.Gather gather
        && assembly.shape(gather.input()).channels() == count
        && gather.channels().stream().distinct().count() == count
        && !gather.channels().contains(Layer.Gather.FILLED)) {
      assembly.take("node " + gather.name(), count, 3 * Constant.BOXED_BYTES);
      Integer[] places = new Integer[count];
      for (int place = 0; place < count; place++) {
        places[gather.channels().get(place)] = place;
      }
      return new Ordered(
          new Stream(gather.input(), input.view(), false), ImmutableList.copyOf(places));
    }
    return Ordered.plain(input);
  }
}
