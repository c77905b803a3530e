package io.xbarflow.mapper;

import com.google.common.math.IntMath;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.mapping.Figures;
import io.xbarflow.core.mapping.MacroSpec;
import io.xbarflow.core.mapping.Patch;
import io.xbarflow.core.mapping.Tiling;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.network.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a pipeline would reach whose digital logic cost no time: one slot per MVM, borders free,
 * images back to back, each pixel kept no longer than needed.
 *
 * <p>Source: {@code docs/architecture.md}, section Bounds.
 */
final class PerfectPipeline implements Layer.Cases<Void> {
  private final Map<String, Tensor> tensors;
  private final Architecture architecture;
  private final Network network;
  private final Plan plan;
  private final Skips skips;
  private final Map<String, long[]> done = new HashMap<>(); // slots, per pixel in raster order
  private final int slot; // cycles: what every MVM takes, or the greatest common divisor
  private long busiestSlots;
  private long widestMap;
  private long memoryBits;
  private int crossbars;

  private PerfectPipeline(Network network, Architecture architecture, Plan plan) {
    this.network = network;
    this.plan = plan;
    this.skips = new Skips(network, plan);
    this.architecture = architecture;
    this.tensors = network.tensorsByName();
    int common = 0;
    for (Layer layer : network.layers()) {
      if (layer instanceof Layer.Convolution) {
        common = IntMath.gcd(common, plan.of(layer).core(architecture).macro().mvmCycles());
      }
    }
    this.slot = common == 0 ? architecture.mvmCycles() : common;
  }

  /** The bounds of {@code network} on {@code architecture} with the decisions of {@code plan}. */
  static Figures bound(Network network, Architecture architecture, Plan plan) {
    PerfectPipeline pipeline = new PerfectPipeline(network, architecture, plan).run(0);
    // What runs ahead of the busiest layer fills memories that it need not fill.
    PerfectPipeline paced =
        new PerfectPipeline(network, architecture, plan).run(pipeline.busiestSlots);
    long first = 0;
    for (HostTensor output : network.outputs()) {
      long[] times = pipeline.done.get(output.tensor());
      first = Math.max(first, times[times.length - 1]);
    }
    int slot = pipeline.slot;
    return new Figures(
        pipeline.crossbars,
        Optional.of(Math.max(pipeline.busiestSlots * slot, pipeline.widestMap)),
        first * slot,
        paced.memoryBits);
  }

  /** Runs one image whose pixels come evenly over {@code slots} slots, at most one a cycle. */
  private PerfectPipeline run(long slots) {
    for (HostTensor input : network.inputs()) {
      long[] times = new long[shape(input.tensor()).pixels()];
      for (int pixel = 0; pixel < times.length; pixel++) {
        times[pixel] = Math.max(pixel * slots / times.length, pixel / slot);
      }
      done.put(input.tensor(), times);
    }
    for (Tensor tensor : network.tensors()) {
      widestMap = Math.max(widestMap, tensor.shape().pixels());
    }
    for (Layer layer : network.layers()) {
      layer.match(this);
    }
    return this;
  }

  private Shape shape(String tensor) {
    return tensors.get(tensor).shape();
  }

  @Override
  public Void convolution(Layer.Convolution layer) {
    Shape in = shape(layer.input());
    Shape out = shape(layer.output());
    Patch patch = plan.of(layer).patch();
    int copies = plan.of(layer).copies();
    MacroSpec macro = plan.of(layer).core(architecture).macro();
    if (macro.crossbar()) {
      crossbars += Math.toIntExact(copies * Tiling.of(layer, patch, macro).macros());
    }
    int slots = macro.mvmCycles() / slot; // of one MVM
    busiestSlots = Math.max(busiestSlots, (long) divideUp(patch.count(out), copies) * slots);
    Window reads = patch.window(layer.window());
    memoryBits += Fetch.slidingPixels(reads, in) * in.channels() * Tensor.BITS;
    Shape patches = new Shape(out.channels(), patch.down(out), patch.across(out));
    long[] start = ready(done.get(layer.input()), in, patches, reads);
    long[] finished = new long[out.pixels()];
    for (int index = 0; index < start.length; index++) {
      if (index > 0) {
        start[index] = Math.max(start[index], start[index - 1]);
      }
      if (index >= copies) {
        start[index] = Math.max(start[index], start[index - copies] + slots);
      }
    }
    for (int pixel = 0; pixel < finished.length; pixel++) {
      int row = pixel / out.width() / patch.height();
      int column = pixel % out.width() / patch.width();
      finished[pixel] = start[row * patches.width() + column] + slots;
    }
    done.put(layer.output(), finished);
    return null;
  }

  /** When the last pixel of each output pixel's window is there. */
  private static long[] ready(long[] done, Shape in, Shape out, Window window) {
    long[] ready = new long[out.pixels()];
    for (int row = 0; row < out.height(); row++) {
      int y =
          Math.min(
              row * window.strideHeight() - window.padTop() + window.extentHeight() - 1,
              in.height() - 1);
      for (int column = 0; column < out.width(); column++) {
        int x =
            Math.min(
                column * window.strideWidth() - window.padLeft() + window.extentWidth() - 1,
                in.width() - 1);
        ready[row * out.width() + column] = done[y * in.width() + x];
      }
    }
    return ready;
  }

  @Override
  public Void pool(Layer.Pool layer) {
    Shape in = shape(layer.input());
    Shape out = shape(layer.output());
    memoryBits += openResults(layer.window(), out) * out.channels() * Tensor.BITS;
    done.put(layer.output(), ready(done.get(layer.input()), in, out, layer.window()));
    return null;
  }

  /** Most results of a pool of {@code window} that are begun and not complete between two rows. */
  private static long openResults(Window window, Shape out) {
    int rows = divideUp(window.extentHeight() - 1, window.strideHeight());
    return (long) Math.min(rows, out.height()) * out.width();
  }

  @Override
  public Void globalAveragePool(Layer.GlobalAveragePool layer) {
    long[] input = done.get(layer.input());
    done.put(layer.output(), new long[] {input[input.length - 1]});
    return null;
  }

  @Override
  public Void add(Layer.Add layer) {
    return meeting(layer);
  }

  @Override
  public Void concat(Layer.Concat layer) {
    return layer.axis() == Layer.Concat.Axis.CHANNELS ? meeting(layer) : joined(layer);
  }

  /** A concatenation of rows or columns, which come one behind the other. */
  private Void joined(Layer.Concat layer) {
    Shape out = shape(layer.output());
    boolean rows = layer.axis() == Layer.Concat.Axis.ROWS;
    long[] given = new long[out.pixels()];
    List<int[]> places = new ArrayList<>(); // of every operand's pixels in the output
    int first = 0;
    for (String operand : layer.operands()) {
      Shape map = shape(operand);
      long[] times = done.get(operand);
      int[] at = new int[times.length];
      for (int pixel = 0; pixel < at.length; pixel++) {
        int row = pixel / map.width() + (rows ? first : 0);
        int column = pixel % map.width() + (rows ? 0 : first);
        at[pixel] = row * out.width() + column;
        given[at[pixel]] = times[pixel];
      }
      places.add(at);
      first += rows ? map.height() : map.width();
    }
    inStreamOrder(given);
    done.put(layer.output(), given);
    for (int operand = 0; operand < places.size(); operand++) {
      String tensor = layer.operands().get(operand);
      long[] taken = Arrays.stream(places.get(operand)).mapToLong(place -> given[place]).toArray();
      memoryBits += waitingPixels(layer, tensor, taken) * shape(tensor).channels() * Tensor.BITS;
    }
    return null;
  }

  /** No pixel before the one that comes before it in the stream. */
  private static void inStreamOrder(long[] times) {
    for (int pixel = 1; pixel < times.length; pixel++) {
      times[pixel] = Math.max(times[pixel], times[pixel - 1]);
    }
  }

  @Override
  public Void reframe(Layer.Reframe layer) {
    Shape in = shape(layer.input());
    Shape out = shape(layer.output());
    long[] times = done.get(layer.input());
    long[] given = new long[out.pixels()];
    for (int pixel = 0; pixel < given.length; pixel++) {
      int row = layer.firstRow() + pixel / out.width() * layer.rowStep();
      int column = layer.firstColumn() + pixel % out.width() * layer.columnStep();
      boolean inside = row >= 0 && row < in.height() && column >= 0 && column < in.width();
      given[pixel] = inside ? times[row * in.width() + column] : times[0];
    }
    inStreamOrder(given);
    done.put(layer.output(), given);
    return null;
  }

  /** A layer that gives a pixel once all its operands have it. */
  private Void meeting(Layer layer) {
    long[] latest = done.get(layer.inputs().get(0)).clone();
    for (String operand : layer.inputs()) {
      long[] times = done.get(operand);
      for (int pixel = 0; pixel < latest.length; pixel++) {
        latest[pixel] = Math.max(latest[pixel], times[pixel]);
      }
    }
    done.put(layer.output(), latest);
    for (String operand : layer.inputs()) {
      memoryBits += waitingPixels(layer, operand, latest) * shape(operand).channels() * Tensor.BITS;
    }
    return null;
  }

  /** Most pixels of {@code operand} that must wait for {@code sum} outside any ring. */
  private long waitingPixels(Layer layer, String operand, long[] sum) {
    long[] times = done.get(operand);
    long held = 0;
    Optional<Layer.Convolution> ring = skips.ringFor(layer, operand);
    if (ring.isPresent()) {
      // A ring that the operand passes through anyway still holds its latest pixels.
      held =
          Fetch.slidingPixels(
              plan.of(ring.get()).patch().window(ring.get().window()), shape(operand));
    } else {
      times = inStep(operand, times);
    }
    long[] given = times.clone();
    long[] taken = sum.clone();
    Arrays.sort(given);
    Arrays.sort(taken);
    long most = 0;
    int written = 0;
    for (int pixel = 0; pixel < taken.length; pixel++) {
      while (written < given.length && given[written] < taken[pixel]) {
        written++;
      }
      most = Math.max(most, written - pixel);
    }
    return Math.max(0, most - held);
  }

  /** A projection that reads the ring of another convolution runs in step with it. */
  private long[] inStep(String operand, long[] times) {
    for (Layer producer : network.layers()) {
      if (producer.output().equals(operand) && producer instanceof Layer.Convolution projection) {
        Optional<Layer.Convolution> ring = skips.ringFor(projection, projection.input());
        if (ring.isPresent() && done.get(ring.get().output()).length == times.length) {
          long[] later = times.clone();
          long[] steps = done.get(ring.get().output());
          for (int pixel = 0; pixel < later.length; pixel++) {
            later[pixel] = Math.max(later[pixel], steps[pixel]);
          }
          return later;
        }
      }
    }
    return times;
  }

  @Override
  public Void gather(Layer.Gather layer) {
    done.put(layer.output(), done.get(layer.input()));
    return null;
  }

  @Override
  public Void channelLookup(Layer.ChannelLookup layer) {
    done.put(layer.output(), done.get(layer.input()));
    return null;
  }

  @Override
  public Void addConstant(Layer.AddConstant layer) {
    done.put(layer.output(), done.get(layer.input()));
    return null;
  }

  @Override
  public Void lookup(Layer.Lookup layer) {
    done.put(layer.output(), done.get(layer.input()));
    return null;
  }

  private static int divideUp(int dividend, int divisor) {
    return (dividend + divisor - 1) / divisor;
  }
}
