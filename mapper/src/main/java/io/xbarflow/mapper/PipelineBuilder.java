package io.xbarflow.mapper;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.CrossbarArray;
import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Place;
import io.xbarflow.core.mapping.Port;
import io.xbarflow.core.mapping.StreamOrder;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns the layers of a network into blocks and links: cores and other layers, a fork where a
 * tensor has several readers, a FIFO before every operand of an addition or concatenation that
 * needs one, register stages on long links. FIFOs and rings get their depths later.
 */
final class PipelineBuilder {
  /** More macros than this in one layer mean that the macro is far too small for it. */
  private static final int MOST_TILES = 4096;

  private final Network network;
  private final Architecture architecture;
  private final Map<String, Tensor> tensors;
  private final Map<String, Integer> lanes;
  private final Map<String, Layer> layers = new HashMap<>();
  private final Skips skips;
  private final VerilogNames names = new VerilogNames();
  private final Placement placement;

  private final List<Link> links = new ArrayList<>();
  private final List<Block> blocks = new ArrayList<>();
  private final Map<String, Place> placeOfLink = new HashMap<>(); // where its producer stands

  // For every tensor its readers in layer order, and for every reader the link it takes.
  private final Map<String, List<Reader>> readers = new LinkedHashMap<>();
  private final Map<Reader, String> linkOfReader = new HashMap<>();
  private final Map<String, String> linkOfChip = new HashMap<>(); // for tensors that leave the chip

  /** Operand {@code operand} of layer {@code layer}, or the chip's output when that is empty. */
  private record Reader(String layer, int operand) {
    static Reader chip() {
      return new Reader("", 0);
    }
  }

  private PipelineBuilder(Network network, Architecture architecture) {
    this.network = network;
    this.architecture = architecture;
    this.tensors = network.tensorsByName();
    this.lanes = Lanes.plan(network, architecture.mvmCycles());
    this.skips = new Skips(network);
    network.layers().forEach(layer -> layers.put(layer.name(), layer));
    this.placement = new Placement(architecture, macros());
  }

  /** Builds the pipeline of {@code network} on {@code architecture}. */
  static Pipeline build(Network network, Architecture architecture) {
    return new PipelineBuilder(network, architecture).build();
  }

  private Pipeline build() {
    network.tensors().forEach(tensor -> readers.put(tensor.name(), new ArrayList<>()));
    for (Layer layer : network.layers()) {
      for (int operand = 0; operand < layer.inputs().size(); operand++) {
        readers.get(layer.inputs().get(operand)).add(new Reader(layer.name(), operand));
      }
    }
    for (HostTensor output : network.outputs()) {
      List<Reader> of = readers.get(output.tensor());
      if (!of.contains(Reader.chip())) {
        of.add(Reader.chip());
      }
    }
    ImmutableList.Builder<Port> inputs = ImmutableList.builder();
    for (HostTensor input : network.inputs()) {
      Link link = newLink(input.tensor(), input.tensor());
      inputs.add(new Port(link.name(), input.tensor()));
      distribute(link);
    }
    BlockOfLayer blockOfLayer = new BlockOfLayer();
    for (Layer layer : pipelineOrder()) {
      distribute(layer.match(blockOfLayer));
    }
    ImmutableList.Builder<Port> outputs = ImmutableList.builder();
    readers.forEach(
        (tensor, of) -> {
          if (of.contains(Reader.chip())) {
            outputs.add(new Port(linkOfChip.get(tensor), tensor));
          }
        });
    return new Pipeline(
        inputs.build(), outputs.build(), ImmutableList.copyOf(links), ImmutableList.copyOf(blocks));
  }

  /** The layers, each behind those that give it a tensor, be it through a ring's second port. */
  private List<Layer> pipelineOrder() {
    Map<String, List<String>> behind = new HashMap<>(); // by layer, names of other layers
    Map<String, String> writers = new HashMap<>();
    network.layers().forEach(layer -> writers.put(layer.output(), layer.name()));
    for (Layer layer : network.layers()) {
      List<String> before = new ArrayList<>();
      for (String tensor : layer.inputs()) {
        if (writers.containsKey(tensor)) {
          before.add(writers.get(tensor));
        }
        skips.ringFor(layer, tensor).ifPresent(convolution -> before.add(convolution.name()));
      }
      behind.put(layer.name(), before);
    }
    // No circle: a ring and the reader of its second port take the same tensor.
    Map<String, Layer> ordered = new LinkedHashMap<>();
    while (ordered.size() < network.layers().size()) {
      Layer next =
          network.layers().stream()
              .filter(layer -> !ordered.containsKey(layer.name()))
              .filter(layer -> ordered.keySet().containsAll(behind.get(layer.name())))
              .findFirst()
              .orElseThrow();
      ordered.put(next.name(), next);
    }
    return List.copyOf(ordered.values());
  }

  private Link newLink(String wanted, String tensor) {
    Link link =
        new Link(
            names.legalise(wanted),
            tensor,
            tensors.get(tensor).shape(),
            lanes.get(tensor),
            StreamOrder.RASTER);
    links.add(link);
    return link;
  }

  /** Leads {@code link}, which its producer gives, to all readers of its tensor. */
  private void distribute(Link link) {
    List<Reader> direct = new ArrayList<>();
    for (Reader reader : readers.get(link.tensor())) {
      if (ringOf(reader, link.tensor()).isEmpty()) {
        direct.add(reader);
      }
    }
    if (direct.size() == 1) {
      assign(link.tensor(), direct.get(0), link.name());
      return;
    }
    if (direct.isEmpty()) {
      throw UserException.badInput(
          "tensor " + link.tensor(),
          "nothing reads it",
          "a tensor that a layer or an output reads",
          "Remove the node from the model.");
    }
    ImmutableList.Builder<String> branches = ImmutableList.builder();
    for (Reader reader : direct) {
      String towards = reader.layer().isEmpty() ? "output" : reader.layer();
      Link branch = newLink(link.tensor() + "_to_" + towards, link.tensor());
      copyPlace(link.name(), branch.name());
      branches.add(branch.name());
      assign(link.tensor(), reader, branch.name());
    }
    blocks.add(
        new Block.Fork(names.legalise(link.tensor() + "_fork"), link.name(), branches.build()));
  }

  private void assign(String tensor, Reader reader, String link) {
    if (reader.layer().isEmpty()) {
      linkOfChip.put(tensor, link);
    } else {
      linkOfReader.put(reader, link);
    }
  }

  private void copyPlace(String from, String to) {
    Place place = placeOfLink.get(from);
    if (place != null) {
      placeOfLink.put(to, place);
    }
  }

  /** The convolution whose ring gives {@code reader} its operand {@code tensor}. */
  private Optional<Layer.Convolution> ringOf(Reader reader, String tensor) {
    return reader.layer().isEmpty()
        ? Optional.empty()
        : skips.ringFor(layers.get(reader.layer()), tensor);
  }

  private int macros() {
    int macros = 0;
    for (Layer layer : network.layers()) {
      if (layer instanceof Layer.Convolution convolution) {
        int taps = convolution.window().taps();
        boolean direct =
            Geometry.isDirect(tensors.get(convolution.input()).shape(), convolution.window());
        if (!direct && taps > architecture.crossbarRows()) {
          throw UserException.badInput(
              "layer " + layer.name(),
              String.format(
                  "macros of %d rows for a kernel of %d x %d",
                  architecture.crossbarRows(),
                  convolution.window().kernelHeight(),
                  convolution.window().kernelWidth()),
              "a tile that holds the kernel of at least one channel, " + taps + " rows",
              "Use a larger macro (--crossbar RxC).");
        }
        int rows = taps * convolution.inputChannels();
        int rowTiles = divideUp(rows, architecture.crossbarRows());
        int columnTiles = divideUp(convolution.outputChannels(), architecture.crossbarColumns());
        if ((long) rowTiles * columnTiles > MOST_TILES) {
          throw UserException.badInput(
              "layer " + layer.name(),
              String.format(
                  "%d x %d weights on macros of %d x %d need %d macros",
                  rows,
                  convolution.outputChannels(),
                  architecture.crossbarRows(),
                  architecture.crossbarColumns(),
                  (long) rowTiles * columnTiles),
              "at most " + MOST_TILES + " macros for one layer",
              "Use a larger macro (--crossbar RxC).");
        }
        macros += rowTiles * columnTiles;
      }
    }
    return macros;
  }

  private static int divideUp(int dividend, int divisor) {
    return (dividend + divisor - 1) / divisor;
  }

  /** Makes the block of every kind of layer and gives the link it writes. */
  private final class BlockOfLayer implements Layer.Cases<Link> {
    @Override
    public Link convolution(Layer.Convolution layer) {
      Tensor input = tensors.get(layer.input());
      Tensor output = tensors.get(layer.output());
      Fetch fetch = Geometry.fetch(layer.name(), input.shape(), output.shape(), layer.window());
      int rows = layer.window().taps() * input.shape().channels();
      int tiles =
          divideUp(rows, architecture.crossbarRows())
              * divideUp(layer.outputChannels(), architecture.crossbarColumns());
      ImmutableList<Place> places = placement.take(tiles);
      // The greatest column sum: every used row at the type's extreme times -128.
      long extreme = input.quantisation().signed() ? 128 : 255;
      long greatest = Math.min(rows, architecture.crossbarRows()) * extreme * 128;
      CrossbarArray array =
          new CrossbarArray(
              rows,
              layer.outputChannels(),
              architecture.crossbarRows(),
              architecture.crossbarColumns(),
              65 - Long.numberOfLeadingZeros(greatest),
              1,
              1,
              1,
              places);
      String name = names.legalise(layer.name());
      String from = reach(linkOfReader.get(new Reader(layer.name(), 0)), places.get(0));
      Optional<Link> skip = skipOf(layer);
      Link link = newLink(layer.output(), layer.output());
      Place last = places.get(places.size() - 1);
      placeOfLink.put(link.name(), last);
      blocks.add(
          new Block.ImcCore(
              name, layer.name(), from, link.name(), skip.map(Link::name), fetch, array));
      skip.ifPresent(
          branch -> {
            placeOfLink.put(branch.name(), places.get(0));
            readers.get(layer.input()).stream()
                .filter(reader -> readsRingOf(reader, layer))
                .forEach(reader -> assign(layer.input(), reader, branch.name()));
          });
      return link;
    }

    private boolean readsRingOf(Reader reader, Layer.Convolution layer) {
      return ringOf(reader, layer.input())
          .filter(convolution -> convolution.name().equals(layer.name()))
          .isPresent();
    }

    private Optional<Link> skipOf(Layer.Convolution layer) {
      for (Reader reader : readers.get(layer.input())) {
        if (readsRingOf(reader, layer)) {
          return Optional.of(newLink(layer.input() + "_skip", layer.input()));
        }
      }
      return Optional.empty();
    }

    @Override
    public Link pool(Layer.Pool layer) {
      String from = linkOfReader.get(new Reader(layer.name(), 0));
      Link link = follow(layer.output(), from);
      blocks.add(
          new Block.PoolCore(
              names.legalise(layer.name()),
              layer.name(),
              from,
              link.name(),
              Geometry.fetch(
                  layer.name(), tensors.get(layer.input()).shape(), link.shape(), layer.window()),
              layer.kind() == Layer.Pool.Kind.AVERAGE));
      return link;
    }

    @Override
    public Link globalAveragePool(Layer.GlobalAveragePool layer) {
      String from = linkOfReader.get(new Reader(layer.name(), 0));
      Link link = follow(layer.output(), from);
      blocks.add(
          new Block.GlobalAverage(names.legalise(layer.name()), layer.name(), from, link.name()));
      return link;
    }

    @Override
    public Link add(Layer.Add layer) {
      String a = linkOfReader.get(new Reader(layer.name(), 0));
      String b = linkOfReader.get(new Reader(layer.name(), 1));
      Place place = placeOfLink.get(a) != null ? placeOfLink.get(a) : placeOfLink.get(b);
      String name = names.legalise(layer.name());
      a = buffered(new Reader(layer.name(), 0), layer.a(), reach(a, place));
      b = buffered(new Reader(layer.name(), 1), layer.b(), reach(b, place));
      Link link = follow(layer.output(), a);
      blocks.add(new Block.Adder(name, layer.name(), a, b, link.name()));
      return link;
    }

    @Override
    public Link addConstant(Layer.AddConstant layer) {
      String from = linkOfReader.get(new Reader(layer.name(), 0));
      Link link = follow(layer.output(), from);
      blocks.add(
          new Block.ConstantAdder(names.legalise(layer.name()), layer.name(), from, link.name()));
      return link;
    }

    @Override
    public Link lookup(Layer.Lookup layer) {
      String from = linkOfReader.get(new Reader(layer.name(), 0));
      Link link = follow(layer.output(), from);
      blocks.add(
          new Block.LookupTable(names.legalise(layer.name()), layer.name(), from, link.name()));
      return link;
    }

    @Override
    public Link concat(Layer.Concat layer) {
      String name = names.legalise(layer.name());
      List<String> inputs = new ArrayList<>();
      Place place = null;
      for (int operand = 0; operand < layer.operands().size(); operand++) {
        inputs.add(linkOfReader.get(new Reader(layer.name(), operand)));
        place = place == null ? placeOfLink.get(inputs.get(operand)) : place;
      }
      for (int operand = 0; operand < inputs.size(); operand++) {
        Reader reader = new Reader(layer.name(), operand);
        String near = reach(inputs.get(operand), place);
        inputs.set(operand, buffered(reader, layer.operands().get(operand), near));
      }
      Link link = follow(layer.output(), inputs.get(0));
      blocks.add(new Block.Concat(name, layer.name(), ImmutableList.copyOf(inputs), link.name()));
      return link;
    }

    /** A new link whose producer stands where {@code from} comes from. */
    private Link follow(String tensor, String from) {
      Link link = newLink(tensor, tensor);
      copyPlace(from, link.name());
      return link;
    }

    /** Adds a FIFO, unless the operand waits in a ring. */
    private String buffered(Reader reader, String tensor, String from) {
      if (ringOf(reader, tensor).isPresent()) {
        return from;
      }
      Link input = link(from);
      Link output = newLink(from + "_buffered", input.tensor());
      copyPlace(from, output.name());
      blocks.add(
          new Block.Fifo(
              names.legalise(from + "_fifo"), from, output.name(), input.beatsPerImage()));
      return output.name();
    }

    /** Adds the register stages that link {@code from} needs to come to {@code place}. */
    private String reach(String from, Place place) {
      Place source = placeOfLink.get(from);
      int stages =
          source == null || place == null ? 0 : source.distance(place) / architecture.reach();
      if (stages == 0) {
        return from;
      }
      Link output = newLink(from + "_far", link(from).tensor());
      placeOfLink.put(output.name(), place);
      blocks.add(
          new Block.LinkRegister(names.legalise(from + "_registers"), from, output.name(), stages));
      return output.name();
    }

    private Link link(String name) {
      return links.stream().filter(link -> link.name().equals(name)).findFirst().orElseThrow();
    }
  }
}
