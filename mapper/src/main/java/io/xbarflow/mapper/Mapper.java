package io.xbarflow.mapper;

import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Figures;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.timing.TimingModel;
import java.util.HashMap;
import java.util.Map;

/**
 * Maps a network to an architecture: weights to macros, activations to rings, macros to places,
 * lanes to links, depths to FIFOs, and predicts the cycles.
 */
public final class Mapper {
  /** Images the prediction runs. */
  private static final int IMAGES = 5;

  private Mapper() {}

  /**
   * The mapping of {@code network} on {@code architecture}; equal arguments give equal mappings.
   *
   * @throws io.xbarflow.core.diagnostic.UserException when the network does not fit the
   *     architecture
   */
  public static Mapping map(Network network, Architecture architecture) {
    return map(network, architecture, Plan.plain(network, architecture.memory()));
  }

  /**
   * The mapping that follows from the decisions of {@code plan}.
   *
   * @throws io.xbarflow.core.diagnostic.UserException when the network does not fit the
   *     architecture
   */
  public static Mapping map(Network network, Architecture architecture, Plan plan) {
    Pipeline pipeline =
        DepthSizing.size(
            PipelineBuilder.build(network, architecture, plan), architecture.mvmCycles());
    TimingModel.Timing timing = pipeline.run(architecture.mvmCycles(), IMAGES);
    Map<String, Link> links = new HashMap<>();
    pipeline.links().forEach(link -> links.put(link.name(), link));
    int crossbars = 0;
    for (Block block : pipeline.blocks()) {
      if (block instanceof Block.ImcCore core) {
        crossbars += core.array().macros();
      }
    }
    Figures prediction =
        new Figures(
            crossbars,
            timing.cyclesPerImage(pipeline.outputs(), IMAGES),
            timing.firstImageCycles(pipeline.outputs()),
            ActivationMemory.bits(pipeline.blocks(), links));
    return new Mapping(
        network.model(),
        network.modelSha256(),
        architecture,
        pipeline.inputs(),
        pipeline.outputs(),
        pipeline.links(),
        pipeline.blocks(),
        prediction,
        PerfectPipeline.bound(network, architecture, plan));
  }
}
