package io.xbarflow.testbench.beats;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Port;
import io.xbarflow.core.timing.PipelineDepth;
import io.xbarflow.core.timing.TimingModel.Timing;
import io.xbarflow.testbench.beats.BlockTimes.Recurrence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The recurrence of {@link io.xbarflow.core.timing.TimingModel} beat by beat: slow, and close to
 * what the hardware does in each cycle. Of every beat a writer says when it offers it and a reader
 * when it accepts it, both one beat ahead at most.
 */
public final class BeatModel {

  private final ImmutableList<Link> links;
  private final ImmutableMap<String, Link> linksByName;
  private final int images;
  private final Map<String, BeatTimes> times = new LinkedHashMap<>();
  private final Map<String, FifoTimes> fifos = new LinkedHashMap<>();
  private final Map<String, RingWriterTimes> rings = new LinkedHashMap<>();
  private final List<BlockTimes> recurrences = new ArrayList<>();

  private BeatModel(
      List<Port> inputs,
      List<Port> outputs,
      List<Link> links,
      List<Block> blocks,
      int images,
      long sourceInterval) {
    checkArgument(images > 0, "images %s", images);
    this.links = ImmutableList.copyOf(links);
    this.images = images;
    ImmutableMap.Builder<String, Link> byName = ImmutableMap.builder();
    for (Link link : links) {
      byName.put(link.name(), link);
      times.put(link.name(), new BeatTimes(link.beatsPerImage() * images));
    }
    linksByName = byName.buildOrThrow();
    for (Port port : inputs) {
      add(ImmutableList.of(), ImmutableList.of(port.link()), source(port.link(), sourceInterval));
    }
    for (Block block : blocks) {
      add(block.inputs(), block.outputs(), block.match(new Recurrences()));
    }
    for (Port port : outputs) {
      add(ImmutableList.of(port.link()), ImmutableList.of(), sink(port.link()));
    }
  }

  private void add(List<String> inputs, List<String> outputs, Recurrence recurrence) {
    BlockTimes block = new BlockTimes(recurrence);
    inputs.forEach(link -> times.get(link).setReader(block));
    outputs.forEach(link -> times.get(link).setWriter(block));
    recurrences.add(block);
  }

  /**
   * Runs a pipeline whose inputs offer the beats of an image evenly over {@code interval} cycles.
   */
  public static Timing runPaced(
      List<Port> inputs,
      List<Port> outputs,
      List<Link> links,
      List<Block> blocks,
      int images,
      long interval) {
    return new BeatModel(inputs, outputs, links, blocks, images, interval).evaluate();
  }

  private Timing evaluate() {
    BlockTimes[] blocks = recurrences.toArray(BlockTimes[]::new);
    boolean moved = true;
    while (moved) {
      moved = false;
      for (BlockTimes block : blocks) {
        moved |= block.advance();
      }
    }
    ImmutableMap.Builder<String, ImmutableList<Long>> ends = ImmutableMap.builder();
    boolean deadlocked = false;
    for (Link link : links) {
      BeatTimes beats = times.get(link.name());
      ImmutableList.Builder<Long> imageEnds = ImmutableList.builder();
      for (int image = 1; image <= images; image++) {
        int last = image * link.beatsPerImage() - 1;
        if (last < beats.crossed()) {
          imageEnds.add(beats.crossing(last));
        } else {
          deadlocked = true;
        }
      }
      ends.put(link.name(), imageEnds.build());
    }
    ImmutableMap.Builder<String, Integer> peaks = ImmutableMap.builder();
    ImmutableMap.Builder<String, ImmutableList<Integer>> depths = ImmutableMap.builder();
    fifos.forEach((name, fifo) -> peaks.put(name, fifo.peakBeats()));
    rings.forEach((name, ring) -> depths.put(name, ring.leastDepths()));
    return new Timing(ends.buildOrThrow(), peaks.buildOrThrow(), depths.buildOrThrow(), deadlocked);
  }

  private int beats(String link) {
    return linksByName.get(link).beatsPerImage() * images;
  }

  private Recurrence source(String link, long interval) {
    BeatTimes out = times.get(link);
    int perImage = linksByName.get(link).beatsPerImage();
    int total = perImage * images;
    return () -> {
      boolean moved = false;
      while (out.offered() < total && out.crossed() == out.offered()) {
        int beat = out.offered();
        out.offer(Math.max(out.afterPrevious(beat), beat * interval / perImage));
        moved = true;
      }
      return moved;
    };
  }

  private Recurrence sink(String link) {
    BeatTimes in = times.get(link);
    int total = beats(link);
    return () -> {
      boolean moved = false;
      while (in.accepted() < total && in.crossed() == in.accepted()) {
        in.accept(in.afterPrevious(in.accepted()));
        moved = true;
      }
      return moved;
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
              new ElasticPipe(PipelineDepth.POST_PROCESSING, times.get(block.output())),
              images)
          ::advance;
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
              new ElasticPipe(depth, times.get(block.output())),
              images)
          ::advance;
    }

    private FetchTimes fetch(String block, Fetch fetch, String input, Optional<String> skip) {
      int beatsPerPixel = linksByName.get(input).beatsPerPixel();
      if (fetch.ring().isEmpty()) {
        return new DirectFetchTimes(fetch, beatsPerPixel, images, times.get(input));
      }
      RingPlaces places = new RingPlaces(fetch.ring().get(), fetch.input(), fetch.order());
      RingFetchTimes ring =
          new RingFetchTimes(
              fetch,
              beatsPerPixel,
              images,
              times.get(input),
              places,
              skip.map(link -> pixelReader(places, input, link)));
      rings.put(block, ring.writer());
      return ring;
    }

    private PixelReaderTimes pixelReader(RingPlaces places, String input, String output) {
      Link link = linksByName.get(output);
      return new PixelReaderTimes(
          places,
          link.shape(),
          link.order(),
          link.beatsPerPixel(),
          images,
          times.get(input),
          times.get(output));
    }

    @Override
    public Recurrence reorder(Block.Reorder block) {
      Link link = linksByName.get(block.input());
      RingPlaces places = new RingPlaces(block.ring(), link.shape(), link.order());
      PixelReaderTimes reader = pixelReader(places, block.input(), block.output());
      RingWriterTimes writer =
          new RingWriterTimes(
              places,
              link.shape().pixels(),
              link.beatsPerPixel(),
              images,
              times.get(block.input()),
              ImmutableList.of(reader.freed()));
      rings.put(block.name(), writer);
      return () -> {
        boolean moved = false;
        boolean again = true;
        while (again) {
          again = writer.advance();
          again |= reader.advance();
          moved |= again;
        }
        return moved;
      };
    }

    @Override
    public Recurrence rowPool(Block.RowPool block) {
      Link output = linksByName.get(block.output());
      return ReductionTimes.ofWindows(
              linksByName.get(block.input()),
              block.window(),
              output.shape(),
              times.get(block.input()),
              new ElasticPipe(PipelineDepth.MAX_POOL, times.get(block.output())),
              images)
          ::advance;
    }

    @Override
    public Recurrence globalAverage(Block.GlobalAverage block) {
      return ReductionTimes.ofMap(
              linksByName.get(block.input()),
              times.get(block.input()),
              new ElasticPipe(PipelineDepth.GLOBAL_AVERAGE, times.get(block.output())),
              images)
          ::advance;
    }

    @Override
    public Recurrence adder(Block.Adder block) {
      return pointwise(
          ImmutableList.of(times.get(block.a()), times.get(block.b())),
          new ElasticPipe(PipelineDepth.ADD, times.get(block.output())));
    }

    @Override
    public Recurrence constantAdder(Block.ConstantAdder block) {
      return pointwise(
          ImmutableList.of(times.get(block.input())),
          new ElasticPipe(PipelineDepth.ADD, times.get(block.output())));
    }

    @Override
    public Recurrence lookupTable(Block.LookupTable block) {
      return pointwise(
          ImmutableList.of(times.get(block.input())),
          new ElasticPipe(PipelineDepth.LOOKUP, times.get(block.output())));
    }

    @Override
    public Recurrence concat(Block.Concat block) {
      ImmutableList<Link> from =
          block.inputs().stream().map(linksByName::get).collect(ImmutableList.toImmutableList());
      ImmutableList<BeatTimes> operands =
          block.inputs().stream().map(times::get).collect(ImmutableList.toImmutableList());
      Link to = linksByName.get(block.output());
      BeatTimes output = times.get(block.output());
      if (!Block.Concat.inTurn(from, to)) {
        return new PixelConcatTimes(from, operands, to, output)::advance;
      }
      return new ConcatTimes(
              from.stream().map(block::beatsPerTurn).collect(ImmutableList.toImmutableList()),
              operands,
              new ElasticPipe(PipelineDepth.CONCAT, output))
          ::advance;
    }

    @Override
    public Recurrence reframe(Block.Reframe block) {
      return new ReframeTimes(
              block.frame(),
              linksByName.get(block.input()),
              times.get(block.input()),
              new ElasticPipe(PipelineDepth.REFRAME, times.get(block.output())),
              images)
          ::advance;
    }

    @Override
    public Recurrence gather(Block.Gather block) {
      return new GatherTimes(
              linksByName.get(block.input()),
              linksByName.get(block.output()),
              times.get(block.input()),
              times.get(block.output()),
              images)
          ::advance;
    }

    @Override
    public Recurrence channelLookup(Block.ChannelLookup block) {
      return pointwise(
          ImmutableList.of(times.get(block.input())),
          new ElasticPipe(PipelineDepth.LOOKUP, times.get(block.output())));
    }

    /** A beat enters when every operand is offered and the pipe has room. */
    private Recurrence pointwise(ImmutableList<BeatTimes> operandList, ElasticPipe pipe) {
      BeatTimes[] operands = operandList.toArray(BeatTimes[]::new);
      return () -> {
        boolean moved = pipe.advance();
        while (pipe.canEnter() && allOffer(operands, pipe.entered())) {
          long cycle = pipe.earliestEntry();
          for (BeatTimes operand : operands) {
            cycle = Math.max(cycle, operand.offerOfNext());
          }
          pipe.enter(cycle);
          for (BeatTimes operand : operands) {
            operand.accept(cycle);
          }
          pipe.advance();
          moved = true;
        }
        return moved;
      };
    }

    private static boolean allOffer(BeatTimes[] operands, int beat) {
      for (BeatTimes operand : operands) {
        if (operand.offered() <= beat) {
          return false;
        }
      }
      return true;
    }

    @Override
    public Recurrence fork(Block.Fork block) {
      BeatTimes in = times.get(block.input());
      BeatTimes[] branches = block.outputs().stream().map(times::get).toArray(BeatTimes[]::new);
      return () -> {
        boolean moved = false;
        while (in.offered() > in.accepted()) {
          int beat = in.accepted();
          boolean taken = true;
          long cycle = 0;
          for (BeatTimes branch : branches) {
            if (branch.offered() == beat) {
              branch.offer(in.offerOfNext());
              moved = true;
            }
            if (branch.crossed() == beat) {
              taken = false;
            } else {
              cycle = Math.max(cycle, branch.crossing(beat));
            }
          }
          if (!taken) {
            break;
          }
          in.accept(cycle);
          moved = true;
        }
        return moved;
      };
    }

    @Override
    public Recurrence fifo(Block.Fifo block) {
      FifoTimes fifo =
          new FifoTimes(
              block.depthBeats(),
              beats(block.input()),
              times.get(block.input()),
              times.get(block.output()));
      fifos.put(block.name(), fifo);
      return fifo::advance;
    }

    @Override
    public Recurrence linkRegister(Block.LinkRegister block) {
      List<LinkRegisterTimes> stages = new ArrayList<>();
      BeatTimes from = times.get(block.input());
      int total = beats(block.input());
      for (int stage = 1; stage <= block.stages(); stage++) {
        BeatTimes to = stage == block.stages() ? times.get(block.output()) : new BeatTimes(total);
        stages.add(new LinkRegisterTimes(total, from, to));
        from = to;
      }
      return () -> {
        boolean moved = false;
        boolean again = true;
        while (again) {
          again = false;
          for (LinkRegisterTimes stage : stages) {
            again |= stage.advance();
          }
          moved |= again;
        }
        return moved;
      };
    }
  }
}
