package io.xbarflow.mapper;

import com.google.common.math.IntMath;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.network.Window;
import java.util.HashMap;
import java.util.Map;

/**
 * Values per beat of every tensor: the fewest that let a pixel cross in one slot and a window's new
 * columns be read in one slot. Beats are always full: the number divides the channels. Layers that
 * work beat by beat have equal lanes on all their links, which divide the channels of each.
 */
final class Lanes {
  private final Map<String, Integer> least = new HashMap<>();
  private final Map<String, Integer> common = new HashMap<>(); // divisor of joined channels
  private final Map<String, String> sameAs = new HashMap<>();
  private final Map<String, Tensor> tensors;

  private Lanes(Network network) {
    tensors = network.tensorsByName();
  }

  /** Plans the lanes of {@code network} for slots of {@code slotCycles} clock cycles. */
  static Map<String, Integer> plan(Network network, int slotCycles) {
    Lanes lanes = new Lanes(network);
    for (Tensor tensor : network.tensors()) {
      lanes.require(tensor.name(), 1, slotCycles);
      lanes.common.put(tensor.name(), tensor.shape().channels());
    }
    for (Layer layer : network.layers()) {
      layer.match(
          new Layer.Cases<Void>() {
            @Override
            public Void convolution(Layer.Convolution convolution) {
              lanes.requireWindow(convolution.input(), convolution.window(), slotCycles);
              return null;
            }

            @Override
            public Void pool(Layer.Pool pool) {
              lanes.requireWindow(pool.input(), pool.window(), slotCycles);
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
              concat.operands().forEach(operand -> lanes.join(operand, concat.output()));
              return null;
            }
          });
    }
    Map<String, Integer> plan = new HashMap<>();
    for (Tensor tensor : network.tensors()) {
      plan.put(tensor.name(), lanes.of(tensor));
    }
    return plan;
  }

  /** {@code columns} pixels of {@code tensor} must pass within one slot, if they can at all. */
  private void require(String tensor, int columns, int slotCycles) {
    int channels = tensors.get(tensor).shape().channels();
    int beats = Math.max(1, Math.min(channels, slotCycles / columns));
    least.merge(tensor, (channels + beats - 1) / beats, Math::max);
  }

  private void requireWindow(String input, Window window, int slotCycles) {
    if (!Geometry.isDirect(tensors.get(input).shape(), window)) {
      int first = window.extentWidth() - window.padLeft();
      require(input, Math.max(first, window.strideWidth()), slotCycles);
    }
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

  private String root(String tensor) {
    String root = tensor;
    while (sameAs.containsKey(root)) {
      root = sameAs.get(root);
    }
    return root;
  }

  private int of(Tensor tensor) {
    int channels = common.get(root(tensor.name()));
    int lanes = Math.min(least.get(root(tensor.name())), channels);
    while (channels % lanes != 0) {
      lanes++;
    }
    return lanes;
  }
}
