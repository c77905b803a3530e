package io.xbarflow.cli.page;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.mapping.Port;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A mapped chip as the pictures show it: stations, which are the chip's ports and the blocks that
 * compute layers, and the ways between them. Blocks that only carry pixels are parts of ways.
 *
 * @param mapping the chip
 * @param links its links by name
 * @param stations inputs, layers in topological order, outputs
 * @param ways from a station to a later one
 */
record Chip(
    Mapping mapping,
    ImmutableMap<String, Link> links,
    ImmutableList<Station> stations,
    ImmutableList<Way> ways) {

  /**
   * A port or a layer.
   *
   * @param index its place among the stations
   * @param number what the page calls it: layers from 1 on, ports 0
   * @param anchor name of its section on the page
   * @param title ONNX name of the layer, or of the port's tensor
   * @param block what computes the layer; empty for ports
   * @param layer the layer; empty for ports
   */
  record Station(
      int index,
      int number,
      String anchor,
      String title,
      Optional<Block> block,
      Optional<Layer> layer) {

    /** The core, if it is one with macros. */
    Optional<Block.ImcCore> core() {
      return block.filter(Block.ImcCore.class::isInstance).map(Block.ImcCore.class::cast);
    }

    /** {@code 3 conv1}, for labels. */
    String label() {
      return number == 0 ? title : number + " " + title;
    }
  }

  /**
   * A stream from one station to another.
   *
   * @param from index of the station it leaves
   * @param to index of the station it enters
   * @param first link that leaves
   * @param last link that enters
   * @param carriers blocks on the way
   * @param skip whether it repeats the input of the core that it leaves
   */
  record Way(
      int from, int to, Link first, Link last, ImmutableList<Block> carriers, boolean skip) {}

  /** The stations and ways of {@code mapping}. */
  static Chip of(Network network, Mapping mapping) {
    return new Surveyor(network, mapping).chip();
  }

  /** Ways into {@code station}, in the order of its operands. */
  List<Way> into(Station station) {
    return ways.stream().filter(way -> way.to() == station.index()).toList();
  }

  /** Ways out of {@code station}. */
  List<Way> outOf(Station station) {
    return ways.stream().filter(way -> way.from() == station.index()).toList();
  }

  /** Stations that are layers. */
  List<Station> layers() {
    return stations.stream().filter(station -> station.block().isPresent()).toList();
  }

  /** The link that {@code station} gives its results on; for an output the one it takes. */
  Link output(Station station) {
    if (station.block().isPresent()) {
      return links.get(resultLink(station.block().get()));
    }
    List<Way> out = outOf(station);
    return out.isEmpty() ? into(station).get(0).last() : out.get(0).first();
  }

  private static String resultLink(Block block) {
    return block instanceof Block.ImcCore core ? core.output() : block.outputs().get(0);
  }

  /** Cycles of an image in steady state. */
  long interval() {
    return mapping.prediction().cyclesPerImage().orElse(mapping.prediction().firstImageCycles());
  }

  /** Follows the links. */
  private static final class Surveyor {
    private final Mapping mapping;
    private final ImmutableMap<String, Link> links;
    private final Map<String, Block> consumers = new HashMap<>();
    private final Map<String, Integer> stationOfBlock = new HashMap<>();
    private final Map<String, Integer> stationOfOutput = new HashMap<>();
    private final List<Station> stations = new ArrayList<>();
    private final List<Way> ways = new ArrayList<>();

    Surveyor(Network network, Mapping mapping) {
      this.mapping = mapping;
      this.links = mapping.linksByName();
      Map<String, Layer> layers = new HashMap<>();
      network.layers().forEach(layer -> layers.put(layer.name(), layer));
      for (int i = 0; i < mapping.inputs().size(); i++) {
        stations.add(port("input-" + (i + 1), mapping.inputs().get(i).tensor()));
      }
      int number = 0;
      for (Block block : mapping.blocks()) {
        block.inputs().forEach(link -> consumers.put(link, block));
        if (block.computes().isPresent()) {
          number++;
          stationOfBlock.put(block.name(), stations.size());
          String name = block.computes().get();
          stations.add(
              new Station(
                  stations.size(),
                  number,
                  "layer-" + number,
                  name,
                  Optional.of(block),
                  Optional.ofNullable(layers.get(name))));
        }
      }
      for (int i = 0; i < mapping.outputs().size(); i++) {
        stationOfOutput.put(mapping.outputs().get(i).link(), stations.size());
        stations.add(port("output-" + (i + 1), mapping.outputs().get(i).tensor()));
      }
    }

    private Station port(String anchor, String tensor) {
      return new Station(stations.size(), 0, anchor, tensor, Optional.empty(), Optional.empty());
    }

    Chip chip() {
      int input = 0;
      for (Port port : mapping.inputs()) {
        follow(input++, links.get(port.link()), links.get(port.link()), ImmutableList.of(), false);
      }
      for (Block block : mapping.blocks()) {
        Integer station = stationOfBlock.get(block.name());
        for (String link : station == null ? List.<String>of() : block.outputs()) {
          boolean skip = !link.equals(resultLink(block));
          follow(station, links.get(link), links.get(link), ImmutableList.of(), skip);
        }
      }
      List<Way> ordered = new ArrayList<>();
      for (Station station : stations) {
        List<String> operands = station.block().map(Block::inputs).orElse(ImmutableList.of());
        ways.stream()
            .filter(way -> way.to() == station.index())
            .sorted(
                (a, b) ->
                    Integer.compare(
                        operands.indexOf(a.last().name()), operands.indexOf(b.last().name())))
            .forEach(ordered::add);
      }
      return new Chip(
          mapping, links, ImmutableList.copyOf(stations), ImmutableList.copyOf(ordered));
    }

    private void follow(
        int from, Link first, Link at, ImmutableList<Block> carriers, boolean skip) {
      Block consumer = consumers.get(at.name());
      Integer station =
          consumer == null ? stationOfOutput.get(at.name()) : stationOfBlock.get(consumer.name());
      if (station != null) {
        ways.add(new Way(from, station, first, at, carriers, skip));
        return;
      }
      ImmutableList<Block> carried =
          ImmutableList.<Block>builder().addAll(carriers).add(consumer).build();
      consumer.outputs().forEach(next -> follow(from, first, links.get(next), carried, skip));
    }
  }
}
