package io.xbarflow.core.energy;

import com.google.common.collect.ImmutableMap;
import com.google.common.math.IntMath;
import com.google.common.math.LongMath;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Tiling;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.network.Window;
import java.math.RoundingMode;

/**
 * Estimates the flip-flops of a block from the mapping alone: data registers by the widths that the
 * cells declare, counters by a constant. Memories and macros are not flip-flops.
 *
 * <p>Source: the cells in {@code rtlgen}; the sum over a chip is compared with what synthesis finds
 * in {@code SynthesisTest}.
 */
final class FlipFlops implements Block.Cases<Long> {
  /** Bits of a requantiser's multiplier: the significand of a float32. */
  private static final int MULTIPLIER_BITS = 24;

  /** Bits of an adder's sum, with its fraction. */
  private static final int ADDER_SUM_BITS = 34;

  /** Pointers and coordinates of a ring: its writer, its reader, what is free. */
  private static final int RING_BITS = 150;

  /** Pointers of a skip port on a ring. */
  private static final int SKIP_BITS = 100;

  /** Counters, coordinates and handshakes of a unit that walks over a map. */
  private static final int WALK_BITS = 30;

  /** Handshake of a cell that only passes beats on. */
  private static final int STREAM_BITS = 4;

  private final Network network;
  private final ImmutableMap<String, Link> links;

  FlipFlops(Network network, ImmutableMap<String, Link> links) {
    this.network = network;
    this.links = links;
  }

  /** Flip-flops of {@code block}. */
  long of(Block block) {
    return block.match(this);
  }

  @Override
  public Long imcCore(Block.ImcCore core) {
    Layer.Convolution layer =
        network.layers().stream()
            .filter(Layer.Convolution.class::isInstance)
            .map(Layer.Convolution.class::cast)
            .filter(candidate -> candidate.name().equals(core.layer()))
            .findFirst()
            .orElseThrow();
    Tiling tiling = Tiling.of(layer, core.fetch().patch(), core.array().core().macro());
    boolean signed = network.tensor(layer.input()).quantisation().signed();
    int columnBits = tiling.columnBits(signed);
    int accumulatorBits = columnBits + IntMath.log2(tiling.rowTiles(0), RoundingMode.CEILING) + 1;
    long columns = 0;
    for (int diagonal = 0; diagonal < tiling.blocks(); diagonal++) {
      columns += (long) tiling.columns(diagonal) * tiling.rowTiles(diagonal);
    }
    long lanes = links.get(core.output()).lanes();
    long selected = lanes * tiling.rowTiles(0) * columnBits;
    return fetch(core.fetch(), links.get(core.input()))
        + (core.skip().isPresent() ? SKIP_BITS : 0)
        + columns * columnBits
        + selected
        + lanes * (accumulatorBits + MULTIPLIER_BITS)
        + requantiser(lanes, accumulatorBits)
        + WALK_BITS;
  }

  @Override
  public Long poolCore(Block.PoolCore pool) {
    Link output = links.get(pool.output());
    long taps = pool.fetch().window().taps();
    long held = taps * output.shape().channels() * Tensor.BITS;
    long values = output.lanes() * taps * Tensor.BITS;
    // An average pool adds its taps in a pipeline whose stages carry the taps that are left.
    long sums = pool.average() ? values * (taps + 1) / 2 + values * 2 : 0;
    return fetch(pool.fetch(), links.get(pool.input()))
        + held
        + (pool.average() ? values + sums : output.dataBits())
        + WALK_BITS;
  }

  @Override
  public Long rowPool(Block.RowPool pool) {
    // The beat taken, its partial results before and after merging, the beat offered.
    return 4L * links.get(pool.output()).dataBits() + WALK_BITS;
  }

  @Override
  public Long globalAverage(Block.GlobalAverage block) {
    Link input = links.get(block.input());
    int sumBits = Tensor.BITS + 1 + LongMath.log2(input.shape().pixels(), RoundingMode.CEILING);
    long lanes = input.lanes();
    return input.dataBits() + 2 * lanes * sumBits + requantiser(lanes, sumBits + 1) + WALK_BITS;
  }

  @Override
  public Long adder(Block.Adder block) {
    return adder(links.get(block.output()));
  }

  @Override
  public Long constantAdder(Block.ConstantAdder block) {
    return adder(links.get(block.output()));
  }

  private static long adder(Link output) {
    return output.lanes() * (3L * ADDER_SUM_BITS + Tensor.BITS) + 2 * STREAM_BITS;
  }

  @Override
  public Long lookupTable(Block.LookupTable block) {
    return links.get(block.output()).dataBits() + (long) STREAM_BITS;
  }

  @Override
  public Long channelLookup(Block.ChannelLookup block) {
    return links.get(block.output()).dataBits() + 2L * STREAM_BITS;
  }

  @Override
  public Long concat(Block.Concat block) {
    Link output = links.get(block.output());
    boolean inTurn = Block.Concat.inTurn(block.inputs().stream().map(links::get).toList(), output);
    if (inTurn) {
      return output.dataBits() + (long) STREAM_BITS * block.inputs().size();
    }
    long collected = block.inputs().stream().map(links::get).mapToLong(FlipFlops::pixelBits).sum();
    return collected + pixelBits(output) + (long) STREAM_BITS * block.inputs().size();
  }

  @Override
  public Long reframe(Block.Reframe block) {
    return links.get(block.output()).dataBits() + (long) WALK_BITS;
  }

  @Override
  public Long gather(Block.Gather block) {
    return pixelBits(links.get(block.input())) + pixelBits(links.get(block.output())) + STREAM_BITS;
  }

  @Override
  public Long fork(Block.Fork block) {
    return (long) block.outputs().size();
  }

  @Override
  public Long fifo(Block.Fifo block) {
    return 3L * IntMath.log2(block.depthBeats() + 1, RoundingMode.CEILING) + STREAM_BITS;
  }

  @Override
  public Long linkRegister(Block.LinkRegister block) {
    return block.stages() * 2L * (links.get(block.output()).dataBits() + 2);
  }

  @Override
  public Long reorder(Block.Reorder block) {
    return (long) RING_BITS;
  }

  /** The registers of a window on its way from the memory to the macros. */
  private static long fetch(Fetch fetch, Link input) {
    Window reads = fetch.reads();
    long pixel = pixelBits(input);
    long window = reads.taps() * pixel;
    return fetch.ring().isPresent()
        // The columns that slide; the ones between the taps of a dilated kernel included.
        ? (long) reads.extentWidth() * reads.kernelHeight() * pixel + RING_BITS
        : window + (fetch.lineBuffer() ? WALK_BITS : 2 * STREAM_BITS);
  }

  /** The four stages of a requantiser. */
  private static long requantiser(long lanes, int accumulatorBits) {
    long sum = (long) accumulatorBits + MULTIPLIER_BITS;
    long halves = 2L * accumulatorBits + MULTIPLIER_BITS;
    long product = sum + 1;
    return lanes * (sum + halves + product + Tensor.BITS);
  }

  private static long pixelBits(Link link) {
    return (long) link.beatsPerPixel() * link.dataBits();
  }
}
