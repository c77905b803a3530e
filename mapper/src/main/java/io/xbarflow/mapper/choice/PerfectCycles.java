package io.xbarflow.mapper.choice;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.mapping.CoreUse;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Tensor;
import java.util.Map;

/**
 * Cycles of a perfect pipeline: {@link LayerTimes}. Links and fetch units count for a choice where
 * {@code links} is set; otherwise any number of copies that keeps to the slots will do.
 */
final class PerfectCycles implements CycleModel {
  private final Map<String, Tensor> tensors;
  private final Network network;
  private final ImmutableMap<String, CoreUse> cores;
  private final CoreUse ideal;
  private final boolean links;

  PerfectCycles(
      Network network,
      Architecture architecture,
      ImmutableMap<String, CoreUse> cores,
      boolean links) {
    this.network = network;
    this.tensors = network.tensorsByName();
    this.cores = cores;
    this.ideal = CoreUse.ideal(architecture);
    this.links = links;
  }

  private LayerTimes times(Layer.Convolution layer, LayerChoice choice) {
    return LayerTimes.of(
        tensors.get(layer.input()).shape(),
        tensors.get(layer.output()).shape(),
        layer.window(),
        choice,
        cores.getOrDefault(layer.name(), ideal).macro().mvmCycles());
  }

  @Override
  public boolean keepsTo(Layer.Convolution layer, LayerChoice choice, long cycles) {
    return !links || times(layer, choice).cycles() <= cycles;
  }

  @Override
  public long leastCycles() {
    return links ? mostPixels(network) : 1;
  }

  /** Pixels of the largest map, each of which takes a cycle on its link. */
  static long mostPixels(Network network) {
    return network.tensors().stream().mapToLong(tensor -> tensor.shape().pixels()).max().orElse(0);
  }

  @Override
  public Reached reached(ImmutableMap<String, LayerChoice> choices, long cycles) {
    long most = mostPixels(network);
    for (Layer layer : network.layers()) {
      if (layer instanceof Layer.Convolution convolution) {
        most = Math.max(most, times(convolution, choices.get(layer.name())).cycles());
      }
    }
    return new Reached(most, ImmutableSet.of());
  }
}
