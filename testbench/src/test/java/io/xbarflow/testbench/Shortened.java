package io.xbarflow.testbench;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.mapping.Ring;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Mappings with less memory than the mapper gave them. */
final class Shortened {
  private Shortened() {}

  /**
   * {@code mapping} with one place less in a memory of {@code block}: a pixel less in a FIFO, which
   * goes when it held one; a pixel less in each bank of a ring, once for each of its classes. Empty
   * when the block has no memory that could be shorter.
   */
  static ImmutableList<Mapping> byOnePlace(Mapping mapping, Block block) {
    if (block instanceof Block.Fifo fifo) {
      int depth = fifo.depthBeats() - beatsPerPixel(mapping, fifo);
      return ImmutableList.of(
          depth == 0
              ? without(mapping, fifo)
              : with(
                  mapping, block, new Block.Fifo(fifo.name(), fifo.input(), fifo.output(), depth)));
    }
    ImmutableList.Builder<Mapping> shortened = ImmutableList.builder();
    Ring ring = ring(block).orElse(null);
    for (int rowClass = 0; ring != null && rowClass < ring.classes(); rowClass++) {
      if (ring.depthPixels().get(rowClass) > ring.banks()) {
        shortened.add(with(mapping, block, withRing(block, shorter(ring, rowClass, 1))));
      }
    }
    return shortened.build();
  }

  /** {@code mapping} with every block as {@code change} makes it. */
  static Mapping changed(Mapping mapping, UnaryOperator<Block> change) {
    return with(mapping, mapping.links(), mapping.blocks().stream().map(change).toList());
  }

  /** {@code ring} with {@code slots} places less in each bank of class {@code rowClass}. */
  static Ring shorter(Ring ring, int rowClass, int slots) {
    return ring.withSlots(rowClass, ring.depthPixels().get(rowClass) / ring.banks() - slots);
  }

  static int beatsPerPixel(Mapping mapping, Block.Fifo fifo) {
    return mapping.linksByName().get(fifo.input()).beatsPerPixel();
  }

  private static Mapping with(Mapping mapping, Block block, Block other) {
    return changed(mapping, each -> each.equals(block) ? other : each);
  }

  private static Mapping without(Mapping mapping, Block.Fifo fifo) {
    List<Link> links = new ArrayList<>(mapping.links());
    links.removeIf(link -> link.name().equals(fifo.output()));
    List<Block> blocks = new ArrayList<>(mapping.blocks());
    blocks.remove(fifo);
    blocks.replaceAll(
        block ->
            block instanceof Block.Meeting meeting
                ? meeting.withInput(fifo.output(), fifo.input())
                : block);
    return with(mapping, links, blocks);
  }

  private static Mapping with(Mapping mapping, List<Link> links, List<Block> blocks) {
    return new Mapping(
        mapping.model(),
        mapping.modelSha256(),
        mapping.architecture(),
        mapping.inputs(),
        mapping.outputs(),
        ImmutableList.copyOf(links),
        ImmutableList.copyOf(blocks),
        mapping.prediction(),
        mapping.bound());
  }

  private static Optional<Ring> ring(Block block) {
    if (block instanceof Block.ImcCore core) {
      return core.fetch().ring();
    }
    if (block instanceof Block.PoolCore pool) {
      return pool.fetch().ring();
    }
    return block instanceof Block.Reorder reorder ? Optional.of(reorder.ring()) : Optional.empty();
  }

  private static Block withRing(Block block, Ring ring) {
    if (block instanceof Block.ImcCore core) {
      return core.withRing(ring);
    }
    return block instanceof Block.PoolCore pool
        ? pool.withRing(ring)
        : ((Block.Reorder) block).withRing(ring);
  }
}
