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
  private static final MappingOptions QUICK =
      new MappingOptions(
          Optional.empty(), Optional.empty(), 1, ImmutableMap.of(), MappingOptions.Effort.QUICK);

  private ModelStages() {}

  /** Imports {@code model} and maps it in quick effort; gives what was made last. */
  static String importAndMap(Path model, Path folder) {
    Path artefact = folder.resolve("network.json");
    Artefacts.write(artefact, OnnxImport.read(model));
    Network network = Artefacts.read(artefact, Network.class);
    Artefacts.write(
        folder.resolve("mapping.json"),
        Mapper.map(network, Architectures.named(Architectures.DEFAULT), QUICK));
    return "mapped";
  }
}
