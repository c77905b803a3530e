package io.xbarflow.mapper;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.CrossbarArray;
import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.mapping.Frame;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.MacroSpec;
import io.xbarflow.core.mapping.Place;
import io.xbarflow.core.mapping.Port;
import io.xbarflow.core.mapping.StreamOrder;
import io.xbarflow.core.mapping.Tiling;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.text.VerilogNames;
import io.xbarflow.mapper.place.Core;
import io.xbarflow.mapper.place.Floorplan;
import io.xbarflow.mapper.place.Net;
import io.xbarflow.mapper.place.Netlist;
import io.xbarflow.mapper.place.Terminal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Turns the layers of a network into blocks and links: cores and other layers, a fork where a
 * tensor has several readers, a FIFO before every operand of an addition or concatenation that
 * needs one, register stages on long links. FIFOs and rings get their depths later.
 */
final class PipelineBuilder {
  /** More macros than this in one layer mean that the macro is far too small for it. */
  static final int MOST_MACROS = 16_384;

  /** Whole maps that a FIFO holds before its depth is sized: more than are ever in flight. */
  private static final int AMPLE_MAPS = 8;

  private final Network network;
  private final Architecture architecture;
  private final Map<String, Tensor> tensors;
  private final Map<String, Integer> lanes;
  private final Map<String, Layer> layers = new HashMap<>();
  private final Plan plan;
  private final Skips skips;
  private final StreamOrders orders;
  private final RowPools rowPools;
  private final Map<String, Tiling> tilings = new HashMap<>(); // by convolution
  private VerilogNames names = new VerilogNames();

  private Optional<Floorplan> floorplan = Optional.empty();
  private List<Net> nets = new ArrayList<>();

  private final Map<String, Link> links = new LinkedHashMap<>(); // by name
  private final List<Block> blocks = new ArrayList<>();
  private final Set<String> ofCores = new HashSet<>(); // links that cores write
  private final Map<String, Terminal> standing = new HashMap<>(); // where a link's stream is

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

  /**
   * A builder for {@code network} on {@code architecture} as {@code plan} decides, with at least
   * {@code leastLanes} lanes, and as many as it takes that no core is slower for want of lanes than
   * the slowest is in any case.
   *
   * @throws UserException when a layer does not fit
   */
  static PipelineBuilder of(Network network, Architecture architecture, Plan plan, int leastLanes) {
    Map<String, Integer> required = new HashMap<>();
    while (true) {
      PipelineBuilder builder =
          new PipelineBuilder(
              network,
              architecture,
              plan,
              Lanes.plan(network, architecture, plan, leastLanes, required));
      Map<String, Integer> wider =
          WiderLinks.of(builder.unplaced(), Lanes.intervalCycles(network, architecture, plan));
      if (wider.isEmpty()) {
        return builder;
      }
      required.putAll(wider);
    }
  }

  private PipelineBuilder(
      Network network, Architecture architecture, Plan plan, Map<String, Integer> lanes) {
    this.network = network;
    this.plan = plan;
    this.architecture = architecture;
    this.tensors = network.tensorsByName();
    this.lanes = lanes;
    this.skips = new Skips(network, plan);
    this.orders = new StreamOrders(network, plan, skips);
    this.rowPools = new RowPools(network, architecture, plan);
    for (Layer layer : network.layers()) {
      layers.put(layer.name(), layer);
      if (layer instanceof Layer.Convolution convolution) {
        tilings.put(layer.name(), checked(convolution));
      }
    }
  }

  /** The pipeline with all cores in one place; memories are ample. */
  Pipeline unplaced() {
    floorplan = Optional.empty();
    nets = new ArrayList<>();
    return build();
  }

  /** The cores and the streams between them. */
  Netlist netlist() {
    Pipeline pipeline = unplaced();
    for (Port output : pipeline.outputs()) {
      net(output.link(), Terminal.EDGE);
    }
    ImmutableList.Builder<Core> cores = ImmutableList.builder();
    for (Block block : pipeline.blocks()) {
      if (block instanceof Block.ImcCore core) {
        cores.add(new Core(core.name(), core.array().macros()));
      }
    }
    return new Netlist(cores.build(), ImmutableList.copyOf(nets));
  }

  /** The pipeline with cores at the places of {@code plan}; memories are ample. */
  Pipeline build(Floorplan plan) {
    floorplan = Optional.of(plan);
    return build();
  }

  private Pipeline build() {
    names = new VerilogNames();
    links.clear();
    blocks.clear();
    ofCores.clear();
    standing.clear();
    readers.clear();
    linkOfReader.clear();
    linkOfChip.clear();
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
      Link link = newLink(input.tensor(), input.tensor(), StreamOrder.RASTER);
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
            String link = inOrder(linkOfChip.get(tensor), StreamOrder.RASTER);
            outputs.add(new Port(link, tensor));
          }
        });
    return Pipeline.of(
        inputs.build(), outputs.build(), links.values(), ImmutableList.copyOf(blocks));
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
    List<Layer> left = new ArrayList<>(network.layers());
    while (!left.isEmpty()) {
      Iterator<Layer> layers = left.iterator();
      Layer next = layers.next();
      while (!ordered.keySet().containsAll(behind.get(next.name()))) {
        next = layers.next();
      }
      layers.remove();
      ordered.put(next.name(), next);
    }
    return List.copyOf(ordered.values());
  }

  private Link newLink(String wanted, String tensor, StreamOrder order) {
    Link link =
        new Link(
            names.legalise(wanted), tensor, tensors.get(tensor).shape(), lanes.get(tensor), order);
    links.put(link.name(), link);
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
      Link branch = newLink(link.tensor() + "_to_" + towards, link.tensor(), link.order());
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
    standing.put(to, terminal(from));
  }

  /** Where the stream of {@code link} stands: at its core, or still at the chip's edge. */
  private Terminal terminal(String link) {
    return standing.getOrDefault(link, Terminal.EDGE);
  }

  private void net(String from, Terminal to) {
    if (!terminal(from).equals(to)) {
      Link link = link(from);
      nets.add(new Net(terminal(from), to, (long) link.beatsPerImage() * link.dataBits()));
    }
  }

  /** The convolution whose ring gives {@code reader} its operand {@code tensor}. */
  private Optional<Layer.Convolution> ringOf(Reader reader, String tensor) {
    return reader.layer().isEmpty()
        ? Optional.empty()
        : skips.ringFor(layers.get(reader.layer()), tensor);
  }

  private Link link(String name) {
    return links.get(name);
  }

  /** Adds a memory that turns link {@code from} into {@code order}, unless it has that order. */
  private String inOrder(String from, StreamOrder order) {
    Link input = link(from);
    if (input.order().equals(order)) {
      return from;
    }
    Link output = newLink(from + "_reordered", input.tensor(), order);
    copyPlace(from, output.name());
    blocks.add(
        new Block.Reorder(
            names.legalise(from + "_reorder"),
            from,
            output.name(),
            Geometry.reorder(input.shape(), input.order())));
    return output.name();
  }

  private Tiling checked(Layer.Convolution layer) {
    checkRows(layer);
    Tiling tiling = Tiling.of(layer, plan.of(layer).patch(), macro(layer));
    long macros = plan.of(layer).copies() * tiling.macros();
    if (macros > MOST_MACROS) {
      throw UserException.badInput(
          "layer " + layer.name(),
          String.format(
              Locale.ROOT,
              "%d macros of %d x %d for %d weights",
              macros,
              macro(layer).rows(),
              macro(layer).columns(),
              layer.weights().length()),
          "at most " + MOST_MACROS + " macros for one layer",
          "Use a larger macro (--crossbar RxC).");
    }
    return tiling;
  }

  private MacroSpec macro(Layer.Convolution layer) {
    return plan.of(layer).core(architecture).macro();
  }

  private void checkRows(Layer.Convolution layer) {
    int taps = layer.window().taps();
    boolean once = Geometry.readsPixelsOnce(tensors.get(layer.input()).shape(), layer.window());
    if (!once && taps > macro(layer).rows()) {
      throw UserException.badInput(
          "layer " + layer.name(),
          String.format(
              Locale.ROOT,
              "macros of %d rows for a kernel of %d x %d",
              macro(layer).rows(),
              layer.window().kernelHeight(),
              layer.window().kernelWidth()),
          "a tile that holds the kernel of at least one channel, " + taps + " rows",
          "Use a larger macro (--crossbar RxC).");
    }
  }

  /** Makes the block of every kind of layer and gives the link it writes. */
  private final class BlockOfLayer implements Layer.Cases<Link> {
    @Override
    public Link convolution(Layer.Convolution layer) {
      LayerPlan decided = plan.of(layer);
      String name = names.legalise(layer.name());
      int macros = Math.toIntExact(decided.copies() * tilings.get(layer.name()).macros());
      ImmutableList<Place> places =
          floorplan
              .map(found -> found.of(name))
              .orElse(ImmutableList.copyOf(Collections.nCopies(macros, new Place(0, 0))));
      CrossbarArray array =
          new CrossbarArray(
              decided.core(architecture), decided.copies(), ImmutableList.of(), places);
      String near = linkOfReader.get(new Reader(layer.name(), 0));
      String from = reach(near, Terminal.first(name));
      Optional<Link> skip = skipOf(layer);
      Fetch fetch =
          skip.isEmpty()
                  && Geometry.keepsPaceWithoutRing(
                      link(from), layer.window(), decided, macro(layer))
              ? Geometry.lineBuffer(link(from), tensors.get(layer.output()).shape(), layer.window())
              : Geometry.fetch(
                  layer.name(),
                  tensors.get(layer.input()).shape(),
                  link(from).order(),
                  tensors.get(layer.output()).shape(),
                  layer.window(),
                  decided);
      if (fetch.ring().isEmpty() && from.equals(near)) {
        from = registered(from, Terminal.first(name), 1);
      }
      Link link = newLink(layer.output(), layer.output(), fetch.outputOrder());
      standing.put(link.name(), Terminal.last(name));
      blocks.add(
          new Block.ImcCore(
              name, layer.name(), from, link.name(), skip.map(Link::name), fetch, array));
      ofCores.add(link.name());
      skip.ifPresent(
          branch -> {
            standing.put(branch.name(), Terminal.first(name));
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
          StreamOrder order = orders.ofSkip(layers.get(reader.layer()), layer.input());
          return Optional.of(newLink(layer.input() + "_skip", layer.input(), order));
        }
      }
      return Optional.empty();
    }

    @Override
    public Link pool(Layer.Pool layer) {
      String from = linkOfReader.get(new Reader(layer.name(), 0));
      if (rowPools.keepsResults(layer, link(from).order())) {
        Link link = follow(layer.output(), from, StreamOrder.RASTER);
        blocks.add(
            new Block.RowPool(
                names.legalise(layer.name()), layer.name(), from, link.name(), layer.window()));
        return link;
      }
      Fetch fetch =
          Geometry.fetch(
              layer.name(),
              tensors.get(layer.input()).shape(),
              link(from).order(),
              tensors.get(layer.output()).shape(),
              layer.window(),
              plan.of(layer));
      Link link = follow(layer.output(), from, fetch.outputOrder());
      blocks.add(
          new Block.PoolCore(
              names.legalise(layer.name()),
              layer.name(),
              from,
              link.name(),
              fetch,
              layer.kind().averages()));
      return link;
    }

    @Override
    public Link globalAveragePool(Layer.GlobalAveragePool layer) {
      String from = linkOfReader.get(new Reader(layer.name(), 0));
      Link link = follow(layer.output(), from, StreamOrder.RASTER);
      blocks.add(
          new Block.GlobalAverage(names.legalise(layer.name()), layer.name(), from, link.name()));
      return link;
    }

    @Override
    public Link add(Layer.Add layer) {
      String a = linkOfReader.get(new Reader(layer.name(), 0));
      String b = linkOfReader.get(new Reader(layer.name(), 1));
      Terminal place = terminal(orders.last(layer).equals(layer.a()) ? a : b);
      String name = names.legalise(layer.name());
      StreamOrder order = orders.of(layer.output());
      a = buffered(new Reader(layer.name(), 0), layer.a(), operand(a, place), order);
      b = buffered(new Reader(layer.name(), 1), layer.b(), operand(b, place), order);
      Link link = follow(layer.output(), a, order);
      standing.put(link.name(), place);
      blocks.add(new Block.Adder(name, layer.name(), a, b, link.name()));
      return link;
    }

    @Override
    public Link addConstant(Layer.AddConstant layer) {
      String from = linkOfReader.get(new Reader(layer.name(), 0));
      Link link = follow(layer.output(), from, link(from).order());
      blocks.add(
          new Block.ConstantAdder(names.legalise(layer.name()), layer.name(), from, link.name()));
      return link;
    }

    @Override
    public Link lookup(Layer.Lookup layer) {
      String from = linkOfReader.get(new Reader(layer.name(), 0));
      Link link = follow(layer.output(), from, link(from).order());
      blocks.add(
          new Block.LookupTable(names.legalise(layer.name()), layer.name(), from, link.name()));
      return link;
    }

    @Override
    public Link concat(Layer.Concat layer) {
      String name = names.legalise(layer.name());
      StreamOrder order = orders.of(layer.output());
      String last =
          linkOfReader.get(new Reader(layer.name(), layer.operands().indexOf(orders.last(layer))));
      Terminal place = terminal(last);
      List<String> inputs = new ArrayList<>();
      for (int operand = 0; operand < layer.operands().size(); operand++) {
        Reader reader = new Reader(layer.name(), operand);
        String near = reach(linkOfReader.get(reader), place);
        inputs.add(buffered(reader, layer.operands().get(operand), near, order));
      }
      Link link = follow(layer.output(), inputs.get(0), order);
      standing.put(link.name(), place);
      blocks.add(
          new Block.Concat(
              name, layer.name(), ImmutableList.copyOf(inputs), link.name(), layer.axis()));
      return link;
    }

    @Override
    public Link gather(Layer.Gather layer) {
      String from = linkOfReader.get(new Reader(layer.name(), 0));
      Link link = follow(layer.output(), from, link(from).order());
      blocks.add(new Block.Gather(names.legalise(layer.name()), layer.name(), from, link.name()));
      return link;
    }

    @Override
    public Link channelLookup(Layer.ChannelLookup layer) {
      String from = linkOfReader.get(new Reader(layer.name(), 0));
      Link link = follow(layer.output(), from, link(from).order());
      blocks.add(
          new Block.ChannelLookup(names.legalise(layer.name()), layer.name(), from, link.name()));
      return link;
    }

    @Override
    public Link reframe(Layer.Reframe layer) {
      String name = names.legalise(layer.name());
      String from = inOrder(linkOfReader.get(new Reader(layer.name(), 0)), StreamOrder.RASTER);
      Link link = follow(layer.output(), from, StreamOrder.RASTER);
      Frame frame =
          Frame.of(layer, tensors.get(layer.input()).shape(), tensors.get(layer.output()).shape());
      blocks.add(new Block.Reframe(name, layer.name(), from, link.name(), frame));
      return link;
    }

    /** A new link whose producer stands where {@code from} comes from. */
    private Link follow(String tensor, String from, StreamOrder order) {
      Link link = newLink(tensor, tensor, order);
      copyPlace(from, link.name());
      return link;
    }

    /**
     * Adds a FIFO, or a memory when the order is another one, unless the operand waits in a ring.
     */
    private String buffered(Reader reader, String tensor, String from, StreamOrder order) {
      if (ringOf(reader, tensor).isPresent()) {
        return from;
      }
      Link input = link(from);
      if (!input.order().equals(order)) {
        return inOrder(from, order);
      }
      Link output = newLink(from + "_buffered", input.tensor(), order);
      copyPlace(from, output.name());
      blocks.add(
          new Block.Fifo(
              names.legalise(from + "_fifo"),
              from,
              output.name(),
              AMPLE_MAPS * input.beatsPerImage()));
      return output.name();
    }

    /** Adds the register stages that link {@code from} needs to come to {@code to}. */
    private String reach(String from, Terminal to) {
      net(from, to);
      int stages = stages(terminal(from), to);
      return stages == 0 ? from : registered(from, to, stages);
    }

    /**
     * Adds register stages behind {@code from}. A core without a ring has one at least before it:
     * it takes beats as its array takes windows, and without a register that would hang on the
     * readiness of everything behind it, core after core, in one cycle. So has an addition behind
     * each core: what follows it need not reach that core's fetch unit in one cycle.
     */
    private String registered(String from, Terminal to, int stages) {
      Link output = newLink(from + "_far", link(from).tensor(), link(from).order());
      standing.put(output.name(), to);
      blocks.add(
          new Block.LinkRegister(names.legalise(from + "_registers"), from, output.name(), stages));
      return output.name();
    }

    /** Leads {@code from} to an addition at {@code place}; a register behind a core, as above. */
    private String operand(String from, Terminal place) {
      String near = reach(from, place);
      return ofCores.contains(near) ? registered(near, place, 1) : near;
    }

    private int stages(Terminal from, Terminal to) {
      if (floorplan.isEmpty() || from.equals(Terminal.EDGE) || to.equals(Terminal.EDGE)) {
        return 0;
      }
      return place(from).distance(place(to)) / architecture.reach();
    }

    private Place place(Terminal terminal) {
      ImmutableList<Place> places = floorplan.orElseThrow().of(terminal.core());
      return terminal.at() == Terminal.At.FIRST ? places.get(0) : places.get(places.size() - 1);
    }
  }
}
