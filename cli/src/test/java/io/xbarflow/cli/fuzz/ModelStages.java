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
  /**
   * Pixels of all maps of a network up to which it is mapped: following them takes the time of a
   * fuzzed input and more, however quick the search.
   */
  private static final long MAPPED_PIXELS = 1L << 19;

  private static final MappingOptions QUICK =
      new MappingOptions(
          Optional.empty(), Optional.empty(), 1, ImmutableMap.of(), MappingOptions.Effort.QUICK);

  private ModelStages() {}

  /**
   * Imports {@code model} and maps it in quick effort, unless its maps are too large for that;
   * gives what was made last.
   */
  static String importAndMap(Path model, Path folder) {
    Path artefact = folder.resolve("network.json");
    Artefacts.write(artefact, OnnxImport.read(model));
    Network network = Artefacts.read(artefact, Network.class);
    if (network.tensors().stream().mapToLong(tensor -> tensor.shape().pixels()).sum()
        > MAPPED_PIXELS) {
      return "imported";
    }
    Artefacts.write(
        folder.resolve("mapping.json"),
        Mapper.map(network, Architectures.named(Architectures.DEFAULT), QUICK));
    return "mapped";
  }
}
