package io.xbarflow.core.onnx;

import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.Value.Stream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which values of its type a tensor can have, by the clamp or table of the layer that writes it.
 */
final class TensorRange {
  private final Assembly assembly;
  private final Map<String, Interval> ofTables = new HashMap<>();

  TensorRange(Assembly assembly) {
    this.assembly = assembly;
  }

  /** The real values of {@code stream}. */
  Interval of(Stream stream) {
    return of(stream.tensor());
  }

  /** The real values of network tensor {@code tensor}. */
  Interval of(String tensor) {
    Quantisation quantisation = assembly.tensor(tensor).quantisation();
    Interval integers = integers(tensor, quantisation);
    return Interval.of((int) integers.low(), (int) integers.high(), quantisation);
  }

  /** The integers of {@code stream}. */
  Interval integers(Stream stream) {
    return integers(stream.tensor(), assembly.quantisation(stream));
  }

  /** Integers, following the layers that only choose and move values. */
  private Interval integers(String tensor, Quantisation quantisation) {
    Interval type = new Interval(quantisation.min(), quantisation.max());
    Optional<Interval> fills = Optional.empty();
    String from = tensor;
    while (true) {
      Layer layer = assembly.producer(from).orElse(null);
      if (layer instanceof Layer.Reframe reframe) {
        fills = with(fills, reframe.fill());
        from = reframe.input();
      } else if (layer instanceof Layer.Gather gather) {
        fills = with(fills, gather.fill());
        from = gather.input();
      } else if (layer instanceof Layer.Pool pool && !pool.kind().averages()) {
        from = pool.input();
      } else {
        Interval range = layer == null ? type : written(layer, type);
        return fills.map(range::union).orElse(range);
      }
    }
  }

  private static Optional<Interval> with(Optional<Interval> fills, int fill) {
    Interval value = new Interval(fill, fill);
    return Optional.of(fills.map(value::union).orElse(value));
  }

  private Interval written(Layer layer, Interval type) {
    if (layer instanceof Layer.Convolution convolution) {
      return new Interval(convolution.clampMin(), convolution.clampMax());
    }
    if (layer instanceof Layer.Add add) {
      return new Interval(add.clampMin(), add.clampMax());
    }
    if (layer instanceof Layer.AddConstant add) {
      return new Interval(add.clampMin(), add.clampMax());
    }
    if (layer instanceof Layer.Lookup lookup) {
      return ofTables.computeIfAbsent(layer.output(), unused -> ofTables(List.of(lookup.table())));
    }
    if (layer instanceof Layer.ChannelLookup lookup) {
      return ofTables.computeIfAbsent(layer.output(), unused -> ofTables(lookup.tables()));
    }
    return type;
  }

  /** The least and the greatest entry of {@code tables}. */
  static Interval ofTables(List<? extends List<Integer>> tables) {
    int least = Integer.MAX_VALUE;
    int greatest = Integer.MIN_VALUE;
    for (List<Integer> table : tables) {
      for (int value : table) {
        least = Math.min(least, value);
        greatest = Math.max(greatest, value);
      }
    }
    return new Interval(least, greatest);
  }
}
