package io.xbarflow.mapper;

import com.google.common.math.IntMath;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.mapping.Frame;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.network.Window;
import java.util.HashMap;
import java.util.Map;

/**
 * Values per beat of every tensor: the fewest that let a pixel cross in one slot and a window's new
 * columns be read in one slot. Beats are always full: the number divides the channels. Layers that
 * work beat by beat have equal lanes on all their links, which divide the channels of each. So has
 * a concatenation, unless its operands' channels have no common divisor as great as the lanes its
 * links need: then it works by whole pixels, and each link has the lanes that it needs itself, but
 * no fewer than that divisor.
 */
final class Lanes {
  private final Map<String, Integer> least = new HashMap<>();
  private final Map<String, Integer> common = new HashMap<>(); // divisor of joined channels
  private final Map<String, String> sameAs = new HashMap<>();
  private final Map<String, Tensor> tensors;
  private final Network network;
  private final Plan plan;
  private final Architecture architecture;

  private Lanes(Network network, Architecture architecture, Plan plan) {
    this.network = network;
    this.architecture = architecture;
    this.plan = plan;
    tensors = network.tensorsByName();
  }

  /**
   * Plans the lanes of {@code network}: a pixel of any map crosses within the longest MVM of any
   * core, and a core's fetch and post-processing keep up with its own. At least {@code leastLanes}
   * where there are as many channels.
   *
   * @param required lanes of single tensors, at least, by name
   */
  static Map<String, Integer> plan(
      Network network,
      Architecture architecture,
      Plan plan,
      int leastLanes,
      Map<String, Integer> required) {
    Lanes lanes = new Lanes(network, architecture, plan);
    long interval = lanes.intervalCycles();
    int common = lanes.commonSlotCycles();
    for (Tensor tensor : network.tensors()) {
      int asked = Math.max(leastLanes, required.getOrDefault(tensor.name(), 1));
      lanes.least.put(tensor.name(), Math.min(asked, tensor.shape().channels()));
      lanes.require(tensor.name(), 1, common);
      lanes.require(tensor.name(), tensor.shape().pixels(), interval);
      lanes.common.put(tensor.name(), tensor.shape().channels());
    }
    for (Layer layer : network.layers()) {
      layer.match(
          new Layer.Cases<Void>() {
            @Override
            public Void convolution(Layer.Convolution convolution) {
              LayerPlan decided = plan.of(convolution);
              int slotCycles = decided.core(architecture).macro().mvmCycles();
              Window reads = decided.patch().window(convolution.window());
              lanes.requireWindow(convolution.input(), reads, decided.copies(), slotCycles);
              lanes.require(
                  convolution.output(),
                  (long) decided.patch().pixels() * decided.copies(),
                  slotCycles);
              return null;
            }

            @Override
            public Void pool(Layer.Pool pool) {
              lanes.requireWindow(pool.input(), pool.window(), 1, common);
              lanes.requireRows(pool, interval);
              lanes.join(pool.input(), pool.output());
              return null;
            }

            @Override
            public Void globalAveragePool(Layer.GlobalAveragePool pool) {
              lanes.join(pool.input(), pool.output());
              return null;
            }

            @Override
            public Void add(Layer.Add add) {
              lanes.join(add.a(), add.output());
              lanes.join(add.b(), add.output());
              return null;
            }

            @Override
            public Void addConstant(Layer.AddConstant add) {
              lanes.join(add.input(), add.output());
              return null;
            }

            @Override
            public Void lookup(Layer.Lookup lookup) {
              lanes.join(lookup.input(), lookup.output());
              return null;
            }

            @Override
            public Void concat(Layer.Concat concat) {
              if (concat.axis() != Layer.Concat.Axis.CHANNELS) {
                concat.operands().forEach(operand -> lanes.join(operand, concat.output()));
              }
              return null; // of channels once all that the links need is known
            }

            @Override
            public Void gather(Layer.Gather gather) {
              return null; // it collects pixels, so its links have lanes of their own
            }

            @Override
            public Void channelLookup(Layer.ChannelLookup lookup) {
              lanes.join(lookup.input(), lookup.output());
              return null;
            }

            @Override
            public Void reframe(Layer.Reframe reframe) {
              Frame frame =
                  Frame.of(
                      reframe,
                      lanes.tensors.get(reframe.input()).shape(),
                      lanes.tensors.get(reframe.output()).shape());
              lanes.require(
                  reframe.input(), (long) frame.rows().size() * frame.columns().size(), interval);
              lanes.join(reframe.input(), reframe.output());
              return null;
            }
          });
    }
    for (Layer layer : network.layers()) {
      if (layer instanceof Layer.Concat concat && concat.axis() == Layer.Concat.Axis.CHANNELS) {
        lanes.joinOperands(concat);
      }
    }
    Map<String, Integer> lanesOf = new HashMap<>();
    for (Tensor tensor : network.tensors()) {
      lanesOf.put(tensor.name(), lanes.of(tensor));
    }
    return lanesOf;
  }

  /** Cycles of an image in the busiest layer of {@code network}, or on the busiest link. */
  static long intervalCycles(Network network, Architecture architecture, Plan plan) {
    return new Lanes(network, architecture, plan).intervalCycles();
  }

  /** Cycles of an MVM; with several core types, those with which any pixel has the most time. */
  private int commonSlotCycles() {
    int most = 1;
    boolean some = false;
    for (Layer layer : network.layers()) {
      if (layer instanceof Layer.Convolution) {
        most = Math.max(most, plan.of(layer).core(architecture).macro().mvmCycles());
        some = true;
      }
    }
    return some ? most : architecture.mvmCycles();
  }

  private long intervalCycles() {
    long interval = 1;
    for (Tensor tensor : tensors.values()) {
      interval = Math.max(interval, tensor.shape().pixels());
    }
    for (Layer layer : network.layers()) {
      if (layer instanceof Layer.Convolution convolution) {
        LayerPlan decided = plan.of(layer);
        long patches = decided.patch().count(tensors.get(convolution.output()).shape());
        long slots = (patches + decided.copies() - 1) / decided.copies();
        interval = Math.max(interval, slots * decided.core(architecture).macro().mvmCycles());
      }
    }
    return interval;
  }

  /** {@code pixels} of {@code tensor} must pass within {@code cycles}, if they can at all. */
  private void require(String tensor, long pixels, long cycles) {
    int channels = tensors.get(tensor).shape().channels();
    int beats = (int) Math.max(1, Math.min(channels, cycles / pixels));
    least.merge(tensor, (channels + beats - 1) / beats, Math::max);
  }

  /** The new columns of a window must be read within the slot of one of {@code copies}. */
  private void requireWindow(String input, Window reads, int copies, int slotCycles) {
    Shape shape = tensors.get(input).shape();
    if (reads.taps() > 1 && !Geometry.readsPixelsOnce(shape, reads)) {
      int first = Math.min(reads.extentWidth() - reads.padLeft(), shape.width());
      int columns = Math.max(first, Math.min(reads.strideWidth(), shape.width()));
      require(input, (long) columns * copies, slotCycles);
    }
  }

  /** A pool reads all columns of each of its rows of windows. */
  private void requireRows(Layer.Pool pool, long interval) {
    Shape input = tensors.get(pool.input()).shape();
    Shape output = tensors.get(pool.output()).shape();
    int columns = Math.max(input.width(), output.width() * pool.window().strideWidth());
    require(pool.input(), output.height() * ((long) columns + pool.window().padRight()), interval);
  }

  private void join(String a, String b) {
    String rootA = root(a);
    String rootB = root(b);
    if (!rootA.equals(rootB)) {
      sameAs.put(rootA, rootB);
      least.merge(rootB, least.get(rootA), Math::max);
      common.merge(rootB, common.get(rootA), IntMath::gcd);
    }
  }

  /**
   * Gives all links of {@code concat} equal lanes if these can be as many as each of them needs;
   * otherwise each at least the most that they could have in common.
   */
  private void joinOperands(Layer.Concat concat) {
    int needed = least.get(root(concat.output()));
    int divisor = common.get(root(concat.output()));
    for (String operand : concat.operands()) {
      needed = Math.max(needed, least.get(root(operand)));
      divisor = IntMath.gcd(divisor, common.get(root(operand)));
    }
    for (String operand : concat.operands()) {
      if (needed <= divisor) {
        join(operand, concat.output());
      } else {
        least.merge(root(operand), divisor, Math::max);
      }
    }
  }

  private String root(String tensor) {
    String root = tensor;
    while (sameAs.containsKey(root)) {
      root = sameAs.get(root);
    }
    return root;
  }

  private int of(Tensor tensor) {
    int channels = common.get(root(tensor.name()));
    int lanes = least.get(root(tensor.name()));
    while (channels % lanes != 0) {
      lanes++;
    }
    return lanes;
  }
}
