package io.xbarflow.cli;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.CoreUse;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.NetworkCheck;
import io.xbarflow.mapper.Revision;
import io.xbarflow.sim.Simulation;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A network and its mapping as they stand in an output folder, where a person may have edited them;
 * what is read here is sound.
 *
 * @param network from {@code network.json}
 * @param mapping from {@code mapping.json}
 */
record SavedChip(Network network, Mapping mapping) {
  /** The network's file. */
  static final String NETWORK = "network.json";

  /** The network as an ONNX file. */
  static final String NETWORK_MODEL = "network.onnx";

  /** The mapping's file. */
  static final String MAPPING = "mapping.json";

  /** The network in {@code output}. */
  static Network network(Path output) {
    Path file = output.resolve(NETWORK);
    Network network = Artefacts.read(file, Network.class);
    NetworkCheck.require(network, file.toString());
    return network;
  }

  /** The mapping in {@code output}, not yet checked against its network. */
  static Mapping mapping(Path output) {
    return Artefacts.read(output.resolve(MAPPING), Mapping.class);
  }

  /** Both, sound, with every core as its type of {@code types} sees it now. */
  static SavedChip read(CoreTypes types, Path output) {
    Network network = network(output);
    Path file = output.resolve(MAPPING);
    return sound(network, withCores(types, network, mapping(output), file), file);
  }

  /** Both, sound, with the cores as they stand there. */
  static SavedChip read(Path output) {
    return sound(network(output), mapping(output), output.resolve(MAPPING));
  }

  private static SavedChip sound(Network network, Mapping mapping, Path file) {
    Revision.requireSound(network, mapping, file.toString());
    return new SavedChip(network, mapping);
  }

  /** {@code mapping} with every core as its type sees it now. */
  static Mapping withCores(CoreTypes types, Network network, Mapping mapping, Path file) {
    Map<String, Layer.Convolution> layers = new HashMap<>();
    for (Layer layer : network.layers()) {
      if (layer instanceof Layer.Convolution convolution) {
        layers.put(layer.name(), convolution);
      }
    }
    ImmutableList.Builder<Block> blocks = ImmutableList.builder();
    for (Block block : mapping.blocks()) {
      if (block instanceof Block.ImcCore core && layers.containsKey(core.layer())) {
        CoreUse use =
            types.checked(
                core.array().core(),
                layers.get(core.layer()),
                mapping.architecture(),
                file.toString());
        blocks.add(core.withArray(core.array().withCore(use)));
      } else {
        blocks.add(block);
      }
    }
    return mapping.withBlocks(blocks.build());
  }

  /** Checks that the images of {@code simulation} get through the mapping in {@code output}. */
  static void requireFlow(Mapping mapping, Simulation simulation, Path output) {
    Revision.requireFlow(
        mapping,
        simulation.timing().orElseThrow(),
        Math.min(simulation.images().size(), Simulation.STEADY_IMAGES),
        output.resolve(MAPPING).toString());
  }
}
