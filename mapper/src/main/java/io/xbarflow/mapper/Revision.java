package io.xbarflow.mapper;

import com.google.common.collect.HashMultimap;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.SetMultimap;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.CrossbarArray;
import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.mapping.MappingCheck;
import io.xbarflow.core.mapping.Patch;
import io.xbarflow.core.mapping.Place;
import io.xbarflow.core.mapping.Ring;
import io.xbarflow.core.mapping.Tiling;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.timing.TimingModel;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What becomes of a mapping that a person may have edited.
 *
 * @param mapping sound, with figures predicted from what it holds now
 * @param derivedAgain constraints that the edited choices broke, for which links, depths and places
 *     were derived again from the choices; empty when the mapping was taken as it is
 */
public record Revision(Mapping mapping, ImmutableList<String> derivedAgain) {

  /**
   * Takes {@code mapping} as it is when it is sound. When only consequences of its patches, copies
   * and policies are out of step with them, derives these again.
   *
   * @param where the file, for messages
   * @throws UserException naming the constraint that is broken otherwise
   */
  public static Revision of(Network network, Mapping mapping, String where) {
    checkNetwork(network, mapping, where);
    ImmutableList<MappingCheck.Broken> broken = MappingCheck.broken(network, mapping);
    if (broken.isEmpty()) {
      return new Revision(predicted(network, mapping, where), ImmutableList.of());
    }
    for (MappingCheck.Broken each : broken) {
      if (!each.ofChoice()) {
        throw UserException.badInput(
            where,
            each.constraint(),
            "a mapping that keeps this constraint",
            "Mend the file, or run `xbarflow map` again.");
      }
    }
    checkPatches(mapping, where);
    Mapping derived =
        Mapper.map(network, mapping.architecture(), plan(network, mapping), MappingOptions.PLAIN);
    return new Revision(
        withRanges(network, derived, mapping),
        broken.stream()
            .map(MappingCheck.Broken::constraint)
            .collect(ImmutableList.toImmutableList()));
  }

  /**
   * Checks that {@code mapping} is sound as it stands, with nothing to derive again.
   *
   * @param where the file, for messages
   * @throws UserException naming the constraint that is broken otherwise
   */
  public static void requireSound(Network network, Mapping mapping, String where) {
    checkNetwork(network, mapping, where);
    ImmutableList<MappingCheck.Broken> broken = MappingCheck.broken(network, mapping);
    if (!broken.isEmpty()) {
      throw UserException.badInput(
          where,
          broken.get(0).constraint(),
          "a mapping that keeps this constraint",
          broken.stream().allMatch(MappingCheck.Broken::ofChoice)
              ? "Run `xbarflow generate`: it derives the rest again from the edited choices."
              : "Fix the file, or run `xbarflow map` again.");
    }
    checkRegisters(mapping, where);
  }

  /**
   * Checks that {@code images} images get through.
   *
   * @param timing of at least so many images of {@code mapping}
   * @param where the file, for messages
   * @throws UserException naming the link that stops otherwise
   */
  public static void requireFlow(
      Mapping mapping, TimingModel.Timing timing, int images, String where) {
    if (timing.deadlocked()) {
      throw UserException.badInput(
          where,
          "the pipeline deadlocks: " + stuck(mapping, timing, images),
          "depths of rings and FIFOs with which every pixel gets through",
          "Make the memories deeper, or run `xbarflow map` again.");
    }
  }

  private static void checkNetwork(Network network, Mapping mapping, String where) {
    if (!mapping.modelSha256().equals(network.modelSha256())) {
      throw UserException.badInput(
          where,
          "a mapping of another network (" + mapping.model() + ")",
          "a mapping of " + network.model(),
          "Run `xbarflow map` again.");
    }
  }

  /** {@code derived} with what was calibrated of {@code mapping}, where that still fits. */
  private static Mapping withRanges(Network network, Mapping derived, Mapping mapping) {
    Map<String, Layer.Convolution> layers = new HashMap<>();
    for (Layer layer : network.layers()) {
      if (layer instanceof Layer.Convolution convolution) {
        layers.put(layer.name(), convolution);
      }
    }
    Map<String, CrossbarArray> before = new HashMap<>();
    for (Block block : mapping.blocks()) {
      if (block instanceof Block.ImcCore core) {
        before.put(core.layer(), core.array());
      }
    }
    ImmutableList.Builder<Block> blocks = ImmutableList.builder();
    for (Block block : derived.blocks()) {
      blocks.add(
          block instanceof Block.ImcCore core
              ? core.withArray(
                  core.array()
                      .withRanges(ranges(layers.get(core.layer()), core, before.get(core.layer()))))
              : block);
    }
    return derived.withBlocks(blocks.build());
  }

  /** The ranges of {@code before}, if row tiles and channels of {@code core} are the same. */
  private static ImmutableList<ImmutableList<Integer>> ranges(
      Layer.Convolution layer, Block.ImcCore core, CrossbarArray before) {
    int rowTiles = Tiling.of(layer, core.fetch().patch(), core.array().core().macro()).rowTiles(0);
    boolean same =
        core.array().core().macro().calibrated()
            && before.hasRanges(rowTiles, layer.outputChannels())
            && core.array().core().macro().rows() == before.core().macro().rows();
    return same ? before.ranges() : ImmutableList.of();
  }

  private static void checkPatches(Mapping mapping, String where) {
    for (Block block : mapping.blocks()) {
      if (block instanceof Block.ImcCore core) {
        Fetch fetch = core.fetch();
        if (fetch.patch().height() > fetch.output().height()
            || fetch.patch().width() > fetch.output().width()) {
          throw UserException.badInput(
              where,
              "core " + core.name() + ": a patch of " + fetch.patch(),
              "at most the output map of layer " + core.layer() + ", " + fetch.output(),
              "Choose a smaller patch.");
        }
      }
    }
  }

  /** The decisions that {@code mapping} shows. */
  static Plan plan(Network network, Mapping mapping) {
    Map<String, LayerPlan> layers = new HashMap<>();
    for (Block block : mapping.blocks()) {
      if (block instanceof Block.ImcCore core) {
        layers.put(
            core.layer(),
            new LayerPlan(
                core.fetch().patch(),
                core.array().copies(),
                memory(core.fetch(), mapping),
                Optional.of(core.array().core())));
      } else if (block instanceof Block.PoolCore pool) {
        layers.put(pool.layer(), new LayerPlan(Patch.SINGLE, 1, memory(pool.fetch(), mapping)));
      }
    }
    ImmutableMap.Builder<String, LayerPlan> plan = ImmutableMap.builder();
    for (Layer layer : network.layers()) {
      LayerPlan shown = layers.get(layer.name());
      plan.put(
          layer.name(),
          shown != null ? shown : new LayerPlan(Patch.SINGLE, 1, mapping.architecture().memory()));
    }
    return new Plan(plan.buildOrThrow());
  }

  private static ActivationMemoryPolicy memory(Fetch fetch, Mapping mapping) {
    return fetch.ring().map(Ring::memory).orElse(mapping.architecture().memory());
  }

  /** The same mapping with its figures predicted anew. */
  private static Mapping predicted(Network network, Mapping mapping, String where) {
    checkRegisters(mapping, where);
    Pipeline pipeline =
        Pipeline.of(mapping.inputs(), mapping.outputs(), mapping.links(), mapping.blocks());
    TimingModel.Timing timing = pipeline.run(UntimedMapping.IMAGES);
    requireFlow(mapping, timing, UntimedMapping.IMAGES, where);
    return UntimedMapping.predicted(
        network, mapping.architecture(), plan(network, mapping), pipeline, timing);
  }

  private static String stuck(Mapping mapping, TimingModel.Timing timing, int images) {
    for (var link : mapping.links()) {
      if (timing.imageEnds().get(link.name()).size() < images) {
        return "link "
            + link.name()
            + " stops in image "
            + timing.imageEnds().get(link.name()).size();
      }
    }
    return "no link gets through";
  }

  /**
   * Links between cores further apart than the reach have as many register stages as they need. A
   * block between cores stands where one of its operands comes from.
   */
  private static void checkRegisters(Mapping mapping, String where) {
    SetMultimap<String, Place> standing = HashMultimap.create();
    Map<String, Integer> stages = new HashMap<>();
    int reach = mapping.architecture().reach();
    for (Block block : mapping.blocks()) {
      if (block instanceof Block.ImcCore core) {
        Place first = core.array().places().get(0);
        int steps = standing.get(core.input()).stream().mapToInt(first::distance).min().orElse(0);
        if (steps / reach > stages.getOrDefault(core.input(), 0)) {
          throw UserException.badInput(
              where,
              String.format(
                  Locale.ROOT,
                  "core %s at (%d, %d): its input comes from %d steps away",
                  core.name(),
                  first.row(),
                  first.column(),
                  steps),
              String.format(
                  Locale.ROOT,
                  "%d register stages on link %s for a reach of %d",
                  steps / reach,
                  core.input(),
                  reach),
              "Add the stages, or choose a nearer place.");
        }
        standing.put(core.output(), core.array().places().get(core.array().macros() - 1));
        core.skip().ifPresent(skip -> standing.put(skip, first));
      } else {
        for (String output : block.outputs()) {
          block.inputs().forEach(input -> standing.putAll(output, standing.get(input)));
          if (block instanceof Block.LinkRegister register) {
            stages.put(output, register.stages());
          }
        }
      }
    }
  }
}
