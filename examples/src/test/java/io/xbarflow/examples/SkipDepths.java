package io.xbarflow.examples;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.mapping.Ring;
import io.xbarflow.core.timing.TimingModel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether the memories on the skips of a mapping are deep enough and no deeper: by the timing model
 * of the mapping, of the same with ample memories, and of the same with one pixel less in each of
 * these memories in turn. A pixel less in a ring is one in each of its banks, which are alike.
 */
final class SkipDepths {
  /** Images the timing model runs. */
  private static final int IMAGES = 5;

  private static final int AMPLE_MAPS = 8;

  /** Shorter memories may delay the first image by one part in so many. */
  private static final long FIRST_IMAGE_SHARE = 100;

  /** What a pixel less does. */
  enum Outcome {
    DEADLOCK,
    LONGER_INTERVAL,
    /** Later than ample memories give it by more than a hundredth, which the mapper allows. */
    LATER_FIRST_IMAGE,
    /** So little that the mapper should have taken the pixel. */
    LITTLE_LATER_FIRST_IMAGE,
    NOTHING
  }

  /**
   * A memory with one pixel less.
   *
   * @param memory what it is and where
   * @param holdsOnlyAWindow whether a layer's own window needs every pixel of the memory
   * @param outcome what becomes of the pipeline
   */
  record Shortened(String memory, boolean holdsOnlyAWindow, Outcome outcome) {}

  private final Mapping mapping;
  private final ImmutableMap<String, Link> links;
  private final TimingModel.Timing ample;
  private final TimingModel.Timing mapped;

  SkipDepths(Mapping mapping) {
    this.mapping = mapping;
    this.links = mapping.linksByName();
    this.ample = run(ample());
    this.mapped = run(mapping.blocks());
  }

  /** Cycles per image with ample memories, the least that depths can give. */
  long ampleInterval() {
    return interval(ample);
  }

  /** Cycles to the first image with ample memories. */
  long ampleFirstImage() {
    return ample.firstImageCycles(mapping.outputs());
  }

  /** Cycles per image with the depths of the mapping. */
  long interval() {
    return interval(mapped);
  }

  /** Cycles to the first image with the depths of the mapping. */
  long firstImage() {
    return mapped.firstImageCycles(mapping.outputs());
  }

  /**
   * Whether no image comes later behind the one before it than with ample memories, when the inputs
   * offer beats as early as they can and when they offer them evenly over the interval.
   */
  boolean neverStalls() {
    return neverStalls(mapped)
        && neverStalls(
            TimingModel.runPaced(
                mapping.inputs(),
                mapping.outputs(),
                mapping.links(),
                mapping.blocks(),
                IMAGES,
                ampleInterval()));
  }

  private boolean neverStalls(TimingModel.Timing timing) {
    boolean steady = !timing.deadlocked();
    for (int image = 1; steady && image < IMAGES; image++) {
      long distance =
          timing.imageEnd(mapping.outputs(), image) - timing.imageEnd(mapping.outputs(), image - 1);
      steady = distance <= ampleInterval();
    }
    return steady;
  }

  private long interval(TimingModel.Timing timing) {
    return timing.cyclesPerImage(mapping.outputs(), IMAGES).orElseThrow();
  }

  private TimingModel.Timing run(ImmutableList<Block> blocks) {
    Set<String> given = new HashSet<>();
    mapping.inputs().forEach(port -> given.add(port.link()));
    blocks.forEach(block -> given.addAll(block.outputs()));
    return TimingModel.run(
        mapping.inputs(),
        mapping.outputs(),
        mapping.links().stream().filter(link -> given.contains(link.name())).toList(),
        blocks,
        IMAGES);
  }

  private Shortened shortened(String memory, boolean holdsOnlyAWindow, List<Block> blocks) {
    return new Shortened(memory, holdsOnlyAWindow, outcome(run(ImmutableList.copyOf(blocks))));
  }

  private Outcome outcome(TimingModel.Timing timing) {
    if (timing.deadlocked()) {
      return Outcome.DEADLOCK;
    }
    if (interval(timing) > interval()) {
      return Outcome.LONGER_INTERVAL;
    }
    long first = timing.firstImageCycles(mapping.outputs());
    if (first <= firstImage()) {
      return Outcome.NOTHING;
    }
    // The mapper allows a hundredth of what depths found sufficient give, which is no earlier: what
    // it found too late is late here. It may be later by so many cycles and yet not too late there.
    return first > ampleFirstImage() + ampleFirstImage() / FIRST_IMAGE_SHARE
        ? Outcome.LATER_FIRST_IMAGE
        : Outcome.LITTLE_LATER_FIRST_IMAGE;
  }

  /** The blocks, with memories that hold more than is ever in flight. */
  private ImmutableList<Block> ample() {
    ImmutableList.Builder<Block> blocks = ImmutableList.builder();
    for (Block block : mapping.blocks()) {
      Ring ring = sized(block).orElse(null);
      if (block instanceof Block.Fifo fifo) {
        int beats = AMPLE_MAPS * links.get(fifo.input()).beatsPerImage();
        blocks.add(new Block.Fifo(fifo.name(), fifo.input(), fifo.output(), beats));
      } else if (ring != null) {
        int slots = AMPLE_MAPS * links.get(block.inputs().get(0)).shape().pixels();
        for (int rowClass = 0; rowClass < ring.classes(); rowClass++) {
          ring = ring.withSlots(rowClass, slots);
        }
        blocks.add(withRing(block, ring));
      } else {
        blocks.add(block);
      }
    }
    return blocks.build();
  }

  /** Every memory in which a skip waits, each class of rows its own, with one pixel less. */
  ImmutableList<Shortened> shortened() {
    List<Shortened> all = new ArrayList<>();
    for (Block block : mapping.blocks()) {
      if (block instanceof Block.Fifo fifo) {
        int beats = fifo.depthBeats() - links.get(fifo.input()).beatsPerPixel();
        if (beats > 0) {
          Block shorter = new Block.Fifo(fifo.name(), fifo.input(), fifo.output(), beats);
          all.add(shortened("FIFO " + fifo.name(), false, with(block, shorter)));
        } else {
          all.add(shortened("FIFO " + fifo.name() + " of one pixel", false, without(fifo)));
        }
      } else if (block instanceof Block.Reorder reorder) {
        addRings(all, "memory " + reorder.name(), block, reorder.ring(), Optional.empty());
      } else if (block instanceof Block.ImcCore core && core.skip().isPresent()) {
        Ring ring = core.fetch().ring().orElseThrow();
        if (ring.memory() == ActivationMemoryPolicy.RING) {
          addRings(all, "ring of " + core.name(), block, ring, Optional.of(core.fetch()));
        }
      }
    }
    return ImmutableList.copyOf(all);
  }

  private void addRings(
      List<Shortened> all, String name, Block block, Ring ring, Optional<Fetch> fetch) {
    for (int rowClass = 0; rowClass < ring.classes(); rowClass++) {
      int slots = ring.depthPixels().get(rowClass) / ring.banks() - 1;
      int held = rowClass;
      boolean atWindow =
          fetch.map(each -> slots * ring.banks() < each.leastDepth(ring, held)).orElse(false);
      String each = ring.classes() == 1 ? name : name + ", rows of class " + rowClass;
      if (slots > 0) {
        all.add(
            shortened(
                each, atWindow, with(block, withRing(block, ring.withSlots(rowClass, slots)))));
      }
    }
  }

  private ImmutableList<Block> with(Block block, Block other) {
    return mapping.blocks().stream()
        .map(each -> each.equals(block) ? other : each)
        .collect(ImmutableList.toImmutableList());
  }

  /** The blocks without {@code fifo}. */
  private ImmutableList<Block> without(Block.Fifo fifo) {
    return mapping.blocks().stream()
        .filter(each -> !each.equals(fifo))
        .map(
            each ->
                each instanceof Block.Meeting meeting
                    ? meeting.withInput(fifo.output(), fifo.input())
                    : each)
        .collect(ImmutableList.toImmutableList());
  }

  /** The activation memory of {@code block} whose depth is derived from the timing model. */
  private static Optional<Ring> sized(Block block) {
    Optional<Ring> ring =
        block instanceof Block.ImcCore core
            ? core.fetch().ring()
            : block instanceof Block.PoolCore pool
                ? pool.fetch().ring()
                : block instanceof Block.Reorder reorder
                    ? Optional.of(reorder.ring())
                    : Optional.empty();
    return ring.filter(each -> each.memory() == ActivationMemoryPolicy.RING);
  }

  private static Block withRing(Block block, Ring ring) {
    return block instanceof Block.ImcCore core
        ? core.withRing(ring)
        : block instanceof Block.PoolCore pool
            ? pool.withRing(ring)
            : ((Block.Reorder) block).withRing(ring);
  }
}
