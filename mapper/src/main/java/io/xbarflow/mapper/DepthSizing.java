package io.xbarflow.mapper;

import static com.google.common.base.Verify.verify;

import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.timing.TimingModel;
import java.util.function.IntFunction;

/**
 * Finds the least depths of rings and FIFOs that neither deadlock nor lengthen the initiation
 * interval of the same pipeline with ample ones. More depth never delays a beat, so each search is
 * a bisection.
 */
final class DepthSizing {
  /** Images after which the distance between two is taken for steady. */
  private static final int IMAGES = 3;

  /** Pixels that an ample ring holds beyond the least and the rows that a stride steps over. */
  private static final int AMPLE_PIXELS = 8;

  private final int mvmCycles;
  private long target;

  private DepthSizing(int mvmCycles) {
    this.mvmCycles = mvmCycles;
  }

  /** {@code pipeline}, whose rings are least and whose FIFOs hold whole maps, with least depths. */
  static Pipeline size(Pipeline pipeline, int mvmCycles) {
    return new DepthSizing(mvmCycles).size(pipeline);
  }

  private Pipeline size(Pipeline least) {
    Pipeline sized = least;
    for (int index = 0; index < least.blocks().size(); index++) {
      Block block = least.blocks().get(index);
      Fetch fetch = ring(block);
      if (fetch != null) {
        int extra =
            waitsInRing(least, block)
                ? fetch.input().pixels()
                : fetch.window().strideHeight() * fetch.pitchPixels() + AMPLE_PIXELS;
        sized = withSlots(sized, index, (fetch.depthPixels() + extra) / fetch.banks() + 1);
      }
    }
    TimingModel.Timing timing = sized.run(mvmCycles, IMAGES);
    verify(!timing.deadlocked(), "the pipeline deadlocks with ample depths");
    target = interval(sized, timing);
    // What waits outside the rings waits in as few bits as possible: rings that only pass pixels
    // by are made least first, then the FIFOs, last the rings in which an operand waits.
    sized = sizeRings(sized, least, false);
    sized = sizeFifos(sized);
    return sizeRings(sized, least, true);
  }

  private Pipeline sizeRings(Pipeline pipeline, Pipeline least, boolean waiting) {
    Pipeline shallow = pipeline;
    for (int index = 0; index < pipeline.blocks().size(); index++) {
      if (ring(pipeline.blocks().get(index)) != null
          && waitsInRing(pipeline, pipeline.blocks().get(index)) == waiting) {
        shallow = withSlots(shallow, index, leastSlots(least, pipeline.blocks().get(index)));
      }
    }
    if (suffices(shallow)) {
      return shallow;
    }
    Pipeline sized = pipeline;
    for (int index = 0; index < pipeline.blocks().size(); index++) {
      Fetch fetch = ring(pipeline.blocks().get(index));
      if (fetch != null && waitsInRing(pipeline, pipeline.blocks().get(index)) == waiting) {
        Pipeline before = sized;
        int place = index;
        sized =
            bisect(
                leastSlots(least, pipeline.blocks().get(index)),
                fetch.depthPixels() / fetch.banks(),
                slots -> withSlots(before, place, slots));
      }
    }
    return sized;
  }

  private Pipeline sizeFifos(Pipeline pipeline) {
    Pipeline sized = pipeline;
    // From the end, since removing a FIFO moves the blocks behind it.
    for (int index = sized.blocks().size() - 1; index >= 0; index--) {
      if (sized.blocks().get(index) instanceof Block.Fifo) {
        Pipeline without = sized.without(index);
        sized = suffices(without) ? without : sized;
      }
    }
    for (int index = 0; index < sized.blocks().size(); index++) {
      if (sized.blocks().get(index) instanceof Block.Fifo fifo) {
        Pipeline before = sized;
        int place = index;
        int beats = sized.link(fifo.input()).beatsPerPixel();
        int peak = sized.run(mvmCycles, IMAGES).fifoPeaks().get(fifo.name());
        sized =
            bisect(
                1,
                (peak + beats - 1) / beats,
                pixels ->
                    before.with(
                        place,
                        new Block.Fifo(fifo.name(), fifo.input(), fifo.output(), pixels * beats)));
      }
    }
    return sized;
  }

  /** Whether an addition takes its operand from the ring of {@code block}, however far away. */
  private static boolean waitsInRing(Pipeline pipeline, Block block) {
    return block instanceof Block.ImcCore core
        && core.skip().isPresent()
        && consumer(pipeline, core.skip().get()) instanceof Block.Adder;
  }

  /** The block that takes {@code link}, behind its register stages. */
  private static Block consumer(Pipeline pipeline, String link) {
    for (Block block : pipeline.blocks()) {
      if (block.inputs().contains(link)) {
        return block instanceof Block.LinkRegister register
            ? consumer(pipeline, register.output())
            : block;
      }
    }
    throw new IllegalArgumentException("nothing takes " + link);
  }

  /** The first of the pipelines from {@code low} to {@code high} that suffices; the last does. */
  private Pipeline bisect(int low, int high, IntFunction<Pipeline> pipelines) {
    int from = low;
    int to = high;
    while (from < to) {
      int middle = (from + to) / 2;
      if (suffices(pipelines.apply(middle))) {
        to = middle;
      } else {
        from = middle + 1;
      }
    }
    return pipelines.apply(to);
  }

  private boolean suffices(Pipeline pipeline) {
    TimingModel.Timing timing = pipeline.run(mvmCycles, IMAGES);
    return !timing.deadlocked() && interval(pipeline, timing) <= target;
  }

  private static long interval(Pipeline pipeline, TimingModel.Timing timing) {
    return timing.cyclesPerImage(pipeline.outputs(), IMAGES).orElseThrow();
  }

  private static int leastSlots(Pipeline least, Block block) {
    for (Block candidate : least.blocks()) {
      if (candidate.name().equals(block.name())) {
        return ring(candidate).depthPixels() / ring(candidate).banks();
      }
    }
    throw new IllegalArgumentException(block.name());
  }

  private static Pipeline withSlots(Pipeline pipeline, int index, int slots) {
    Block block = pipeline.blocks().get(index);
    int depth = slots * ring(block).banks();
    return pipeline.with(
        index,
        block instanceof Block.ImcCore core
            ? core.withDepth(depth)
            : ((Block.PoolCore) block).withDepth(depth));
  }

  /** The ring of {@code block}; null when it has none. */
  private static Fetch ring(Block block) {
    Fetch fetch =
        block instanceof Block.ImcCore core
            ? core.fetch()
            : block instanceof Block.PoolCore pool ? pool.fetch() : null;
    return fetch != null && fetch.kind() == Fetch.Kind.RING ? fetch : null;
  }
}
