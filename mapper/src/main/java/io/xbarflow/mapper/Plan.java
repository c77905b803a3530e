package io.xbarflow.mapper;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.mapping.Patch;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.mapper.choice.Choices;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

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

  /** The choices of patches and copies with activation memories as {@code options} say. */
  static Plan of(
      Network network, Architecture architecture, Choices choices, MappingOptions options) {
    ImmutableMap.Builder<String, LayerPlan> layers = ImmutableMap.builder();
    for (Layer layer : network.layers()) {
      ActivationMemoryPolicy memory =
          options.memory().getOrDefault(layer.name(), architecture.memory());
      layers.put(
          layer.name(),
          layer instanceof Layer.Convolution convolution
              ? new LayerPlan(
                  choices.of(convolution).patch(),
                  choices.of(convolution).copies(),
                  memory,
                  Optional.ofNullable(options.cores().get(layer.name())))
              : new LayerPlan(Patch.SINGLE, 1, memory));
    }
    return new Plan(layers.buildOrThrow());
  }

  /** The same plan with another decision for the layer called {@code layer}. */
  Plan with(String layer, LayerPlan decision) {
    Map<String, LayerPlan> changed = new LinkedHashMap<>(layers);
    changed.put(layer, decision);
    return new Plan(ImmutableMap.copyOf(changed));
  }

  /** The decisions for {@code layer}. */
  public LayerPlan of(Layer layer) {
    LayerPlan plan = layers.get(layer.name());
    checkArgument(plan != null, "no plan for layer %s", layer.name());
    return plan;
  }
}
