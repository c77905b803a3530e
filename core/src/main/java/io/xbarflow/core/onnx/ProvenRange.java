package io.xbarflow.core.onnx;

import com.google.common.collect.Lists;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.Value.Commuting;
import io.xbarflow.core.onnx.Value.Dequantised;
import io.xbarflow.core.onnx.Value.Pending;
import io.xbarflow.core.onnx.Value.Shaped;
import io.xbarflow.core.onnx.Value.Stream;
import io.xbarflow.core.onnx.Value.Unsettled;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * Which real values a float result can have, whatever the image: of a convolution or matrix product
 * by the integers that it can accumulate, of other layers by what their operands can be.
 */
final class ProvenRange {
  /** Tries to find the scale in which a table of products neither saturates nor vanishes. */
  private static final int TRIES = 40;

  private final Assembly assembly;
  private final TensorRange tensors;
  private final IdentityHashMap<Unsettled, Interval> known = new IdentityHashMap<>();

  ProvenRange(Assembly assembly) {
    this.assembly = assembly;
    tensors = new TensorRange(assembly);
  }

  /** The range of {@code value}, a float feature map. */
  Interval of(Shaped value) {
    if (value instanceof Unsettled unsettled) {
      Interval range = known.get(unsettled);
      if (range == null) {
        range = computed(unsettled);
        known.put(unsettled, range);
      }
      return range;
    }
    return value instanceof Dequantised map ? ofFunction(map) : tensors.of((Stream) value);
  }

  /** The results of a function for the integers that its map can have. */
  private Interval ofFunction(Dequantised map) {
    RealFunction function = map.function();
    Interval integers = tensors.integers(map.stream());
    int channels = function.perChannel() ? map.view().shape().channels() : 1;
    double least = Double.POSITIVE_INFINITY;
    double greatest = Double.NEGATIVE_INFINITY;
    for (int channel = 0; channel < channels; channel++) {
      for (int x = (int) integers.low(); x <= (int) integers.high(); x++) {
        double result = function.of(x, channel);
        least = result < least ? result : least;
        greatest = result > greatest ? result : greatest;
      }
    }
    return least <= greatest ? new Interval(least, greatest) : new Interval(0, 0);
  }

  /** The tensor that is read first for {@code value}. */
  Stream operand(Shaped value) {
    Shaped source = value;
    while (true) {
      if (source instanceof Commuting commuting) {
        source = commuting.source();
      } else if (source instanceof Dequantised map) {
        return map.stream();
      } else if (source instanceof Stream stream) {
        return stream;
      } else if (((Pending) source).maker() instanceof Concatenation concatenation) {
        source = concatenation.operands().get(0);
      } else if (((Pending) source).maker() instanceof SumOverMap sum) {
        return sum.input();
      } else {
        return new Stream(probe((Pending) source, 1).inputs().get(0), source.view(), false);
      }
    }
  }

  private Interval computed(Unsettled value) {
    List<Commuting> chain = new ArrayList<>();
    Unsettled source = value;
    while (source instanceof Commuting commuting) {
      chain.add(commuting);
      source = commuting.source();
    }
    Pending pending = (Pending) source;
    Interval range = layer(pending).within(pending.bounds());
    for (Commuting link : Lists.reverse(chain)) {
      range = link.commutation().range(range).within(link.bounds());
    }
    return range;
  }

  private Interval layer(Pending pending) {
    if (pending.maker() instanceof Concatenation concatenation) {
      return concatenation.operands().stream().map(this::of).reduce(Interval::union).orElseThrow();
    }
    if (pending.maker() instanceof SumOverMap sum) {
      return tensors.of(sum.input().tensor()).times(sum.pixels());
    }
    Layer layer = probe(pending, 1);
    if (layer instanceof Layer.Convolution convolution) {
      return ofSums(convolution);
    }
    if (layer instanceof Layer.Add add) {
      return tensors.of(add.a()).plus(tensors.of(add.b()));
    }
    if (layer instanceof Layer.AddConstant add) {
      Interval constants = TensorRange.ofTables(List.of(add.constant()));
      return tensors
          .of(add.input())
          .plus(
              Interval.of(
                  (int) constants.low(), (int) constants.high(), add.constantQuantisation()));
    }
    if (layer instanceof Layer.Lookup || layer instanceof Layer.ChannelLookup) {
      return ofProducts(pending, layer);
    }
    // A mean lies between its operands, or 0 where padding counts.
    Interval operand = tensors.of(layer.inputs().get(0));
    boolean padded = layer instanceof Layer.Pool pool && pool.window().padded();
    return padded ? operand.union(new Interval(0, 0)) : operand;
  }

  /** The layer of {@code pending} with its results in steps of {@code scale}. */
  private static Layer probe(Pending pending, float scale) {
    return pending
        .maker()
        .make(
            pending.node().name(),
            pending.node().output(),
            new Quantisation(scale, 0, true),
            Byte.MIN_VALUE,
            Byte.MAX_VALUE);
  }

  /** The least and the greatest sum of every channel, as real values. */
  private Interval ofSums(Layer.Convolution layer) {
    Quantisation from = assembly.tensor(layer.input()).quantisation();
    Interval input = tensors.of(layer.input());
    // Taps in the padding add nothing.
    double least = Math.min(0, input.low()) / from.scale();
    double greatest = Math.max(0, input.high()) / from.scale();
    if (!layer.window().padded()) {
      least = input.low() / from.scale();
      greatest = input.high() / from.scale();
    }
    int perOutput = layer.weights().length() / layer.outputChannels();
    Interval all = null;
    for (int output = 0; output < layer.outputChannels(); output++) {
      long negative = 0;
      long positive = 0;
      for (int tap = output * perOutput; tap < (output + 1) * perOutput; tap++) {
        int weight = layer.weights().get(tap);
        negative += Math.min(weight, 0);
        positive += Math.max(weight, 0);
      }
      double scale = (double) from.scale() * layer.weightScale(output);
      double bias = layer.bias().get(output);
      Interval channel =
          new Interval(
              (bias + positive * least + negative * greatest) * scale,
              (bias + positive * greatest + negative * least) * scale);
      all = all == null ? channel : all.union(channel);
    }
    return all;
  }

  /** Products with constants: their table in steps in which it fills a good part of its type. */
  private static Interval ofProducts(Pending pending, Layer first) {
    float scale = 1;
    Interval entries = entries(first);
    for (int i = 0; i < TRIES; i++) {
      if (entries.low() <= Byte.MIN_VALUE || entries.high() >= Byte.MAX_VALUE) {
        scale *= 4;
      } else if (Math.max(-entries.low(), entries.high()) < 16) {
        scale /= 4;
      } else {
        break;
      }
      entries = entries(probe(pending, scale));
    }
    return new Interval((entries.low() - 1) * scale, (entries.high() + 1) * scale);
  }

  private static Interval entries(Layer layer) {
    return layer instanceof Layer.Lookup lookup
        ? TensorRange.ofTables(List.of(lookup.table()))
        : TensorRange.ofTables(((Layer.ChannelLookup) layer).tables());
  }
}
