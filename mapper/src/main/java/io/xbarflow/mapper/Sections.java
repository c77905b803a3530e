package io.xbarflow.mapper;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Port;
import io.xbarflow.core.mapping.Ring;
import io.xbarflow.core.timing.TimingModel;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Parts of a pipeline between ample memories. A memory that holds all that is ever in flight lets
 * nothing behind it hold up what is before it, so the pipeline takes as long as its slowest section
 * takes on its own.
 */
final class Sections {
  private static final int IMAGES = 4;

  private final Map<Pipeline, Long> timed = new HashMap<>();

  /**
   * The sections of {@code pipeline}, whose memories of policy {@code ring} and FIFOs are ample.
   */
  static ImmutableList<Pipeline> of(Pipeline pipeline) {
    int[] section = new int[pipeline.blocks().size()];
    Map<String, Integer> writers = new HashMap<>();
    for (int index = 0; index < section.length; index++) {
      section[index] = index;
      for (String output : pipeline.blocks().get(index).outputs()) {
        writers.put(output, index);
      }
    }
    for (int index = 0; index < section.length; index++) {
      Block block = pipeline.blocks().get(index);
      if (!decouples(block)) {
        for (String input : block.inputs()) {
          if (writers.containsKey(input)) {
            merge(section, writers.get(input), index);
          }
        }
      }
    }
    Map<Integer, ImmutableList.Builder<Block>> blocks = new LinkedHashMap<>();
    for (int index = 0; index < section.length; index++) {
      blocks
          .computeIfAbsent(section[index], unused -> ImmutableList.builder())
          .add(pipeline.blocks().get(index));
    }
    return blocks.values().stream()
        .map(some -> section(pipeline, some.build()))
        .collect(ImmutableList.toImmutableList());
  }

  private static void merge(int[] section, int a, int b) {
    int from = section[b];
    int to = section[a];
    for (int index = 0; index < section.length; index++) {
      section[index] = section[index] == from ? to : section[index];
    }
  }

  private static boolean decouples(Block block) {
    Ring ring = Pipeline.ring(block);
    return block instanceof Block.Fifo
        || (ring != null && ring.memory() == ActivationMemoryPolicy.RING);
  }

  private static Pipeline section(Pipeline whole, ImmutableList<Block> blocks) {
    Map<String, Boolean> ends = new LinkedHashMap<>(); // by link: whether it is written inside
    ImmutableSet<String> written =
        blocks.stream()
            .flatMap(block -> block.outputs().stream())
            .collect(ImmutableSet.toImmutableSet());
    ImmutableSet<String> read =
        blocks.stream()
            .flatMap(block -> block.inputs().stream())
            .collect(ImmutableSet.toImmutableSet());
    read.forEach(link -> ends.put(link, written.contains(link)));
    written.forEach(link -> ends.put(link, true));
    ImmutableList.Builder<Port> inputs = ImmutableList.builder();
    ImmutableList.Builder<Port> outputs = ImmutableList.builder();
    ImmutableList.Builder<Link> links = ImmutableList.builder();
    ends.forEach(
        (name, inside) -> {
          Link link = whole.link(name);
          links.add(link);
          if (!inside) {
            inputs.add(new Port(name, link.tensor()));
          } else if (!read.contains(name)) {
            outputs.add(new Port(name, link.tensor()));
          }
        });
    return Pipeline.of(inputs.build(), outputs.build(), links.build(), blocks);
  }

  /** The layers in {@code section}; those that no block names are not among them. */
  static ImmutableSet<String> layers(Pipeline section) {
    return section.blocks().stream()
        .flatMap(block -> block.computes().stream())
        .collect(ImmutableSet.toImmutableSet());
  }

  /** Cycles per image in steady state of {@code section} when its inputs always wait. */
  long cycles(Pipeline section) {
    if (section.blocks().size() == 1
        && section.blocks().get(0) instanceof Block.ImcCore core
        && core.skip().isEmpty()) {
      return CoreCycles.of(core, section);
    }
    return timed.computeIfAbsent(section, Sections::time);
  }

  private static long time(Pipeline section) {
    TimingModel.Timing timing = section.run(IMAGES);
    if (timing.deadlocked()) {
      return Long.MAX_VALUE;
    }
    return section.outputs().stream()
        .mapToLong(output -> timing.steadyCycles(ImmutableList.of(output), IMAGES))
        .max()
        .orElse(0);
  }
}
