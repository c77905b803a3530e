package io.xbarflow.core.mapping;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Window;
import java.util.List;
import java.util.Optional;

/**
 * One block of the pipeline: takes pixel streams, gives pixel streams. The set is closed; use
 * {@link #match} to tell the cases apart. Names are legal Verilog instance names, links are named
 * by {@link Link#name}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Block.ImcCore.class, name = "imcCore"),
  @JsonSubTypes.Type(value = Block.PoolCore.class, name = "poolCore"),
  @JsonSubTypes.Type(value = Block.RowPool.class, name = "rowPool"),
  @JsonSubTypes.Type(value = Block.GlobalAverage.class, name = "globalAverage"),
  @JsonSubTypes.Type(value = Block.Adder.class, name = "adder"),
  @JsonSubTypes.Type(value = Block.ConstantAdder.class, name = "constantAdder"),
  @JsonSubTypes.Type(value = Block.LookupTable.class, name = "lookupTable"),
  @JsonSubTypes.Type(value = Block.Concat.class, name = "concat"),
  @JsonSubTypes.Type(value = Block.Reframe.class, name = "reframe"),
  @JsonSubTypes.Type(value = Block.Gather.class, name = "gather"),
  @JsonSubTypes.Type(value = Block.ChannelLookup.class, name = "channelLookup"),
  @JsonSubTypes.Type(value = Block.Fork.class, name = "fork"),
  @JsonSubTypes.Type(value = Block.Fifo.class, name = "fifo"),
  @JsonSubTypes.Type(value = Block.LinkRegister.class, name = "linkRegister"),
  @JsonSubTypes.Type(value = Block.Reorder.class, name = "reorder"),
})
public sealed interface Block extends Part {

  /** Legal Verilog name, unique among the blocks. */
  String name();

  /** Calls the case of {@code cases} that belongs to this block. */
  <R> R match(Cases<R> cases);

  /** One function per kind of block. */
  interface Cases<R> {
    /** In-memory-computing core. */
    R imcCore(ImcCore block);

    /** Pooling with a window. */
    R poolCore(PoolCore block);

    /** Max pooling with partial results. */
    R rowPool(RowPool block);

    /** Global average pooling. */
    R globalAverage(GlobalAverage block);

    /** Addition of two streams. */
    R adder(Adder block);

    /** Addition of a constant. */
    R constantAdder(ConstantAdder block);

    /** Unary function. */
    R lookupTable(LookupTable block);

    /** Concatenation of streams. */
    R concat(Concat block);

    /** Pixels dropped and put in. */
    R reframe(Reframe block);

    /** Channels chosen and reordered. */
    R gather(Gather block);

    /** Unary function of each channel. */
    R channelLookup(ChannelLookup block);

    /** One stream to several. */
    R fork(Fork block);

    /** Pixel FIFO. */
    R fifo(Fifo block);

    /** Register stages of a long link. */
    R linkRegister(LinkRegister block);

    /** Activation memory between two orders. */
    R reorder(Reorder block);
  }

  /**
   * Activation memory, window fetch, crossbar array and post-processing.
   *
   * @param name instance
   * @param layer the convolution it computes
   * @param input link taken
   * @param output link given
   * @param skip link that repeats the input, read through a second port of the ring
   * @param fetch activation memory and window fetch
   * @param array macros
   */
  record ImcCore(
      String name,
      String layer,
      String input,
      String output,
      Optional<String> skip,
      Fetch fetch,
      CrossbarArray array)
      implements Block, Part.OneInput, Part.OfLayer {

    /** Checks that only a ring has a second port. */
    public ImcCore {
      checkArgument(skip.isEmpty() || fetch.ring().isPresent(), "%s: a skip needs a ring", name);
    }

    /** The same core with another array. */
    public ImcCore withArray(CrossbarArray other) {
      return new ImcCore(name, layer, input, output, skip, fetch, other);
    }

    /** The same core with another ring. */
    public ImcCore withRing(Ring ring) {
      return new ImcCore(name, layer, input, output, skip, fetch.withRing(ring), array);
    }

    @Override
    public ImmutableList<String> outputs() {
      return skip.isPresent() ? ImmutableList.of(output, skip.get()) : ImmutableList.of(output);
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.imcCore(this);
    }
  }

  /**
   * Activation memory, window fetch and a reduction over the window.
   *
   * @param name instance
   * @param layer the pooling layer it computes
   * @param input link taken
   * @param output link given
   * @param fetch activation memory and window fetch
   * @param average whether it averages; the greatest value otherwise
   */
  record PoolCore(
      String name, String layer, String input, String output, Fetch fetch, boolean average)
      implements Block, Part.OneInput, Part.OneOutput, Part.OfLayer {

    /** The same core with another ring. */
    public PoolCore withRing(Ring ring) {
      return new PoolCore(name, layer, input, output, fetch.withRing(ring), average);
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.poolCore(this);
    }
  }

  /**
   * Max pooling from a stream in raster order. It keeps no input pixels, only the greatest values
   * so far of the windows that are open.
   *
   * @param name instance
   * @param layer the pooling layer it computes
   * @param input link taken
   * @param output link given
   * @param window kernel, strides and padding; shapes alone do not tell where pixels are left over
   */
  record RowPool(String name, String layer, String input, String output, Window window)
      implements Block, Part.OneInput, Part.OneOutput, Part.OfLayer {

    /**
     * Whether such a block can compute {@code layer} from a stream in {@code order}: a max pool
     * without dilation, no pixel of which completes two windows. With padding below or to the right
     * as large as the stride, the map's edge completes several.
     *
     * @param input map of the layer's input
     * @param output map of its output
     */
    public static boolean canCompute(
        Layer.Pool layer, Shape input, Shape output, StreamOrder order) {
      Window window = layer.window();
      return layer.kind() == Layer.Pool.Kind.MAX
          && order.raster()
          && window.taps() > 1
          && window.dilationHeight() == 1
          && window.dilationWidth() == 1
          && endsOneByOne(
              window.kernelHeight(),
              window.strideHeight(),
              window.padTop(),
              input.height(),
              output.height())
          && endsOneByOne(
              window.kernelWidth(),
              window.strideWidth(),
              window.padLeft(),
              input.width(),
              output.width());
    }

    /** Whether each window has a pixel of the map and no two of them the same last one. */
    private static boolean endsOneByOne(int kernel, int stride, int pad, int given, int windows) {
      int lastStart = (windows - 1) * stride - pad;
      return pad < kernel
          && lastStart < given
          && (windows == 1 || lastStart - stride + kernel < given);
    }

    /**
     * {@code window} as the block sees it: where {@code output} has one row or one column, the
     * stride says nothing and counts as the kernel, so that no room is kept for other windows.
     */
    public static Window spaced(Window window, Shape output) {
      return new Window(
          window.kernelHeight(),
          window.kernelWidth(),
          output.height() == 1 ? window.kernelHeight() : window.strideHeight(),
          output.width() == 1 ? window.kernelWidth() : window.strideWidth(),
          window.padTop(),
          window.padLeft(),
          window.padBottom(),
          window.padRight(),
          window.dilationHeight(),
          window.dilationWidth());
    }

    /**
     * Pixels of its memories, where {@code output} is the map of its results: for each row of
     * windows that is open between two rows of pixels a row of results, and for each window of a
     * row that is open between two pixels one more. Where each pixel has one window only, it goes
     * straight into the row.
     */
    public int keptPixels(Shape output) {
      Window spaced = spaced(window, output);
      int rows = divideUp(spaced.kernelHeight() - 1, spaced.strideHeight());
      int columns = divideUp(spaced.kernelWidth() - 1, spaced.strideWidth());
      boolean straightIntoRow =
          rows > 0
              && spaced.kernelHeight() <= spaced.strideHeight()
              && spaced.kernelWidth() == spaced.strideWidth();
      return rows * output.width() + (straightIntoRow ? 0 : columns);
    }

    private static int divideUp(int dividend, int divisor) {
      return (dividend + divisor - 1) / divisor;
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.rowPool(this);
    }
  }

  /**
   * One accumulator per channel.
   *
   * @param name instance
   * @param layer the layer it computes
   * @param input link taken
   * @param output link given
   */
  record GlobalAverage(String name, String layer, String input, String output)
      implements Block, Part.OneInput, Part.OneOutput, Part.OfLayer {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.globalAverage(this);
    }
  }

  /** A block in which several streams meet, so that the early ones must wait for the late. */
  sealed interface Meeting extends Block permits Adder, Concat {
    /** The same block with link {@code to} in the place of its input link {@code from}. */
    Meeting withInput(String from, String to);
  }

  /**
   * Adds two streams beat by beat.
   *
   * @param name instance
   * @param layer the layer it computes
   * @param a link of the first operand
   * @param b link of the second operand
   * @param output link given
   */
  record Adder(String name, String layer, String a, String b, String output)
      implements Meeting, Part.OneOutput, Part.OfLayer {
    @Override
    public ImmutableList<String> inputs() {
      return ImmutableList.of(a, b);
    }

    @Override
    public Adder withInput(String from, String to) {
      return new Adder(name, layer, a.equals(from) ? to : a, b.equals(from) ? to : b, output);
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.adder(this);
    }
  }

  /**
   * Adds one constant per channel.
   *
   * @param name instance
   * @param layer the layer it computes
   * @param input link taken
   * @param output link given
   */
  record ConstantAdder(String name, String layer, String input, String output)
      implements Block, Part.OneInput, Part.OneOutput, Part.OfLayer {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.constantAdder(this);
    }
  }

  /**
   * A table of 256 values per lane.
   *
   * @param name instance
   * @param layer the layer it computes
   * @param input link taken
   * @param output link given
   */
  record LookupTable(String name, String layer, String input, String output)
      implements Block, Part.OneInput, Part.OneOutput, Part.OfLayer {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.lookupTable(this);
    }
  }

  /**
   * Joins streams along an axis: of every pixel, row or image the beats of the first input, then
   * those of the second, and so on. All links have the same order; that is the raster order when
   * rows or columns are joined. All have the same lanes, too; but when channels are joined they may
   * differ, and then the inputs are collected side by side and go out as whole pixels.
   *
   * @param name instance
   * @param layer the layer it computes
   * @param inputs links of the operands, in order
   * @param output link given
   * @param axis what is joined
   */
  record Concat(
      String name,
      String layer,
      ImmutableList<String> inputs,
      String output,
      Layer.Concat.Axis axis)
      implements Meeting, Part.OneOutput, Part.OfLayer {
    /** Copies the list and checks that there is something to join. */
    public Concat {
      inputs = ImmutableList.copyOf(inputs);
      checkArgument(inputs.size() > 1, "%s: inputs %s", name, inputs);
    }

    /** Whether operands on links {@code from} give their beats to link {@code to} in turn. */
    public static boolean inTurn(List<Link> from, Link to) {
      return from.stream().allMatch(link -> link.lanes() == to.lanes());
    }

    @Override
    public Concat withInput(String from, String to) {
      return new Concat(
          name,
          layer,
          inputs.stream()
              .map(input -> input.equals(from) ? to : input)
              .collect(ImmutableList.toImmutableList()),
          output,
          axis);
    }

    /** Beats of {@code input} that stand one behind the other in the output. */
    public int beatsPerTurn(Link input) {
      return switch (axis) {
        case CHANNELS -> input.beatsPerPixel();
        case COLUMNS -> input.beatsPerPixel() * input.shape().width();
        case ROWS -> input.beatsPerImage();
      };
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.concat(this);
    }
  }

  /**
   * Drops pixels of a stream in raster order and puts others in.
   *
   * @param name instance
   * @param layer the layer it computes
   * @param input link taken
   * @param output link given
   * @param frame where the two maps stand
   */
  record Reframe(String name, String layer, String input, String output, Frame frame)
      implements Block, Part.OneInput, Part.OneOutput, Part.OfLayer {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.reframe(this);
    }
  }

  /**
   * Holds one pixel while the next is collected, and sends chosen channels of it. Its links may
   * have different lanes.
   *
   * @param name instance
   * @param layer the layer it computes
   * @param input link taken
   * @param output link given
   */
  record Gather(String name, String layer, String input, String output)
      implements Block, Part.OneInput, Part.OneOutput, Part.OfLayer {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.gather(this);
    }
  }

  /**
   * A memory of tables of 256 values for each lane.
   *
   * @param name instance
   * @param layer the layer it computes
   * @param input link taken
   * @param output link given
   */
  record ChannelLookup(String name, String layer, String input, String output)
      implements Block, Part.OneInput, Part.OneOutput, Part.OfLayer {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.channelLookup(this);
    }
  }

  /**
   * Repeats a stream; each branch takes a beat when it can, the input moves on when all have.
   *
   * @param name instance
   * @param input link taken
   * @param outputs links given
   */
  record Fork(String name, String input, ImmutableList<String> outputs)
      implements Block, Part.OneInput {
    /** Copies the list and checks that there are several. */
    public Fork {
      outputs = ImmutableList.copyOf(outputs);
      checkArgument(outputs.size() > 1, "%s: %s outputs", name, outputs.size());
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.fork(this);
    }
  }

  /**
   * Holds the pixels of a skip until the longer branch has caught up.
   *
   * @param name instance
   * @param input link taken
   * @param output link given
   * @param depthBeats beats its memory holds
   */
  record Fifo(String name, String input, String output, int depthBeats)
      implements Block, Part.OneInput, Part.OneOutput {
    /** Most beats of a FIFO. */
    public static final int MOST_BEATS = 1 << 24;

    /** Checks the depth. */
    public Fifo {
      checkArgument(depthBeats > 0 && depthBeats <= MOST_BEATS, "%s: depth %s", name, depthBeats);
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.fifo(this);
    }
  }

  /**
   * Register stages of a link that is longer than the architecture's reach.
   *
   * @param name instance
   * @param input link taken
   * @param output link given
   * @param stages number of stages, each one cycle and two beats of room
   */
  record LinkRegister(String name, String input, String output, int stages)
      implements Block, Part.OneInput, Part.OneOutput {
    /** Most stages of a link: from one end of the largest grid to the other. */
    public static final int MOST_STAGES = 8192;

    /** Checks the number. */
    public LinkRegister {
      checkArgument(stages > 0 && stages <= MOST_STAGES, "%s: %s stages", name, stages);
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.linkRegister(this);
    }
  }

  /**
   * An activation memory that is written in one order and read in another.
   *
   * @param name instance
   * @param input link taken
   * @param output link given, of another order
   * @param ring the memory
   */
  record Reorder(String name, String input, String output, Ring ring)
      implements Block, Part.OneInput, Part.OneOutput {
    /** The same block with another ring. */
    public Reorder withRing(Ring other) {
      return new Reorder(name, input, output, other);
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.reorder(this);
    }
  }
}
