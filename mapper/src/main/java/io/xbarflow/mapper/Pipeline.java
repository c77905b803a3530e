package io.xbarflow.mapper;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Port;
import io.xbarflow.core.mapping.Ring;
import io.xbarflow.core.timing.StepBudget;
import io.xbarflow.core.timing.TimingModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A pipeline whose depths are still open.
 *
 * @param inputs streams into the chip
 * @param outputs streams out of the chip
 * @param linksByName every stream
 * @param blocks in topological order
 */
record Pipeline(
    ImmutableList<Port> inputs,
    ImmutableList<Port> outputs,
    ImmutableMap<String, Link> linksByName,
    ImmutableList<Block> blocks) {

  /** A pipeline of {@code blocks} with streams {@code links}. */
  static Pipeline of(
      ImmutableList<Port> inputs,
      ImmutableList<Port> outputs,
      Iterable<Link> links,
      ImmutableList<Block> blocks) {
    return new Pipeline(inputs, outputs, Maps.uniqueIndex(links, Link::name), blocks);
  }

  /** Every stream. */
  ImmutableList<Link> links() {
    return linksByName.values().asList();
  }

  /** Runs it on {@code images} images. */
  TimingModel.Timing run(int images) {
    return TimingModel.run(inputs, outputs, links(), blocks, images);
  }

  /**
   * Runs it on {@code images} images whose beats are offered evenly over {@code interval} cycles.
   */
  TimingModel.Timing runPaced(int images, long interval) {
    return TimingModel.runPaced(inputs, outputs, links(), blocks, images, interval);
  }

  /**
   * Runs it on {@code images} images; empty if the first takes more than {@code latestFirst}
   * cycles. What the run takes is taken from {@code budget}.
   */
  Optional<TimingModel.Timing> runInTime(int images, long latestFirst, StepBudget budget) {
    return TimingModel.runInTime(inputs, outputs, links(), blocks, images, latestFirst, budget);
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
    Link link = linksByName.get(name);
    checkArgument(link != null, "no link %s", name);
    return link;
  }

  /** The same with {@code block} in place {@code index}. */
  Pipeline with(int index, Block block) {
    return with(ImmutableMap.of(index, block));
  }

  /** The same with {@code others} in their places. */
  Pipeline with(Map<Integer, Block> others) {
    List<Block> changed = new ArrayList<>(blocks);
    others.forEach(changed::set);
    return new Pipeline(inputs, outputs, linksByName, ImmutableList.copyOf(changed));
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
        ImmutableMap.copyOf(Maps.filterKeys(linksByName, name -> !name.equals(fifo.output()))),
        rest.build());
  }
}
