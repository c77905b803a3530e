package io.xbarflow.rtlgen.rtl;

import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.text.Comment;
import java.util.HashMap;
import java.util.Map;

/** What the generator reads: a network, its mapping, and both by name. */
final class Source {
  private final Network network;
  private final Mapping mapping;
  private final ImmutableMap<String, Tensor> tensors;
  private final ImmutableMap<String, Link> links;
  private final Map<String, Layer> layers = new HashMap<>();

  Source(Network network, Mapping mapping) {
    this.network = network;
    this.mapping = mapping;
    this.tensors = network.tensorsByName();
    this.links = mapping.linksByName();
    network.layers().forEach(layer -> layers.put(layer.name(), layer));
  }

  Network network() {
    return network;
  }

  Mapping mapping() {
    return mapping;
  }

  /** File name of the network, for headers. */
  Comment model() {
    return Comment.ofName(mapping.model());
  }

  /** Hash of that file, for headers. */
  Comment sha256() {
    return Comment.ofName(mapping.modelSha256());
  }

  Tensor tensor(String name) {
    return tensors.get(name);
  }

  Link link(String name) {
    return links.get(name);
  }

  <T extends Layer> T layer(String name, Class<T> kind) {
    return kind.cast(layers.get(name));
  }
}
