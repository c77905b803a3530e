package io.xbarflow.rtlgen.rtl;

import com.google.common.base.Splitter;
import com.google.common.collect.HashMultiset;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.Lists;
import com.google.common.collect.Multiset;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.ChipNames;
import io.xbarflow.core.mapping.Frame;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.mapping.Port;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.network.Window;
import io.xbarflow.core.text.Code;
import io.xbarflow.core.text.Comment;
import io.xbarflow.core.text.FileWord;
import io.xbarflow.core.text.VerilogString;
import io.xbarflow.rtlgen.arithmetic.AdderDesign;
import io.xbarflow.rtlgen.arithmetic.Addition;
import io.xbarflow.rtlgen.arithmetic.Requantisation;
import io.xbarflow.rtlgen.arithmetic.RequantiserDesign;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The chip: one instance for every block, the links between them, and what stands at its ports. */
final class TopModule implements Block.Cases<Void> {
  private static final int SOURCES_A_LINE = 8; // of a gather, within 100 columns

  /** Splits a Verilog expression into its names. */
  private static final Splitter SIGNAL = Splitter.onPattern("[^A-Za-z0-9_]+");

  private final Source source;
  private final Mapping mapping;
  private final List<Instance> instances = new ArrayList<>();
  private final List<Code> signals = new ArrayList<>();
  private final List<TableView> tables = new ArrayList<>();
  private final List<LookupView> lookups = new ArrayList<>();
  private final Map<String, String> memories = new LinkedHashMap<>();

  /**
   * Designs the arithmetic between the cores and proves it.
   *
   * @throws io.xbarflow.core.diagnostic.UserException when a proof fails
   */
  TopModule(Source source) {
    this.source = source;
    this.mapping = source.mapping();
    mapping.blocks().forEach(block -> block.match(this));
  }

  /** Tables of the blocks that stand in the top module. */
  List<TableView> tables() {
    return Collections.unmodifiableList(tables);
  }

  /** Unary functions. */
  List<LookupView> lookups() {
    return Collections.unmodifiableList(lookups);
  }

  /** Contents of memories by file name. */
  Map<String, String> memories() {
    return Collections.unmodifiableMap(memories);
  }

  private Set<String> coreTypes() {
    Set<String> types = new TreeSet<>();
    for (Block block : mapping.blocks()) {
      if (block instanceof Block.ImcCore core) {
        types.add(core.array().core().type());
      }
    }
    return types;
  }

  TopView view() {
    ImmutableList.Builder<TopView.LinkView> links = ImmutableList.builder();
    for (Link link : mapping.links()) {
      links.add(
          new TopView.LinkView(
              link.name(),
              Comment.of(
                  "Tensor %s: %s, %s, %d of %d channels a beat.",
                  link.tensor(), link.shape(), link.order(), link.lanes(), link.shape().channels()),
              link.dataBits() - 1));
    }
    ChipBoundary boundary = new ChipBoundary(source);
    ImmutableList<Instance> all =
        ImmutableList.<Instance>builder()
            .addAll(boundary.aligners())
            .addAll(instances)
            .add(boundary.marks())
            .build();
    ImmutableList<Instance> reset = ChipBoundary.withReset(all);
    return new TopView(
        Comment.of(
            "Chip for %s: every layer in its own arrays, image behind image.", mapping.model()),
        ImmutableList.of(
            Comment.of(
                "%d crossbars of %d x %d; core types: %s.",
                mapping.prediction().crossbars(),
                mapping.architecture().crossbarRows(),
                mapping.architecture().crossbarColumns(),
                String.join(", ", coreTypes())),
            Comment.of(
                "Predicted: %d cycles per image, %d to the first image's end, %d bits of"
                    + " activation",
                mapping.prediction().cyclesPerImage().orElse(0L),
                mapping.prediction().firstImageCycles(),
                mapping.prediction().activationMemoryBits()),
            Comment.of("memory.")),
        source.model(),
        source.sha256(),
        boundary.inputs(),
        boundary.outputs(),
        links.build(),
        ImmutableList.<Code>builder()
            .addAll(signals)
            .addAll(boundary.signals(all))
            .addAll(unreadLasts(all).stream().toList())
            .build(),
        reset);
  }

  /**
   * The last of those links whose readers count their beats themselves, under a name that says that
   * nobody reads them; co-simulation does.
   */
  private Optional<Code> unreadLasts(List<Instance> all) {
    Set<String> outputs = mapping.outputs().stream().map(Port::link).collect(Collectors.toSet());
    Multiset<String> connected = HashMultiset.create();
    for (Instance instance : all) {
      for (Instance.Binding binding : instance.connections()) {
        connected.addAll(SIGNAL.splitToList(binding.value().toString()));
      }
    }
    List<String> unread =
        mapping.links().stream()
            .map(Link::name)
            .filter(link -> !outputs.contains(link))
            .map(link -> link + "_last")
            .filter(last -> connected.count(last) < 2)
            .toList();
    return unread.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Code.expression(
                "wire ["
                    + (unread.size() - 1)
                    + ":0] unused_lasts = {\n    "
                    + String.join(",\n    ", Lists.reverse(unread))
                    + "\n  }"));
  }

  private static Code wire(int bits, String name) {
    return Code.expression("wire [" + (bits - 1) + ":0] " + name);
  }

  private static String instance(Block block) {
    return ChipNames.instance(block.name());
  }

  @Override
  public Void imcCore(Block.ImcCore block) {
    Instance.Builder builder =
        Instance.of(ChipNames.module(block.name(), ChipNames.Part.CORE), instance(block))
            .comment(Comment.of("Layer %s.", block.layer()))
            .clocked()
            .stream("in", block.input());
    block.skip().ifPresent(skip -> builder.framed("skip", skip));
    instances.add(builder.framed("out", block.output()).build());
    return null;
  }

  @Override
  public Void poolCore(Block.PoolCore block) {
    instances.add(
        Instance.of(ChipNames.module(block.name(), ChipNames.Part.CORE), instance(block))
            .comment(Comment.of("Layer %s.", block.layer()))
            .clocked()
            .stream("in", block.input())
            .framed("out", block.output())
            .build());
    return null;
  }

  @Override
  public Void rowPool(Block.RowPool block) {
    Link input = source.link(block.input());
    Shape map = input.shape();
    Shape output = source.link(block.output()).shape();
    int words = output.width() * input.beatsPerPixel();
    Window window = Block.RowPool.spaced(block.window(), output);
    int most =
        IntStream.of(
                map.height(),
                map.width(),
                window.kernelHeight(),
                window.kernelWidth(),
                window.strideHeight(),
                window.strideWidth())
            .max()
            .getAsInt();
    instances.add(
        Instance.of("row_max_pool", instance(block))
            .comment(Comment.of("Layer %s.", block.layer()))
            .parameter("LANES", input.lanes())
            .parameter("BEATS", input.beatsPerPixel())
            .parameter("BEAT_BITS", BitWidths.counter(input.beatsPerPixel()))
            .parameter("MAP_HEIGHT", map.height())
            .parameter("MAP_WIDTH", map.width())
            .parameter("OUT_HEIGHT", output.height())
            .parameter("OUT_WIDTH", output.width())
            .parameter("KERNEL_HEIGHT", window.kernelHeight())
            .parameter("KERNEL_WIDTH", window.kernelWidth())
            .parameter("STRIDE_HEIGHT", window.strideHeight())
            .parameter("STRIDE_WIDTH", window.strideWidth())
            .parameter("PAD_TOP", window.padTop())
            .parameter("PAD_LEFT", window.padLeft())
            .flag("VALUES_SIGNED", source.tensor(input.tensor()).quantisation().signed())
            .parameter("WORDS", words)
            .parameter("WORD_BITS", BitWidths.counter(words))
            .parameter("COORDINATE_BITS", BitWidths.unsigned(most))
            .clocked()
            .stream("in", block.input())
            .framed("out", block.output())
            .build());
    return null;
  }

  @Override
  public Void globalAverage(Block.GlobalAverage block) {
    Layer.GlobalAveragePool layer = source.layer(block.layer(), Layer.GlobalAveragePool.class);
    Tensor input = source.tensor(layer.input());
    Quantisation x = input.quantisation();
    Quantisation y = source.tensor(layer.output()).quantisation();
    Link link = source.link(block.input());
    long pixels = input.shape().pixels();
    RequantiserDesign design =
        RequantiserDesign.of(
            new Requantisation(
                layer.name(),
                ImmutableList.of(x.scale() / (y.scale() * (float) pixels)),
                ImmutableList.of(pixels * (x.min() - x.zeroPoint())),
                ImmutableList.of(pixels * (x.max() - x.zeroPoint())),
                y.zeroPoint(),
                y.min(),
                y.max()));
    // Partial sums start at -pixels * zx and pass every value up to the final one.
    long offset = -pixels * x.zeroPoint();
    int bits =
        Math.max(
            Math.max(9, design.accumulatorBits()),
            Math.max(
                BitWidths.signed(offset + pixels * x.min()),
                BitWidths.signed(offset + pixels * x.max())));
    bits = Math.max(bits, BitWidths.signed(offset));
    instances.add(
        Instance.of("global_average_pool", instance(block))
            .comment(Comment.of("Layer %s.", block.layer()))
            .parameter("LANES", link.lanes())
            .parameter("BEATS", link.beatsPerPixel())
            .parameter("BEAT_BITS", BitWidths.counter(link.beatsPerPixel()))
            .parameter("PIXELS", pixels)
            .parameter("PIXEL_BITS", BitWidths.counter(pixels))
            .flag("VALUES_SIGNED", x.signed())
            .parameter("ACCUMULATOR_BITS", bits)
            .parameter("OFFSET", BitWidths.literal(bits, offset))
            .flag("ROUND_ACCUMULATOR", design.roundAccumulator())
            .parameter("MULTIPLIER_BITS", design.multiplierBits())
            .parameter("MULTIPLIER", design.multiplierBits() + "'d" + design.multipliers().get(0))
            .parameter("FRACTION_BITS", design.rounding().fractionBits())
            .parameter("OUT_LOW", y.min())
            .parameter("OUT_HIGH", y.max())
            .parameter("ZERO_POINT", y.zeroPoint())
            .clocked()
            .stream("in", block.input())
            .framed("out", block.output())
            .build());
    return null;
  }

  @Override
  public Void adder(Block.Adder block) {
    Layer.Add layer = source.layer(block.layer(), Layer.Add.class);
    Quantisation a = source.tensor(layer.a()).quantisation();
    Quantisation b = source.tensor(layer.b()).quantisation();
    AdderDesign design =
        AdderDesign.of(
            new Addition(
                layer.name(),
                a,
                b,
                source.tensor(layer.output()).quantisation(),
                layer.clampMin(),
                layer.clampMax()));
    int bits = sumBits(design);
    instances.add(
        Instance.of("stream_adder", instance(block))
            .comment(Comment.of("Layer %s.", block.layer()))
            .parameter("LANES", source.link(block.output()).lanes())
            .flag("A_SIGNED", a.signed())
            .flag("B_SIGNED", b.signed())
            .parameter("SUM_BITS", bits)
            .parameter("RATIO_A", BitWidths.literal(bits, design.ratioA()))
            .parameter("RATIO_B", BitWidths.literal(bits, design.ratioB()))
            .parameter("FIXED", BitWidths.literal(bits, design.fixed()))
            .flag("ROUND_INNER", design.roundInner())
            .parameter("FRACTION_BITS", design.rounding().fractionBits())
            .parameter("OUT_LOW", layer.clampMin())
            .parameter("OUT_HIGH", layer.clampMax())
            .clocked()
            .framed("a", block.a())
            .stream("b", block.b())
            .framed("out", block.output())
            .build());
    return null;
  }

  /** One width for the ratios, the terms and their sum. */
  private static int sumBits(AdderDesign design) {
    return Math.max(
        Math.max(10, design.sumBits()),
        Math.max(
            Math.max(design.ratioABits(), design.ratioBBits()) + 1,
            Math.max(
                BitWidths.signed(design.outerTerm(design.addition().a().min())),
                BitWidths.signed(design.outerTerm(design.addition().a().max())))));
  }

  @Override
  public Void constantAdder(Block.ConstantAdder block) {
    Layer.AddConstant layer = source.layer(block.layer(), Layer.AddConstant.class);
    Quantisation x = source.tensor(layer.input()).quantisation();
    // On a map of several pixels the constant is the inner operand, whichever side it stands on.
    boolean inner = !layer.constantFirst() || source.tensor(layer.input()).shape().pixels() > 1;
    AdderDesign design =
        AdderDesign.of(
            new Addition(
                layer.name(),
                inner ? x : layer.constantQuantisation(),
                inner ? layer.constantQuantisation() : x,
                source.tensor(layer.output()).quantisation(),
                layer.clampMin(),
                layer.clampMax()));
    int bits = sumBits(design);
    Link link = source.link(block.output());
    int beatBits = BitWidths.counter(link.beatsPerPixel());
    ConstantTable table = new ConstantTable(beatBits).column("constants", link.lanes() * bits);
    for (int beat = 0; beat < link.beatsPerPixel(); beat++) {
      StringBuilder constants = new StringBuilder();
      for (int lane = link.lanes() - 1; lane >= 0; lane--) {
        int value = layer.constant().get(beat * link.lanes() + lane);
        constants.append(
            BitWidths.binary(bits, inner ? design.innerTerm(value) : design.outerTerm(value)));
      }
      table.row(beat, constants.toString());
    }
    String module = ChipNames.module(block.name(), ChipNames.Part.CONSTANTS);
    tables.add(
        table.view(
            Comment.of("Constant operand of %s, for the channels of each beat.", block.name()),
            ImmutableList.of(
                Comment.of(
                    "constants: %d lanes of %d signed bits, %d of them after the binary point.",
                    link.lanes(), bits, design.rounding().fractionBits())),
            source,
            layer.name(),
            module));
    String beat = block.name() + "_beat";
    signals.add(wire(beatBits, beat));
    signals.add(wire(link.lanes() * bits, block.name() + "_terms"));
    instances.add(
        Instance.of(module, ChipNames.constantsInstance(block.name()))
            .connect("select", beat)
            .connect("constants", block.name() + "_terms")
            .build());
    instances.add(
        Instance.of("constant_adder", instance(block))
            .comment(Comment.of("Layer %s.", block.layer()))
            .parameter("LANES", link.lanes())
            .parameter("BEATS", link.beatsPerPixel())
            .parameter("BEAT_BITS", beatBits)
            .flag("VALUES_SIGNED", x.signed())
            .flag("CONSTANT_INNER", inner)
            .parameter("SUM_BITS", bits)
            .parameter("RATIO", BitWidths.literal(bits, inner ? design.ratioA() : design.ratioB()))
            .parameter("FIXED", BitWidths.literal(bits, inner ? 0 : design.fixed()))
            .flag("ROUND_INNER", design.roundInner())
            .parameter("FRACTION_BITS", design.rounding().fractionBits())
            .parameter("OUT_LOW", layer.clampMin())
            .parameter("OUT_HIGH", layer.clampMax())
            .clocked()
            .framed("in", block.input())
            .connect("beat", beat)
            .connect("constants", block.name() + "_terms")
            .framed("out", block.output())
            .build());
    return null;
  }

  @Override
  public Void lookupTable(Block.LookupTable block) {
    Layer.Lookup layer = source.layer(block.layer(), Layer.Lookup.class);
    Link link = source.link(block.output());
    String module = ChipNames.module(block.name(), ChipNames.Part.LOOKUP);
    int least = source.tensor(layer.input()).quantisation().min();
    ImmutableList.Builder<Code> entries = ImmutableList.builder();
    for (int value = 0; value < 256; value++) {
      int raw = least < 0 ? (byte) value : value;
      entries.add(
          Code.expression(
              String.format(
                  Locale.ROOT,
                  "8'h%02x: looked_up = 8'h%02x",
                  value,
                  layer.table().get(raw - least) & 0xff)));
    }
    ImmutableList.Builder<Integer> lanes = ImmutableList.builder();
    for (int lane = 0; lane < link.lanes(); lane++) {
      lanes.add(lane * 8);
    }
    lookups.add(
        new LookupView(
            Comment.of("Unary function of layer %s.", layer.name()),
            source.model(),
            Comment.ofName(layer.name()),
            source.sha256(),
            module,
            link.dataBits() - 1,
            lanes.build(),
            entries.build()));
    instances.add(
        Instance.of(module, instance(block))
            .comment(Comment.of("Layer %s.", block.layer()))
            .clocked()
            .framed("in", block.input())
            .framed("out", block.output())
            .build());
    return null;
  }

  @Override
  public Void fork(Block.Fork block) {
    Instance.Builder builder =
        Instance.of("stream_fork", instance(block))
            .parameter("BRANCHES", block.outputs().size())
            .parameter("DATA_BITS", source.link(block.input()).dataBits())
            .clocked()
            .framed("in", block.input());
    for (String signal : List.of("valid", "ready", "data", "last")) {
      builder.connectAll("out_" + signal, block.outputs(), "_" + signal);
    }
    instances.add(builder.build());
    return null;
  }

  @Override
  public Void concat(Block.Concat block) {
    List<Link> from = Lists.transform(block.inputs(), source::link);
    Link to = source.link(block.output());
    boolean inTurn = Block.Concat.inTurn(from, to);
    int most = inTurn ? 1 : to.beatsPerPixel();
    for (Link link : from) {
      most = Math.max(most, beats(block, link, inTurn));
    }
    int beatBits = BitWidths.counter(most);
    List<String> lastBeats = new ArrayList<>();
    for (Link link : from) {
      lastBeats.add(beatBits + "'d" + (beats(block, link, inTurn) - 1));
    }
    Instance.Builder builder =
        Instance.of(inTurn ? "stream_concat" : "pixel_concat", instance(block))
            .comment(Comment.of("Layer %s.", block.layer()))
            .parameter("OPERANDS", from.size());
    if (inTurn) {
      builder.parameter("DATA_BITS", to.dataBits()).parameter("BEAT_BITS", beatBits);
    } else {
      List<String> inEnds = new ArrayList<>();
      List<String> pixelEnds = new ArrayList<>();
      int inEnd = 0;
      int pixelEnd = 0;
      for (Link link : from) {
        inEnd += link.dataBits();
        pixelEnd += link.dataBits() * link.beatsPerPixel();
        inEnds.add("32'd" + inEnd);
        pixelEnds.add("32'd" + pixelEnd);
      }
      builder
          .parameter("IN_BITS", inEnd)
          .parameter("PIXEL_BITS", pixelEnd)
          .parameter("OUT_BITS", to.dataBits())
          .parameter("COUNT_BITS", beatBits)
          .parameter("IN_ENDS", Instance.concatenation(inEnds))
          .parameter("PIXEL_ENDS", Instance.concatenation(pixelEnds));
    }
    builder.parameter("LAST_BEATS", Instance.concatenation(lastBeats));
    if (!inTurn) {
      builder.parameter("LAST_OUT_BEAT", beatBits + "'d" + (to.beatsPerPixel() - 1));
    }
    builder.clocked();
    for (String signal : List.of("valid", "ready", "data")) {
      builder.connectAll("in_" + signal, block.inputs(), "_" + signal);
    }
    instances.add(
        builder
            .connect("in_last", block.inputs().get(block.inputs().size() - 1) + "_last")
            .framed("out", block.output())
            .build());
    return null;
  }

  private static int beats(Block.Concat block, Link link, boolean inTurn) {
    return inTurn ? block.beatsPerTurn(link) : link.beatsPerPixel();
  }

  @Override
  public Void gather(Block.Gather block) {
    Layer.Gather layer = source.layer(block.layer(), Layer.Gather.class);
    Link input = source.link(block.input());
    Link output = source.link(block.output());
    int channels = input.shape().channels();
    int sourceBits = BitWidths.unsigned(channels);
    List<String> sources = new ArrayList<>();
    for (List<Integer> line : Lists.partition(layer.channels(), SOURCES_A_LINE)) {
      sources.add(
          Lists.reverse(line).stream()
              .map(from -> sourceBits + "'d" + (from == Layer.Gather.FILLED ? channels : from))
              .collect(Collectors.joining(", ")));
    }
    instances.add(
        Instance.of("channel_gather", instance(block))
            .comment(Comment.of("Layer %s.", block.layer()))
            .parameter("IN_CHANNELS", channels)
            .parameter("IN_LANES", input.lanes())
            .parameter("IN_BEATS", input.beatsPerPixel())
            .parameter("IN_BEAT_BITS", BitWidths.counter(input.beatsPerPixel()))
            .parameter("OUT_CHANNELS", output.shape().channels())
            .parameter("OUT_LANES", output.lanes())
            .parameter("OUT_BEATS", output.beatsPerPixel())
            .parameter("OUT_BEAT_BITS", BitWidths.counter(output.beatsPerPixel()))
            .parameter("SOURCE_BITS", sourceBits)
            .parameter("SOURCES", Instance.concatenation(sources))
            .parameter("FILL", "8'd" + (layer.fill() & 0xff))
            .clocked()
            .framed("in", block.input())
            .framed("out", block.output())
            .build());
    return null;
  }

  @Override
  public Void channelLookup(Block.ChannelLookup block) {
    Layer.ChannelLookup layer = source.layer(block.layer(), Layer.ChannelLookup.class);
    Link link = source.link(block.output());
    int least = source.tensor(layer.input()).quantisation().min();
    String file = ChipNames.tablesFile(block.name());
    StringBuilder entries = new StringBuilder();
    for (List<Integer> values : layer.tables()) {
      for (int value = 0; value < 256; value++) {
        int raw = least < 0 ? (byte) value : value;
        entries
            .append(String.format(Locale.ROOT, "%02x", values.get(raw - least) & 0xff))
            .append('\n');
      }
    }
    memories.put(file, entries.toString());
    int beatBits = BitWidths.counter(link.beatsPerPixel());
    int tableBits = BitWidths.counter(layer.tables().size());
    ConstantTable table = new ConstantTable(beatBits).column("tables", link.lanes() * tableBits);
    for (int beat = 0; beat < link.beatsPerPixel(); beat++) {
      StringBuilder numbers = new StringBuilder();
      for (int lane = link.lanes() - 1; lane >= 0; lane--) {
        numbers.append(
            BitWidths.binary(tableBits, layer.tableOfChannel().get(beat * link.lanes() + lane)));
      }
      table.row(beat, numbers.toString());
    }
    String module = ChipNames.module(block.name(), ChipNames.Part.CONSTANTS);
    tables.add(
        table.view(
            Comment.of("Tables of %s that the channels of each beat have.", block.name()),
            ImmutableList.of(Comment.of("tables: %d lanes of %d bits.", link.lanes(), tableBits)),
            source,
            layer.name(),
            module));
    String beat = block.name() + "_beat";
    String numbers = block.name() + "_numbers";
    signals.add(wire(beatBits, beat));
    signals.add(wire(link.lanes() * tableBits, numbers));
    instances.add(
        Instance.of(module, ChipNames.constantsInstance(block.name()))
            .connect("select", beat)
            .connect("tables", numbers)
            .build());
    instances.add(
        Instance.of("channel_lookup", instance(block))
            .comment(Comment.of("Layer %s.", block.layer()))
            .parameter("LANES", link.lanes())
            .parameter("BEATS", link.beatsPerPixel())
            .parameter("BEAT_BITS", beatBits)
            .parameter("TABLES", layer.tables().size())
            .parameter("TABLE_BITS", tableBits)
            .parameter("FILE", new VerilogString(new FileWord(file)))
            .clocked()
            .framed("in", block.input())
            .connect("beat", beat)
            .connect("tables", numbers)
            .framed("out", block.output())
            .build());
    return null;
  }

  @Override
  public Void reframe(Block.Reframe block) {
    Layer.Reframe layer = source.layer(block.layer(), Layer.Reframe.class);
    Link input = source.link(block.input());
    Frame.Axis rows = block.frame().rows();
    Frame.Axis columns = block.frame().columns();
    int widest =
        Math.max(Math.max(rows.size(), columns.size()), Math.max(rows.step(), columns.step()));
    instances.add(
        Instance.of("stream_reframe", instance(block))
            .comment(Comment.of("Layer %s.", block.layer()))
            .parameter("LANES", input.lanes())
            .parameter("BEATS", input.beatsPerPixel())
            .parameter("BEAT_BITS", BitWidths.counter(input.beatsPerPixel()))
            .parameter("HEIGHT", rows.size())
            .parameter("WIDTH", columns.size())
            .parameter("IN_TOP", rows.inputFirst())
            .parameter("IN_LEFT", columns.inputFirst())
            .parameter("IN_HEIGHT", rows.inputSize())
            .parameter("IN_WIDTH", columns.inputSize())
            .parameter("OUT_TOP", rows.outputFirst())
            .parameter("OUT_LEFT", columns.outputFirst())
            .parameter("OUT_HEIGHT", rows.outputSize())
            .parameter("OUT_WIDTH", columns.outputSize())
            .parameter("ROW_STEP", rows.step())
            .parameter("COLUMN_STEP", columns.step())
            .parameter("FILL", "8'd" + (layer.fill() & 0xff))
            .parameter("COORDINATE_BITS", BitWidths.unsigned(widest))
            .clocked()
            .stream("in", block.input())
            .framed("out", block.output())
            .build());
    return null;
  }

  @Override
  public Void fifo(Block.Fifo block) {
    instances.add(
        Instance.of("stream_fifo", instance(block))
            .parameter("DEPTH", block.depthBeats())
            .parameter("ADDRESS_BITS", BitWidths.counter(block.depthBeats()))
            .parameter("DATA_BITS", source.link(block.input()).dataBits())
            .clocked()
            .framed("in", block.input())
            .framed("out", block.output())
            .build());
    return null;
  }

  @Override
  public Void linkRegister(Block.LinkRegister block) {
    instances.add(
        Instance.of("stream_registers", instance(block))
            .parameter("STAGES", block.stages())
            .parameter("DATA_BITS", source.link(block.input()).dataBits())
            .clocked()
            .framed("in", block.input())
            .framed("out", block.output())
            .build());
    return null;
  }

  @Override
  public Void reorder(Block.Reorder block) {
    instances.add(
        FetchInstance.reorder(
            block, source.link(block.input()), source.link(block.output()), instance(block)));
    return null;
  }
}
