package io.xbarflow.mapper.choice;

import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.network.Window;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The latency of the first image in a pipeline whose digital logic costs no time, in slots. All
 * input pixels are there at slot 0. Pooling, addition and the like take no time.
 *
 * <p>Remembers the times of every map, so that a change of one layer needs a new run of the layers
 * from it on only.
 */
public final class FirstImage {
  private final Network network;
  private final Map<String, Integer> durations;
  private final Map<String, Tensor> tensors;
  private final Map<String, MapTimes> times = new HashMap<>();

  /**
   * Nothing known yet.
   *
   * @param durations slots that an MVM of a convolution takes, by layer; one where nothing is given
   */
  FirstImage(Network network, Map<String, Integer> durations) {
    this.network = network;
    this.durations = durations;
    this.tensors = network.tensorsByName();
    for (HostTensor input : network.inputs()) {
      times.put(input.tensor(), MapTimes.atOnce(shape(input.tensor())));
    }
  }

  /** The slot after which all outputs of {@code network} are done with {@code choices}. */
  public static long slots(Network network, Choices choices) {
    FirstImage image = new FirstImage(network, Map.of());
    return image.runFrom(0, choices.layers());
  }

  /** Slots when the layers from number {@code first} on have {@code choices}. */
  long runFrom(int first, Map<String, LayerChoice> choices) {
    List<Layer> layers = network.layers();
    for (Layer layer : layers.subList(first, layers.size())) {
      times.put(layer.output(), output(layer, choices.get(layer.name())));
    }
    long slots = 0;
    for (HostTensor output : network.outputs()) {
      slots = Math.max(slots, times.get(output.tensor()).last());
    }
    return slots;
  }

  /** Sets the times of the map that {@code layer} writes. */
  void set(Layer layer, MapTimes output) {
    times.put(layer.output(), output);
  }

  /** The map that {@code layer} writes with {@code choice}, which only convolutions need. */
  MapTimes output(Layer layer, LayerChoice choice) {
    Shape out = shape(layer.output());
    MapTimes in = times.get(layer.inputs().get(0));
    if (layer instanceof Layer.Convolution convolution) {
      return in.convolved(
          out, convolution.window(), choice, durations.getOrDefault(layer.name(), 1));
    }
    if (layer instanceof Layer.Pool pool) {
      return in.pooled(out, pool.window());
    }
    if (layer instanceof Layer.GlobalAveragePool) {
      Shape map = shape(layer.inputs().get(0));
      return in.pooled(out, Window.frame(map.height(), map.width()));
    }
    if (layer instanceof Layer.Reframe reframe) {
      return in.reframed(out, reframe);
    }
    if (layer instanceof Layer.Concat concat && concat.axis() != Layer.Concat.Axis.CHANNELS) {
      return MapTimes.joined(
          out,
          concat.operands().stream().map(times::get).toList(),
          concat.axis() == Layer.Concat.Axis.ROWS);
    }
    // The others work pixel by pixel.
    for (String operand : layer.inputs().subList(1, layer.inputs().size())) {
      in = in.and(times.get(operand));
    }
    return in;
  }

  private Shape shape(String tensor) {
    return tensors.get(tensor).shape();
  }
}
