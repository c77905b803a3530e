package io.xbarflow.cli.fuzz;

import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.onnx.OnnxImport;
import io.xbarflow.mapper.Mapper;
import io.xbarflow.mapper.MappingOptions;
import java.nio.file.Path;
import java.util.Optional;

/** The stages import and map, with the artefacts between them. */
final class ModelStages {
  /** Layers of a network up to which the search for depths keeps to the time of a fuzzed input. */
  private static final int MAPPED_LAYERS = 300;

  private static final MappingOptions QUICK =
      new MappingOptions(
          Optional.empty(), Optional.empty(), 1, ImmutableMap.of(), MappingOptions.Effort.QUICK);

  private ModelStages() {}

  /**
   * Imports {@code model} and maps it in quick effort, unless it has more layers than any chip
   * would; gives what was made last.
   */
  static String importAndMap(Path model, Path folder) {
    Path artefact = folder.resolve("network.json");
    Artefacts.write(artefact, OnnxImport.read(model));
    Network network = Artefacts.read(artefact, Network.class);
    if (network.layers().size() > MAPPED_LAYERS) {
      return "imported";
    }
    Artefacts.write(
        folder.resolve("mapping.json"),
        Mapper.map(network, Architectures.named(Architectures.DEFAULT), QUICK));
    return "mapped";
  }
}
