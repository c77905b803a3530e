package io.xbarflow.mapper;

import static com.google.common.base.Verify.verify;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Ring;
import io.xbarflow.core.timing.TimingModel;

/**
 * Finds depths of rings and FIFOs that neither deadlock nor lengthen the initiation interval of the
 * same pipeline with ample ones.
 *
 * <p>A pipeline whose inputs offer an image's beats evenly over one interval never lets a layer run
 * further ahead than it must. What each memory then holds at most is a depth with which nothing in
 * that run would have been later; a pipeline that is offered beats earlier is never later (times
 * are sums and maxima of other times), so these depths keep the interval.
 */
final class DepthSizing {
  /** Images after which the distance between two is taken for steady. */
  private static final int IMAGES = 3;

  private final int mvmCycles;

  private DepthSizing(int mvmCycles) {
    this.mvmCycles = mvmCycles;
  }

  /** {@code ample}, whose memories hold more than is ever in flight, with least depths. */
  static Pipeline size(Pipeline ample, int mvmCycles) {
    return new DepthSizing(mvmCycles).size(ample);
  }

  private Pipeline size(Pipeline ample) {
    TimingModel.Timing timing = ample.run(mvmCycles, IMAGES);
    verify(!timing.deadlocked(), "the pipeline deadlocks with ample depths");
    long interval = timing.cyclesPerImage(ample.outputs(), IMAGES).orElseThrow();
    TimingModel.Timing paced = ample.runPaced(mvmCycles, IMAGES, interval);
    Pipeline sized = ample;
    for (int index = 0; index < ample.blocks().size(); index++) {
      Block block = ample.blocks().get(index);
      Ring ring = Pipeline.ring(block);
      if (ring != null && ring.memory() == ActivationMemoryPolicy.RING) {
        ImmutableList<Integer> least = paced.leastDepths().get(block.name());
        for (int rowClass = 0; rowClass < ring.classes(); rowClass++) {
          int slots = (least.get(rowClass) + ring.banks() - 1) / ring.banks();
          ring = ring.withSlots(rowClass, slots);
        }
        sized = sized.with(index, Pipeline.withRing(block, ring));
      } else if (block instanceof Block.Fifo fifo) {
        int beats = sized.link(fifo.input()).beatsPerPixel();
        int peak = paced.fifoPeaks().get(fifo.name());
        int pixels = Math.max(1, (peak + beats - 1) / beats);
        sized =
            sized.with(
                index, new Block.Fifo(fifo.name(), fifo.input(), fifo.output(), pixels * beats));
      }
    }
    return sized;
  }
}
