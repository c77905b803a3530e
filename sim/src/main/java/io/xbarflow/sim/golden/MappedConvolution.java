package io.xbarflow.sim.golden;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import java.util.HashMap;
import java.util.Map;

/**
 * A convolution and the core that computes it.
 *
 * @param layer the convolution
 * @param core the core
 */
record MappedConvolution(Layer.Convolution layer, Block.ImcCore core) {

  /** The convolutions of {@code network} that {@code mapping} has a core for. */
  static ImmutableList<MappedConvolution> of(Network network, Mapping mapping) {
    Map<String, Block.ImcCore> cores = new HashMap<>();
    for (Block block : mapping.blocks()) {
      if (block instanceof Block.ImcCore core) {
        cores.put(core.layer(), core);
      }
    }
    ImmutableList.Builder<MappedConvolution> mapped = ImmutableList.builder();
    for (Layer layer : network.layers()) {
      if (layer instanceof Layer.Convolution convolution && cores.containsKey(layer.name())) {
        mapped.add(new MappedConvolution(convolution, cores.get(layer.name())));
      }
    }
    return mapped.build();
  }
}
