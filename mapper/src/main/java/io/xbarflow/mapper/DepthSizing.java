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
  private long interval;

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
    interval = timing.cyclesPerImage(ample.outputs(), IMAGES).orElseThrow();
    TimingModel.Timing paced = ample.runPaced(mvmCycles, IMAGES, interval);
    Pipeline sized = ample;
    for (int index = 0; index < ample.blocks().size(); index++) {
      Block block = ample.blocks().get(index);
      Ring ring = Pipeline.ring(block);
      if (ring != null && ring.memory() == ActivationMemoryPolicy.RING) {
        sized =
            sized.with(
                index, Pipeline.withRing(block, held(ring, paced.leastDepths().get(block.name()))));
      } else if (block instanceof Block.Fifo fifo) {
        sized = sized.with(index, withPixels(sized, fifo, pixels(sized, fifo, paced)));
      }
    }
    return sizeFifos(withoutIdleFifos(sized));
  }

  /** {@code ring} with the depths that {@code pixels} need. */
  private static Ring held(Ring ring, ImmutableList<Integer> pixels) {
    Ring result = ring;
    for (int rowClass = 0; rowClass < ring.classes(); rowClass++) {
      result = result.withSlots(rowClass, (pixels.get(rowClass) + ring.banks() - 1) / ring.banks());
    }
    return result;
  }

  private static int pixels(Pipeline pipeline, Block.Fifo fifo, TimingModel.Timing timing) {
    int beats = pipeline.link(fifo.input()).beatsPerPixel();
    return Math.max(1, (timing.fifoPeaks().get(fifo.name()) + beats - 1) / beats);
  }

  private static Block.Fifo withPixels(Pipeline pipeline, Block.Fifo fifo, int pixels) {
    int beats = pipeline.link(fifo.input()).beatsPerPixel();
    return new Block.Fifo(fifo.name(), fifo.input(), fifo.output(), pixels * beats);
  }

  /** Takes the FIFOs out in which no pixel waits for another. */
  private Pipeline withoutIdleFifos(Pipeline pipeline) {
    Pipeline sized = pipeline;
    // From the end, since removing a FIFO moves the blocks behind it.
    for (int index = sized.blocks().size() - 1; index >= 0; index--) {
      if (sized.blocks().get(index) instanceof Block.Fifo fifo
          && fifo.depthBeats() <= sized.link(fifo.input()).beatsPerPixel()) {
        sized = sized.without(index);
      }
    }
    return sized.equals(pipeline) || suffices(sized) ? sized : pipeline;
  }

  /**
   * Makes the FIFOs as short as they can be. What reads the second port of a ring need not run as
   * early as it can: its pixels wait in the ring for nothing.
   */
  private Pipeline sizeFifos(Pipeline pipeline) {
    Pipeline sized = pipeline;
    for (int index = 0; index < sized.blocks().size(); index++) {
      if (sized.blocks().get(index) instanceof Block.Fifo fifo) {
        sized = sized.with(index, withPixels(sized, fifo, leastPixels(sized, index, fifo)));
      }
    }
    return sized;
  }

  /**
   * The least depth of {@code fifo} in pixels. It is mostly near the present one: steps down from
   * there double until one is too far, then bisection.
   */
  private int leastPixels(Pipeline sized, int index, Block.Fifo fifo) {
    int high = fifo.depthBeats() / sized.link(fifo.input()).beatsPerPixel();
    int low = 1;
    int step = 1;
    while (low < high) {
      int tried = Math.max(high - step, (low + high - 1) / 2);
      if (suffices(sized.with(index, withPixels(sized, fifo, tried)))) {
        high = tried;
        step = 2 * step;
      } else {
        low = tried + 1;
      }
    }
    return high;
  }

  private boolean suffices(Pipeline pipeline) {
    TimingModel.Timing timing = pipeline.run(mvmCycles, IMAGES);
    return !timing.deadlocked()
        && timing.cyclesPerImage(pipeline.outputs(), IMAGES).orElseThrow() <= interval;
  }
}
