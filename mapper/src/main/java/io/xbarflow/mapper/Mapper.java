package io.xbarflow.mapper;

import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Figures;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.timing.TimingModel;
import io.xbarflow.mapper.choice.Choices;
import io.xbarflow.mapper.place.Floorplan;
import io.xbarflow.mapper.place.Grid;
import io.xbarflow.mapper.place.Netlist;
import io.xbarflow.mapper.place.Placer;
import java.util.HashMap;
import java.util.Map;

/**
 * Maps a network to an architecture: weights to macros, activations to rings, macros to places,
 * lanes to links, depths to FIFOs, and predicts the cycles.
 */
public final class Mapper {
  private static final long PLACEMENT_SEED = 1;

  /** Images the prediction runs. */
  static final int IMAGES = 5;

  private Mapper() {}

  /**
   * The mapping of {@code network} on {@code architecture} with one pixel per MVM and one copy of
   * every array; equal arguments give equal mappings.
   *
   * @throws io.xbarflow.core.diagnostic.UserException when the network does not fit the
   *     architecture
   */
  public static Mapping map(Network network, Architecture architecture) {
    return map(network, architecture, MappingOptions.PLAIN);
  }

  /**
   * The mapping with the patches and copies that {@code options} ask for.
   *
   * @throws io.xbarflow.core.diagnostic.UserException when the network does not fit the
   *     architecture or the budget
   */
  public static Mapping map(Network network, Architecture architecture, MappingOptions options) {
    return map(network, architecture, plan(network, architecture, options), options);
  }

  /**
   * The decisions that {@code options} ask for.
   *
   * @throws io.xbarflow.core.diagnostic.UserException when the network does not fit the budget, or
   *     a policy is given for a layer that is not there
   */
  public static Plan plan(Network network, Architecture architecture, MappingOptions options) {
    checkLayers(network, options);
    Choices choices =
        options.crossbars().isPresent()
            ? Choices.leastInterval(network, architecture, options.crossbars().get())
            : options.slots().isPresent()
                ? Choices.fewestCrossbars(network, architecture, options.slots().get())
                : Choices.plain(network, architecture);
    return Alignment.align(network, architecture, Plan.of(network, architecture, choices, options));
  }

  private static void checkLayers(Network network, MappingOptions options) {
    for (String name : options.memory().keySet()) {
      if (network.layers().stream().noneMatch(layer -> layer.name().equals(name))) {
        throw UserException.badInput(
            "--memory",
            "no layer '" + name + "' in " + network.model(),
            "the name of a layer, as network.json lists them",
            "Mend the name.");
      }
    }
  }

  /**
   * The mapping that follows from the decisions of {@code plan}; of {@code options} only lanes and
   * placement count.
   *
   * @throws io.xbarflow.core.diagnostic.UserException when the network does not fit the
   *     architecture
   */
  public static Mapping map(
      Network network, Architecture architecture, Plan plan, MappingOptions options) {
    PipelineBuilder builder = new PipelineBuilder(network, architecture, plan, options.lanes());
    Netlist netlist = builder.netlist();
    Grid grid = Grid.of(architecture, netlist.macros());
    Floorplan floorplan =
        options.placement() == MappingOptions.Placement.QUICK
            ? Placer.quick(netlist, grid)
            : Placer.place(netlist, grid, PLACEMENT_SEED);
    Pipeline ample = builder.build(floorplan);
    Pipeline pipeline =
        options.placement() == MappingOptions.Placement.QUICK
            ? DepthSizing.sufficient(ample, architecture.mvmCycles())
            : DepthSizing.least(ample, architecture.mvmCycles());
    TimingModel.Timing timing = pipeline.run(architecture.mvmCycles(), IMAGES);
    return mapping(network, architecture, plan, pipeline, timing);
  }

  /** The mapping of {@code pipeline}, of which {@code timing} was found. */
  static Mapping mapping(
      Network network,
      Architecture architecture,
      Plan plan,
      Pipeline pipeline,
      TimingModel.Timing timing) {
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
