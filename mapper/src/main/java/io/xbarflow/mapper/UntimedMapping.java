package io.xbarflow.mapper;

import com.google.common.collect.ImmutableList;
import com.google.common.hash.Hashing;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.mapping.ActivationMemory;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.CoreUse;
import io.xbarflow.core.mapping.CrossbarArray;
import io.xbarflow.core.mapping.Figures;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.mapping.Place;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.timing.TimingModel;
import io.xbarflow.mapper.choice.Choices;
import io.xbarflow.mapper.place.Floorplan;
import io.xbarflow.mapper.place.Grid;
import io.xbarflow.mapper.place.Netlist;
import io.xbarflow.mapper.place.Placer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A mapping whose depths are open and whose cycles are not known yet: the cheap part of mapping. It
 * is the timing that takes long, and mappings with equal {@link #timingKey} share it.
 */
public final class UntimedMapping {
  private static final long PLACEMENT_SEED = 1;

  /** Pixels of an image on all links that a prediction follows, less than 1 GiB. */
  private static final long MAX_PIXELS = 1L << 22;

  /** Beats of an image on all links that a prediction follows, some minutes. */
  private static final long MAX_BEATS = 1L << 26;

  /** Images the prediction runs. */
  static final int IMAGES = 5;

  private final Network network;
  private final Architecture architecture;
  private final Plan plan;
  private final Pipeline ample;
  private final MappingOptions.Effort effort;

  private UntimedMapping(
      Network network,
      Architecture architecture,
      Plan plan,
      Pipeline ample,
      MappingOptions.Effort effort) {
    this.effort = effort;
    this.network = network;
    this.architecture = architecture;
    this.plan = plan;
    this.ample = ample;
  }

  /**
   * Blocks, links and places that {@code options} ask for.
   *
   * @param choices what {@link Mapper#choices} makes of the other arguments
   * @throws io.xbarflow.core.diagnostic.UserException when the network does not fit the
   *     architecture
   */
  public static UntimedMapping of(
      Network network, Architecture architecture, MappingOptions options, Choices choices) {
    return of(network, architecture, Mapper.plan(network, architecture, options, choices), options);
  }

  /** The same with the decisions of {@code plan}. */
  static UntimedMapping of(
      Network network, Architecture architecture, Plan plan, MappingOptions options) {
    PipelineBuilder builder = PipelineBuilder.of(network, architecture, plan, options.lanes());
    Netlist netlist = builder.netlist();
    Grid grid =
        Grid.of(architecture, netlist.macros())
            .withChannels(
                architecture.channelBits(), Lanes.intervalCycles(network, architecture, plan));
    Floorplan floorplan =
        options.effort() == MappingOptions.Effort.QUICK
            ? Placer.quick(netlist, grid)
            : Placer.place(netlist, grid, PLACEMENT_SEED);
    return new UntimedMapping(
        network, architecture, plan, builder.build(floorplan), options.effort());
  }

  /**
   * Equal for mappings of one network whose timing is the same: those that differ only in the
   * number, the places and the physics of macros, without a register on any link more or less. A
   * hash, hexadecimal.
   */
  public String timingKey() {
    ImmutableList.Builder<Block> blocks = ImmutableList.builder();
    for (Block block : ample.blocks()) {
      blocks.add(block instanceof Block.ImcCore core ? withoutPlaces(core) : block);
    }
    return Hashing.sha256()
        .newHasher()
        .putString(ample.links().toString(), StandardCharsets.UTF_8)
        .putString(blocks.build().toString(), StandardCharsets.UTF_8)
        .hash()
        .toString();
  }

  private static Block withoutPlaces(Block.ImcCore core) {
    int copies = core.array().copies();
    CrossbarArray array =
        new CrossbarArray(
            CoreUse.ideal(1, 1, core.array().core().macro().mvmCycles()), // only its cycles count
            copies,
            ImmutableList.of(),
            ImmutableList.copyOf(Collections.nCopies(copies, new Place(0, 0))));
    return core.withArray(array);
  }

  /** Macros of all cores. */
  public int crossbars() {
    return crossbars(ample);
  }

  private static int crossbars(Pipeline pipeline) {
    int crossbars = 0;
    for (Block block : pipeline.blocks()) {
      if (block instanceof Block.ImcCore core && core.array().core().macro().crossbar()) {
        crossbars += core.array().macros();
      }
    }
    return crossbars;
  }

  /** What a perfect pipeline would reach. */
  public Figures bound() {
    return PerfectPipeline.bound(network, architecture, plan);
  }

  /** The mapping with ample depths; in the place of a prediction it has the bound. */
  public Mapping ample() {
    return mapping(network, architecture, ample, bound(), bound());
  }

  /**
   * The mapping with depths and predicted cycles.
   *
   * @throws UserException when a prediction would take too long or too much memory
   */
  public Mapping complete() {
    requirePredictable();
    DepthSizing.Sized sized =
        effort == MappingOptions.Effort.QUICK
            ? DepthSizing.sufficient(ample)
            : DepthSizing.least(ample);
    return predicted(network, architecture, plan, sized.pipeline(), sized.timing());
  }

  /** The prediction follows every beat, and remembers one place of most pixels. */
  private void requirePredictable() {
    long pixels = 0;
    long beats = 0;
    for (Link link : ample.links()) {
      pixels += link.shape().pixels();
      beats += link.beatsPerImage();
    }
    if (pixels > MAX_PIXELS || beats > MAX_BEATS) {
      throw UserException.badInput(
          network.model(),
          String.format(
              Locale.ROOT, "%,d pixels and %,d beats an image on all links", pixels, beats),
          String.format(
              Locale.ROOT,
              "at most %,d pixels and %,d beats, which the prediction of cycles can follow",
              MAX_PIXELS,
              MAX_BEATS),
          "Use smaller feature maps or fewer layers, or more lanes (--lanes).");
    }
  }

  /** The mapping of {@code pipeline}, of which {@code timing} has {@link #IMAGES} or more. */
  static Mapping predicted(
      Network network,
      Architecture architecture,
      Plan plan,
      Pipeline pipeline,
      TimingModel.Timing timing) {
    Map<String, Link> links = new HashMap<>();
    pipeline.links().forEach(link -> links.put(link.name(), link));
    Optional<Long> interval = Optional.of(timing.steadyCycles(pipeline.outputs(), IMAGES));
    Figures prediction =
        new Figures(
            crossbars(pipeline),
            interval,
            timing.firstImageCycles(pipeline.outputs()),
            ActivationMemory.bits(pipeline.blocks(), links));
    return mapping(
        network,
        architecture,
        pipeline,
        prediction,
        PerfectPipeline.bound(network, architecture, plan));
  }

  private static Mapping mapping(
      Network network,
      Architecture architecture,
      Pipeline pipeline,
      Figures prediction,
      Figures bound) {
    return new Mapping(
        network.model(),
        network.modelSha256(),
        architecture,
        pipeline.inputs(),
        pipeline.outputs(),
        pipeline.links(),
        pipeline.blocks(),
        prediction,
        bound);
  }
}
