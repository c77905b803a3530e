package io.xbarflow.mapper;

import com.google.common.collect.ArrayListMultimap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ListMultimap;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Tensor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the readers that take a tensor through the second port of another reader's ring.
 *
 * <p>Where a tensor goes to a convolution with a ring and, on a shorter way, to an addition that
 * waits for that convolution, the shorter way reads the ring too: it sees each pixel when the
 * convolution is about to give it up, not when it arrives, and needs that much less memory.
 */
final class Skips {
  private final Network network;
  private final Plan plan;
  private final Map<String, Tensor> tensors;
  private final ListMultimap<String, Layer> readers = ArrayListMultimap.create(); // by tensor
  private final Map<String, Optional<Layer>> shorterWays = new HashMap<>(); // by convolution
  private final Map<String, Set<String>> reachable = new HashMap<>();

  Skips(Network network, Plan plan) {
    this.network = network;
    this.plan = plan;
    this.tensors = network.tensorsByName();
    for (Layer layer : network.layers()) {
      ImmutableSet.copyOf(layer.inputs()).forEach(tensor -> readers.put(tensor, layer));
    }
  }

  /** The layers that take {@code tensor}, in the order of the network. */
  List<Layer> readers(String tensor) {
    return readers.get(tensor);
  }

  /** The convolution through whose ring {@code reader} takes {@code tensor}, if there is one. */
  Optional<Layer.Convolution> ringFor(Layer reader, String tensor) {
    for (Layer layer : readers.get(tensor)) {
      if (layer instanceof Layer.Convolution convolution
          && !convolution.name().equals(reader.name())
          && hasRing(convolution)) {
        // One ring, one second port: it goes to the first reader that can use it.
        Optional<Layer> first =
            shorterWays.computeIfAbsent(convolution.name(), unused -> firstShorterWay(convolution));
        return first
            .filter(layerOfPort -> layerOfPort.name().equals(reader.name()))
            .map(layerOfPort -> convolution);
      }
    }
    return Optional.empty();
  }

  private Optional<Layer> firstShorterWay(Layer.Convolution convolution) {
    for (Layer layer : readers.get(convolution.input())) {
      if (!layer.name().equals(convolution.name()) && isShorterWay(convolution, layer)) {
        return Optional.of(layer);
      }
    }
    return Optional.empty();
  }

  private boolean isShorterWay(Layer.Convolution convolution, Layer reader) {
    if (reader instanceof Layer.Add add) {
      String other = add.a().equals(convolution.input()) ? add.b() : add.a();
      return !add.a().equals(add.b()) && reaches(convolution.output(), other);
    }
    if (reader instanceof Layer.Convolution branch
        && Geometry.readsPixelsOnce(tensors.get(branch.input()).shape(), branch.window())) {
      for (Layer layer : readers.get(branch.output())) {
        if (layer instanceof Layer.Add add) {
          boolean first = add.a().equals(branch.output()) && reaches(convolution.output(), add.b());
          boolean second =
              add.b().equals(branch.output()) && reaches(convolution.output(), add.a());
          if (first || second) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private boolean hasRing(Layer.Convolution convolution) {
    return plan.of(convolution).memory() == ActivationMemoryPolicy.RING
        && !Geometry.readsPixelsOnce(
            tensors.get(convolution.input()).shape(), convolution.window());
  }

  private boolean reaches(String source, String target) {
    return reachable
        .computeIfAbsent(
            source,
            from -> {
              Set<String> reached = new HashSet<>();
              reached.add(from);
              for (Layer layer : network.layers()) {
                if (layer.inputs().stream().anyMatch(reached::contains)) {
                  reached.add(layer.output());
                }
              }
              return reached;
            })
        .contains(target);
  }
}
