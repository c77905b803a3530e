package io.xbarflow.core.timing;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.mapping.Port;
import io.xbarflow.core.timing.BlockTimes.Recurrence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Computes the cycle in which every beat crosses every link. The pipeline is a Kahn network with
 * finite buffers and fixed latencies, so each time is a maximum over earlier times plus constants;
 * the order of evaluation does not matter. Inputs offer a beat in every cycle from cycle 0 on,
 * outputs take every beat at once.
 */
public final class TimingModel {

  /**
   * What the model found.
   *
   * @param imageEnds for every link the cycle in which the last beat of each image crosses; shorter
   *     than the number of images when the pipeline deadlocks
   * @param fifoPeaks for every FIFO the most beats its memory held at once; empty unless measured
   * @param leastDepths for every block with a ring the least depths of its classes, in pixels, that
   *     would have delayed nothing; empty unless measured
   * @param deadlocked whether some beat can never cross
   */
  public record Timing(
      ImmutableMap<String, ImmutableList<Long>> imageEnds,
      ImmutableMap<String, Integer> fifoPeaks,
      ImmutableMap<String, ImmutableList<Integer>> leastDepths,
      boolean deadlocked) {

    /** Cycle after the last output beat of image {@code image} over {@code outputs}. */
    public long imageEnd(List<Port> outputs, int image) {
      long end = 0;
      for (Port port : outputs) {
        end = Math.max(end, imageEnds.get(port.link()).get(image) + 1);
      }
      return end;
    }

    /** Cycles to the end of the first image. */
    public long firstImageCycles(List<Port> outputs) {
      return imageEnd(outputs, 0);
    }

    /** Distance between the last two images; absent with one image. */
    public Optional<Long> cyclesPerImage(List<Port> outputs, int images) {
      return images < 2
          ? Optional.empty()
          : Optional.of(imageEnd(outputs, images - 1) - imageEnd(outputs, images - 2));
    }

    /**
     * Cycles from image to image in steady state: the greater distance of the last three of {@code
     * images} images, at least 3, since a pipeline may take a cycle more for every other image.
     */
    public long steadyCycles(List<Port> outputs, int images) {
      checkArgument(images >= 3, "%s images", images);
      return Math.max(
          cyclesPerImage(outputs, images).orElseThrow(),
          cyclesPerImage(outputs, images - 1).orElseThrow());
    }
  }

  private final ImmutableList<Link> links;
  private final ImmutableMap<String, Link> linksByName;
  private final int images;
  private final boolean measured;
  private final Map<String, StreamTimes> times = new LinkedHashMap<>();
  private final Map<String, FifoPeak> fifos = new LinkedHashMap<>();
  private final Map<String, RingWriterTimes> rings = new LinkedHashMap<>();
  private final List<BlockTimes> recurrences = new ArrayList<>();
  private final List<StreamTimes> outputTimes = new ArrayList<>();
  private long advances; // of blocks that were awake

  private TimingModel(
      List<Port> inputs,
      List<Port> outputs,
      List<Link> links,
      List<Block> blocks,
      int images,
      long sourceInterval,
      boolean measured) {
    checkArgument(images > 0, "images %s", images);
    this.links = ImmutableList.copyOf(links);
    this.images = images;
    this.measured = measured;
    ImmutableMap.Builder<String, Link> byName = ImmutableMap.builder();
    for (Link link : links) {
      byName.put(link.name(), link);
      times.put(link.name(), new StreamTimes(link.beatsPerImage(), images));
    }
    linksByName = byName.buildOrThrow();
    for (Port port : inputs) {
      StreamTimes input = times.get(port.link());
      long beats = linksByName.get(port.link()).beatsPerImage();
      add(ImmutableList.of(), ImmutableList.of(port.link()), source(input, beats, sourceInterval));
    }
    for (Block block : blocks) {
      add(block.inputs(), block.outputs(), block.match(new Recurrences()));
    }
    for (Port port : outputs) {
      StreamTimes output = times.get(port.link());
      add(ImmutableList.of(port.link()), ImmutableList.of(), sink(output));
      outputTimes.add(output);
    }
  }

  private void add(List<String> inputs, List<String> outputs, Recurrence recurrence) {
    BlockTimes block = new BlockTimes(recurrence);
    inputs.forEach(link -> times.get(link).setReader(block));
    outputs.forEach(link -> times.get(link).setWriter(block));
    recurrences.add(block);
  }

  /** Runs {@code mapping} on {@code images} images. */
  public static Timing run(Mapping mapping, int images) {
    return run(mapping.inputs(), mapping.outputs(), mapping.links(), mapping.blocks(), images);
  }

  /** Runs a pipeline under construction on {@code images} images. */
  public static Timing run(
      List<Port> inputs, List<Port> outputs, List<Link> links, List<Block> blocks, int images) {
    TimingModel model = new TimingModel(inputs, outputs, links, blocks, images, 0, false);
    model.evaluate(Long.MAX_VALUE);
    return model.timing();
  }

  /**
   * Runs {@code mapping} on {@code images} images and keeps the history of every link.
   *
   * @param binCycles cycles of a part of the history
   * @return the histories by link, in the order of the mapping's links
   */
  public static ImmutableMap<String, StreamHistory> watch(
      Mapping mapping, int images, long binCycles) {
    TimingModel model =
        new TimingModel(
            mapping.inputs(),
            mapping.outputs(),
            mapping.links(),
            mapping.blocks(),
            images,
            0,
            false);
    model.times.values().forEach(link -> link.watch(binCycles));
    model.evaluate(Long.MAX_VALUE);
    ImmutableMap.Builder<String, StreamHistory> histories = ImmutableMap.builder();
    model.times.forEach((name, link) -> histories.put(name, link.history()));
    return histories.buildOrThrow();
  }

  /**
   * Runs a pipeline whose inputs offer the beats of an image evenly over {@code interval} cycles,
   * or as early as they can if that is 0, and measures what its memories hold.
   */
  public static Timing runPaced(
      List<Port> inputs,
      List<Port> outputs,
      List<Link> links,
      List<Block> blocks,
      int images,
      long interval) {
    TimingModel model = new TimingModel(inputs, outputs, links, blocks, images, interval, true);
    model.evaluate(Long.MAX_VALUE);
    return model.timing();
  }

  /**
   * Runs a pipeline under construction on {@code images} images and measures what its memories
   * hold; empty as soon as it is known that the first image takes more than {@code latestFirst}
   * cycles. What the run takes is taken from {@code budget}.
   */
  public static Optional<Timing> runInTime(
      List<Port> inputs,
      List<Port> outputs,
      List<Link> links,
      List<Block> blocks,
      int images,
      long latestFirst,
      StepBudget budget) {
    TimingModel model = new TimingModel(inputs, outputs, links, blocks, images, 0, true);
    boolean inTime = model.evaluate(latestFirst);
    budget.take(model.steps());
    return inTime ? Optional.of(model.timing()) : Optional.empty();
  }

  /** Advances blocks until nothing moves any more; whether the first image is in time then. */
  private boolean evaluate(long latestFirst) {
    BlockTimes[] blocks = recurrences.toArray(BlockTimes[]::new);
    boolean moved = true;
    while (moved) {
      moved = false;
      for (BlockTimes block : blocks) {
        if (block.advance()) {
          moved = true;
          advances++;
        }
      }
      for (StreamTimes output : outputTimes) {
        if (output.firstImageEnd() >= latestFirst) {
          return false;
        }
      }
    }
    return true;
  }

  /** What the evaluation took, a model's blocks and links included. */
  private long steps() {
    long steps = recurrences.size() + advances;
    for (StreamTimes link : times.values()) {
      steps += 1 + link.steps();
    }
    return steps;
  }

  private Timing timing() {
    ImmutableMap.Builder<String, ImmutableList<Long>> ends = ImmutableMap.builder();
    boolean deadlocked = false;
    for (Link link : links) {
      ImmutableList<Long> imageEnds = times.get(link.name()).imageEnds();
      deadlocked |= imageEnds.size() < images;
      ends.put(link.name(), imageEnds);
    }
    ImmutableMap.Builder<String, Integer> peaks = ImmutableMap.builder();
    ImmutableMap.Builder<String, ImmutableList<Integer>> depths = ImmutableMap.builder();
    if (measured) {
      fifos.forEach((name, fifo) -> peaks.put(name, fifo.peakBeats()));
      rings.forEach((name, ring) -> depths.put(name, ring.leastDepths()));
    }
    return new Timing(ends.buildOrThrow(), peaks.buildOrThrow(), depths.buildOrThrow(), deadlocked);
  }

  /** Offers each beat as early as can be, or not before its part of {@code interval}. */
  private static Recurrence source(StreamTimes out, long beatsPerImage, long interval) {
    return () -> {
      if (interval == 0 && out.leads().known() == 0) {
        out.lead(out.total(), 0);
      }
      for (long beat = out.leads().known(); beat < out.total(); beat++) {
        out.lead(1, beat * interval / beatsPerImage - beat);
      }
    };
  }

  private static Recurrence sink(StreamTimes in) {
    return () -> {
      if (in.rooms().known() == 0) {
        in.admit(in.total(), 0);
      }
    };
  }

  /** Makes the recurrence of every kind of block. */
  private final class Recurrences implements Block.Cases<Recurrence> {
    @Override
    public Recurrence imcCore(Block.ImcCore block) {
      return new CoreTimes(
          fetch(block.name(), block.fetch(), block.input(), block.skip()),
          block.fetch(),
          block.array().core().macro().mvmCycles(),
          block.array().copies(),
          linksByName.get(block.output()).beatsPerPixel(),
          times.get(block.output()),
          PipelineDepth.POST_PROCESSING,
          images);
    }

    @Override
    public Recurrence poolCore(Block.PoolCore block) {
      int depth =
          block.average()
              ? PipelineDepth.averagePool(block.fetch().window().taps())
              : PipelineDepth.MAX_POOL;
      return new CoreTimes(
          fetch(block.name(), block.fetch(), block.input(), Optional.empty()),
          block.fetch(),
          0,
          1,
          linksByName.get(block.output()).beatsPerPixel(),
          times.get(block.output()),
          depth,
          images);
    }

    private FetchTimes fetch(String block, Fetch fetch, String input, Optional<String> skip) {
      int beatsPerPixel = linksByName.get(input).beatsPerPixel();
      if (fetch.ring().isEmpty()) {
        return new DirectFetchTimes(fetch, beatsPerPixel, times.get(input));
      }
      RingPlaces places = new RingPlaces(fetch.ring().get(), fetch.input(), fetch.order());
      WrittenPixels written = written(places, input);
      RingFetchTimes ring =
          new RingFetchTimes(
              fetch,
              beatsPerPixel,
              images,
              times.get(input),
              places,
              written,
              skip.map(link -> pixelReader(places, written, link)),
              measured);
      rings.put(block, ring.writer());
      return ring;
    }

    private WrittenPixels written(RingPlaces places, String input) {
      return new WrittenPixels(
          times.get(input), linksByName.get(input).beatsPerPixel(), places.pixelsHeld(images));
    }

    private PixelReaderTimes pixelReader(RingPlaces places, WrittenPixels written, String output) {
      Link link = linksByName.get(output);
      return new PixelReaderTimes(
          places,
          link.shape(),
          link.order(),
          link.beatsPerPixel(),
          images,
          written,
          times.get(output),
          measured);
    }

    @Override
    public Recurrence reorder(Block.Reorder block) {
      Link link = linksByName.get(block.input());
      RingPlaces places = new RingPlaces(block.ring(), link.shape(), link.order());
      WrittenPixels written = written(places, block.input());
      PixelReaderTimes reader = pixelReader(places, written, block.output());
      RingWriterTimes writer =
          new RingWriterTimes(
              places,
              link.shape().pixels(),
              link.beatsPerPixel(),
              times.get(block.input()),
              ImmutableList.of(reader.freed()),
              measured);
      rings.put(block.name(), writer);
      return () -> {
        boolean again = true;
        while (again) {
          again = writer.advance();
          written.update();
          again |= reader.advance();
        }
      };
    }

    @Override
    public Recurrence rowPool(Block.RowPool block) {
      return ReductionTimes.ofWindows(
          linksByName.get(block.input()),
          block.window(),
          linksByName.get(block.output()).shape(),
          times.get(block.input()),
          times.get(block.output()));
    }

    @Override
    public Recurrence globalAverage(Block.GlobalAverage block) {
      return ReductionTimes.ofMap(
          linksByName.get(block.input()), times.get(block.input()), times.get(block.output()));
    }

    @Override
    public Recurrence adder(Block.Adder block) {
      return pipe(block.inputs(), block.output(), PipelineDepth.ADD);
    }

    @Override
    public Recurrence constantAdder(Block.ConstantAdder block) {
      return pipe(block.inputs(), block.output(), PipelineDepth.ADD);
    }

    @Override
    public Recurrence lookupTable(Block.LookupTable block) {
      return pipe(block.inputs(), block.output(), PipelineDepth.LOOKUP);
    }

    private Recurrence pipe(List<String> operands, String output, int stages) {
      return ElasticTimes.pipe(times(operands), times.get(output), stages);
    }

    private ImmutableList<StreamTimes> times(List<String> ofLinks) {
      return ofLinks.stream().map(times::get).collect(ImmutableList.toImmutableList());
    }

    @Override
    public Recurrence concat(Block.Concat block) {
      ImmutableList<Link> from =
          block.inputs().stream().map(linksByName::get).collect(ImmutableList.toImmutableList());
      Link to = linksByName.get(block.output());
      if (!Block.Concat.inTurn(from, to)) {
        return new PixelConcatTimes(from, to, times(block.inputs()), times.get(to.name()));
      }
      return new ConcatTimes(
          from.stream().map(block::beatsPerTurn).collect(ImmutableList.toImmutableList()),
          times(block.inputs()),
          times.get(to.name()));
    }

    @Override
    public Recurrence reframe(Block.Reframe block) {
      return new ReframeTimes(
          block.frame(),
          linksByName.get(block.input()),
          times.get(block.input()),
          times.get(block.output()));
    }

    @Override
    public Recurrence gather(Block.Gather block) {
      return new GatherTimes(
          linksByName.get(block.input()),
          linksByName.get(block.output()),
          times.get(block.input()),
          times.get(block.output()));
    }

    @Override
    public Recurrence channelLookup(Block.ChannelLookup block) {
      return pipe(ImmutableList.of(block.input()), block.output(), PipelineDepth.LOOKUP);
    }

    @Override
    public Recurrence fork(Block.Fork block) {
      return ElasticTimes.fork(times.get(block.input()), times(block.outputs()));
    }

    @Override
    public Recurrence fifo(Block.Fifo block) {
      StreamTimes input = times.get(block.input());
      StreamTimes output = times.get(block.output());
      if (measured) {
        fifos.put(block.name(), new FifoPeak(input, output));
      }
      return ElasticTimes.fifo(input, output, block.depthBeats());
    }

    @Override
    public Recurrence linkRegister(Block.LinkRegister block) {
      return ElasticTimes.registers(
          times.get(block.input()), times.get(block.output()), block.stages());
    }
  }
}
