package io.xbarflow.core.mapping;

import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Network;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Checks how the streams of a mapping run: that the chip's ports are the network's inputs and
 * outputs, and that every block takes streams of ports or of blocks before it.
 */
final class StreamCheck {
  private final Mapping mapping;
  private final Map<String, Link> links;
  private final ImmutableList.Builder<String> broken = ImmutableList.builder();

  private StreamCheck(Mapping mapping) {
    this.mapping = mapping;
    this.links = mapping.linksByName();
  }

  /** Every constraint that {@code mapping} breaks, in words; empty when it is sound. */
  static ImmutableList<String> broken(Network network, Mapping mapping) {
    StreamCheck check = new StreamCheck(mapping);
    check.ports("input", mapping.inputs(), network.inputs());
    check.ports("output", mapping.outputs(), network.outputs());
    check.order();
    return check.broken.build();
  }

  @FormatMethod
  private void require(boolean holds, @FormatString String format, Object... arguments) {
    if (!holds) {
      broken.add(String.format(Locale.ROOT, format, arguments));
    }
  }

  /** One port for each tensor that the host gives or takes, in raster order. */
  private void ports(String kind, List<Port> ports, List<HostTensor> host) {
    Set<String> asked = new HashSet<>();
    host.forEach(tensor -> asked.add(tensor.tensor()));
    Set<String> there = new HashSet<>();
    for (Port port : ports) {
      require(
          asked.contains(port.tensor()),
          "%s port of tensor %s, which is no %s of the network",
          kind,
          port.tensor(),
          kind);
      require(there.add(port.tensor()), "two %s ports of tensor %s", kind, port.tensor());
      Link link = links.get(port.link());
      require(
          link.tensor().equals(port.tensor()),
          "%s port of tensor %s is on link %s, which carries %s",
          kind,
          port.tensor(),
          port.link(),
          link.tensor());
      require(
          link.order().raster(),
          "%s port of tensor %s: link %s is in %s order, the host has raster order",
          kind,
          port.tensor(),
          port.link(),
          link.order());
    }
    for (String tensor : asked) {
      require(there.contains(tensor), "no %s port of tensor %s", kind, tensor);
    }
  }

  private void order() {
    Set<String> names = new HashSet<>();
    Set<String> given = new HashSet<>();
    mapping.inputs().forEach(port -> given.add(port.link()));
    for (Block block : mapping.blocks()) {
      require(names.add(block.name()), "block %s twice", block.name());
      for (String input : block.inputs()) {
        require(
            given.contains(input),
            "block %s takes link %s, which only a later block gives",
            block.name(),
            input);
      }
      given.addAll(block.outputs());
    }
  }
}
