package io.xbarflow.mapper;

import static com.google.common.base.Verify.verify;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.math.LongMath;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Ring;
import io.xbarflow.core.timing.StepBudget;
import io.xbarflow.core.timing.TimingModel;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.IntFunction;

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
  /** Images after which the distance between two is taken for steady, at first. */
  private static final int IMAGES = 3;

  /** The most images, for maps so small that many images are in flight at once. */
  private static final int MOST_IMAGES = 24;

  /** Shorter memories may delay the first image by one part in so many. */
  private static final long FIRST_IMAGE_SHARE = 100;

  /** Steps of the timing model that the trials of a quick search may take, some seconds. */
  private static final long QUICK_STEPS = 1L << 22;

  /**
   * Steps that the trials of any search may take, half a minute: three times what ResNet-50 takes.
   */
  private static final long MAX_STEPS = 1L << 28;

  private final int images;
  private long interval;
  private final StepBudget budget; // of the trials
  private long latestFirst = Long.MAX_VALUE; // cycles that the first image may take
  private TimingModel.Timing latest; // of the pipeline found sufficient last

  /**
   * A pipeline with its depths.
   *
   * @param timing of at least {@link UntimedMapping#IMAGES} images
   */
  record Sized(Pipeline pipeline, TimingModel.Timing timing) {}

  private DepthSizing(int images, StepBudget budget) {
    this.images = images;
    this.budget = budget;
  }

  /**
   * {@code ample}, whose memories hold more than is ever in flight, with least depths of FIFOs and
   * sufficient ones of rings; FIFOs stay sufficient only, when there are too many to try.
   */
  static Sized sufficient(Pipeline ample) {
    return steady(ample, QUICK_STEPS, DepthSizing::findSufficient);
  }

  private Pipeline findSufficient(Pipeline ample) {
    return shortenFifos(sized(ample));
  }

  /**
   * {@code ample} with least depths: with one place less in any ring or FIFO the pipeline would
   * stop, be slower, or give the first image more than a hundredth later. Those that were not
   * reached when the trials took too long stay sufficient only.
   */
  static Sized least(Pipeline ample) {
    return steady(ample, MAX_STEPS, DepthSizing::findLeast);
  }

  private Pipeline findLeast(Pipeline ample) {
    Pipeline sized = sized(ample);
    int blocks;
    do {
      blocks = sized.blocks().size();
      // What waits outside the rings waits in as few bits as possible: rings that only pass pixels
      // by are made least first, then the FIFOs, last the rings in which an operand waits.
      sized = shortenRings(sized, false);
      sized = shortenFifos(sized);
      sized = shortenRings(sized, true);
      // Without a FIFO, and the cycle it takes, what was least before it went need not be.
    } while (sized.blocks().size() < blocks);
    return sized;
  }

  /**
   * What {@code size} makes of {@code ample} with trials of {@code steps}. Where more images are in
   * flight than were run, a depth that suffices for these may hold up those behind them; then it is
   * sized again with more.
   */
  private static Sized steady(
      Pipeline ample, long steps, BiFunction<DepthSizing, Pipeline, Pipeline> size) {
    StepBudget budget = new StepBudget(steps);
    int images = IMAGES;
    while (true) {
      DepthSizing sizing = new DepthSizing(images, budget);
      Pipeline sized = size.apply(sizing, ample);
      boolean all = sizing.ranAllInFlight(sized);
      int further = all ? UntimedMapping.IMAGES : images + IMAGES;
      TimingModel.Timing timing = sized.run(further);
      if (all || meanInterval(sized, timing, further) <= sizing.interval || images >= MOST_IMAGES) {
        return new Sized(sized, timing);
      }
      images *= 2;
    }
  }

  /** Whether an image leaves {@code pipeline} before the last of those that were run enters it. */
  private boolean ranAllInFlight(Pipeline pipeline) {
    return latest.firstImageCycles(pipeline.outputs()) <= (images - 1) * interval;
  }

  private Pipeline sized(Pipeline ample) {
    TimingModel.Timing timing = ample.run(images);
    verify(!timing.deadlocked(), "the pipeline deadlocks with ample depths");
    interval = interval(ample, timing);
    TimingModel.Timing paced = ample.runPaced(images, interval);
    Map<Integer, Block> held = new HashMap<>();
    for (int index = 0; index < ample.blocks().size(); index++) {
      Block block = ample.blocks().get(index);
      Ring ring = Pipeline.ring(block);
      if (ring != null && ring.memory() == ActivationMemoryPolicy.RING) {
        held.put(
            index, Pipeline.withRing(block, held(ring, paced.leastDepths().get(block.name()))));
      } else if (block instanceof Block.Fifo fifo) {
        held.put(index, withPixels(ample, fifo, pixels(ample, fifo, paced)));
      }
    }
    Pipeline sized = ample.with(held);
    latest = sized.runInTime(images, Long.MAX_VALUE, budget).orElseThrow();
    long first = latest.firstImageCycles(sized.outputs());
    latestFirst = first + first / FIRST_IMAGE_SHARE;
    return withoutIdleFifos(sized);
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
      if (isIdle(sized, index)) {
        sized = sized.without(index);
      }
    }
    return sized.equals(pipeline) || suffices(sized) ? sized : withoutSomeIdleFifos(pipeline);
  }

  /** Takes those out, one after the other, that can be missed. */
  private Pipeline withoutSomeIdleFifos(Pipeline pipeline) {
    Pipeline sized = pipeline;
    for (int index = sized.blocks().size() - 1; index >= 0; index--) {
      if (isIdle(sized, index)) {
        Pipeline without = sized.without(index);
        sized = suffices(without) ? without : sized;
      }
    }
    return sized;
  }

  private static boolean isIdle(Pipeline pipeline, int index) {
    return pipeline.blocks().get(index) instanceof Block.Fifo fifo
        && fifo.depthBeats() <= pipeline.link(fifo.input()).beatsPerPixel();
  }

  /**
   * Makes the FIFOs as short as they can be, and takes those out that can be missed. What reads the
   * second port of a ring need not run as early as it can: its pixels wait in the ring for nothing.
   */
  private Pipeline shortenFifos(Pipeline pipeline) {
    Pipeline sized = shortenFifosTogether(pipeline);
    int index = 0;
    for (; index < sized.blocks().size() && !budget.spent(); index++) {
      if (sized.blocks().get(index) instanceof Block.Fifo fifo) {
        Pipeline before = sized;
        int place = index;
        sized =
            shortest(
                0,
                mostPixels(sized, fifo),
                pixels ->
                    pixels == 0
                        ? before.without(place)
                        : before.with(place, withPixels(before, fifo, pixels)));
        if (sized.blocks().size() < before.blocks().size()) {
          index--; // The next block has moved here.
        }
      }
    }
    return withHeld(sized, index);
  }

  /** FIFOs from block {@code first} on as they were in the pipeline found sufficient last. */
  private Pipeline withHeld(Pipeline pipeline, int first) {
    Map<Integer, Block> held = new HashMap<>();
    for (int index = first; index < pipeline.blocks().size(); index++) {
      if (pipeline.blocks().get(index) instanceof Block.Fifo fifo) {
        held.put(index, withPixels(pipeline, fifo, mostPixels(pipeline, fifo)));
      }
    }
    return pipeline.with(held);
  }

  /**
   * Takes the same number of pixels from every FIFO. Each pixel costs the more time the fewer are
   * left, so what the first image may be later is best shared by all.
   */
  private Pipeline shortenFifosTogether(Pipeline pipeline) {
    ImmutableMap.Builder<Integer, Integer> held = ImmutableMap.builder(); // pixels, by index
    int most = 1;
    for (int index = 0; index < pipeline.blocks().size(); index++) {
      if (pipeline.blocks().get(index) instanceof Block.Fifo fifo) {
        int pixels = mostPixels(pipeline, fifo);
        held.put(index, pixels);
        most = Math.max(most, pixels);
      }
    }
    ImmutableMap<Integer, Integer> pixels = held.buildOrThrow();
    int longest = most;
    return shortest(
        1,
        longest,
        left -> {
          Map<Integer, Block> shorter = new HashMap<>();
          for (Map.Entry<Integer, Integer> of : pixels.entrySet()) {
            Block.Fifo fifo = (Block.Fifo) pipeline.blocks().get(of.getKey());
            int rest = Math.max(1, of.getValue() - (longest - left));
            shorter.put(of.getKey(), withPixels(pipeline, fifo, rest));
          }
          return pipeline.with(shorter);
        });
  }

  /** What {@code fifo} held at most in the pipeline found sufficient last, if it has so much. */
  private int mostPixels(Pipeline pipeline, Block.Fifo fifo) {
    return Math.min(
        fifo.depthBeats() / pipeline.link(fifo.input()).beatsPerPixel(),
        pixels(pipeline, fifo, latest));
  }

  /** Makes the rings least in which an operand waits, or all the others. */
  private Pipeline shortenRings(Pipeline pipeline, boolean waiting) {
    Map<Integer, Block> shortest = new HashMap<>();
    for (int index = 0; index < pipeline.blocks().size(); index++) {
      Block block = pipeline.blocks().get(index);
      if (sizable(block) && waitsInRing(pipeline, block) == waiting) {
        Ring ring = Pipeline.ring(block);
        for (int rowClass = 0; rowClass < ring.classes(); rowClass++) {
          ring = ring.withSlots(rowClass, leastSlots(block, rowClass));
        }
        shortest.put(index, Pipeline.withRing(block, ring));
      }
    }
    Pipeline least = pipeline.with(shortest);
    if (suffices(least)) {
      return least;
    }
    Pipeline sized = pipeline;
    for (int index = 0; index < pipeline.blocks().size(); index++) {
      Block block = pipeline.blocks().get(index);
      if (sizable(block) && waitsInRing(pipeline, block) == waiting) {
        for (int rowClass = 0; rowClass < Pipeline.ring(block).classes(); rowClass++) {
          Pipeline before = sized;
          Ring ring = Pipeline.ring(sized.blocks().get(index));
          Ring held = held(ring, latest.leastDepths().get(block.name()));
          int place = index;
          int shortened = rowClass;
          int low = leastSlots(block, rowClass);
          sized =
              shortest(
                  low,
                  Math.max(low, Math.min(slots(ring, rowClass), slots(held, rowClass))),
                  slots ->
                      before.with(
                          place, Pipeline.withRing(block, ring.withSlots(shortened, slots))));
        }
      }
    }
    return sized;
  }

  private static boolean sizable(Block block) {
    Ring ring = Pipeline.ring(block);
    return ring != null && ring.memory() == ActivationMemoryPolicy.RING;
  }

  private static int slots(Ring ring, int rowClass) {
    return ring.depthPixels().get(rowClass) / ring.banks();
  }

  /** Places a bank of class {@code rowClass} needs to hold what is read at once. */
  private static int leastSlots(Block block, int rowClass) {
    Ring ring = Pipeline.ring(block);
    int pixels =
        block instanceof Block.ImcCore core
            ? core.fetch().leastDepth(ring, rowClass)
            : block instanceof Block.PoolCore pool ? pool.fetch().leastDepth(ring, rowClass) : 1;
    return (pixels + ring.banks() - 1) / ring.banks();
  }

  /** Whether an operand of an addition waits in the ring of {@code block}, however long. */
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

  /**
   * The first of the pipelines from {@code low} to {@code high} that suffices. The last does: it
   * holds what the pipeline found sufficient last held at most, so not a beat is later.
   */
  private Pipeline shortest(int low, int high, IntFunction<Pipeline> pipelines) {
    int from = low;
    int to = high;
    // Most memories hold what they must and little more.
    for (int step = 1; from < to && step < to - from && !budget.spent(); step *= 2) {
      if (!suffices(pipelines.apply(to - step))) {
        from = to - step + 1;
        break;
      }
      to -= step;
    }
    while (from < to && !budget.spent()) {
      int middle = (from + to) / 2;
      if (suffices(pipelines.apply(middle))) {
        to = middle;
      } else {
        from = middle + 1;
      }
    }
    return pipelines.apply(to);
  }

  /** Whether {@code pipeline} suffices; no longer known when the trials took too long. */
  private boolean suffices(Pipeline pipeline) {
    if (budget.spent()) {
      return false;
    }
    Optional<TimingModel.Timing> sufficing =
        pipeline
            .runInTime(images, latestFirst, budget)
            .filter(timing -> !timing.deadlocked())
            .filter(timing -> interval(pipeline, timing) <= interval);
    sufficing.ifPresent(timing -> latest = timing);
    return sufficing.isPresent();
  }

  private long interval(Pipeline pipeline, TimingModel.Timing timing) {
    return images == IMAGES
        ? timing.cyclesPerImage(pipeline.outputs(), images).orElseThrow()
        : meanInterval(pipeline, timing, images);
  }

  /**
   * Mean distance over the later half of {@code images}, rounded up: a memory that is too small may
   * hold up every third image only.
   */
  private static long meanInterval(Pipeline pipeline, TimingModel.Timing timing, int images) {
    int first = images / 2 - 1;
    long cycles =
        timing.imageEnd(pipeline.outputs(), images - 1)
            - timing.imageEnd(pipeline.outputs(), first);
    return LongMath.divide(cycles, images - 1L - first, RoundingMode.CEILING);
  }
}
