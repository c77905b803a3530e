package io.xbarflow.mapper;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Port;
import io.xbarflow.core.mapping.Ring;
import io.xbarflow.core.timing.TimingModel;
import java.util.Optional;

/**
 * A pipeline whose depths are still open.
 *
 * @param inputs streams into the chip
 * @param outputs streams out of the chip
 * @param links every stream
 * @param blocks in topological order
 */
record Pipeline(
    ImmutableList<Port> inputs,
    ImmutableList<Port> outputs,
    ImmutableList<Link> links,
    ImmutableList<Block> blocks) {

  /** Runs it on {@code images} images. */
  TimingModel.Timing run(int images) {
    return TimingModel.run(inputs, outputs, links, blocks, images);
  }

  /**
   * Runs it on {@code images} images whose beats are offered evenly over {@code interval} cycles.
   */
  TimingModel.Timing runPaced(int images, long interval) {
    return TimingModel.runPaced(inputs, outputs, links, blocks, images, interval);
  }

  /**
   * Runs it on {@code images} images; empty if the first takes more than {@code latestFirst}
   * cycles.
   */
  Optional<TimingModel.Timing> runInTime(int images, long latestFirst) {
    return TimingModel.runInTime(inputs, outputs, links, blocks, images, latestFirst);
  }

  /** The activation memory of {@code block}; null when it has none. */
  static Ring ring(Block block) {
    if (block instanceof Block.ImcCore core) {
      return core.fetch().ring().orElse(null);
    }
    if (block instanceof Block.PoolCore pool) {
      return pool.fetch().ring().orElse(null);
    }
    return block instanceof Block.Reorder reorder ? reorder.ring() : null;
  }

  /** {@code block} with another activation memory. */
  static Block withRing(Block block, Ring ring) {
    if (block instanceof Block.ImcCore core) {
      return core.withRing(ring);
    }
    return block instanceof Block.PoolCore pool
        ? pool.withRing(ring)
        : ((Block.Reorder) block).withRing(ring);
  }

  /** The link called {@code name}. */
  Link link(String name) {
    return links.stream().filter(link -> link.name().equals(name)).findFirst().orElseThrow();
  }

  /** The same with {@code block} in place {@code index}. */
  Pipeline with(int index, Block block) {
    ImmutableList.Builder<Block> changed = ImmutableList.builder();
    for (int i = 0; i < blocks.size(); i++) {
      changed.add(i == index ? block : blocks.get(i));
    }
    return new Pipeline(inputs, outputs, links, changed.build());
  }

  /** The same without the FIFO in place {@code index}: its input link goes on to its consumer. */
  Pipeline without(int index) {
    Block.Fifo fifo = (Block.Fifo) blocks.get(index);
    ImmutableList.Builder<Block> rest = ImmutableList.builder();
    for (int i = 0; i < blocks.size(); i++) {
      if (i != index) {
        rest.add(
            blocks.get(i) instanceof Block.Meeting meeting
                ? meeting.withInput(fifo.output(), fifo.input())
                : blocks.get(i));
      }
    }
    return new Pipeline(
        inputs,
        outputs,
        links.stream()
            .filter(link -> !link.name().equals(fifo.output()))
            .collect(ImmutableList.toImmutableList()),
        rest.build());
  }
}
