package io.xbarflow.mapper;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.mapping.Patch;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;

/**
 * The decisions for every layer of a network, from which its mapping follows.
 *
 * @param layers by name
 */
public record Plan(ImmutableMap<String, LayerPlan> layers) {
  /** One pixel per MVM, one copy, activation memories of {@code memory}. */
  public static Plan plain(Network network, ActivationMemoryPolicy memory) {
    ImmutableMap.Builder<String, LayerPlan> layers = ImmutableMap.builder();
    for (Layer layer : network.layers()) {
      layers.put(layer.name(), new LayerPlan(Patch.SINGLE, 1, memory));
    }
    return new Plan(layers.buildOrThrow());
  }

  /** The decisions for {@code layer}. */
  public LayerPlan of(Layer layer) {
    LayerPlan plan = layers.get(layer.name());
    checkArgument(plan != null, "no plan for layer %s", layer.name());
    return plan;
  }
}
