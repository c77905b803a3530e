package io.xbarflow.rtlgen.rtl;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Verify.verify;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.Ints;
import io.xbarflow.core.coretype.CoreType;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.core.coretype.Macro;
import io.xbarflow.core.coretype.Parameters;
import io.xbarflow.core.coretype.Tiles;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.ChipNames;
import io.xbarflow.core.mapping.CoreUse;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Patch;
import io.xbarflow.core.mapping.Place;
import io.xbarflow.core.mapping.Ring;
import io.xbarflow.core.mapping.Tiling;
import io.xbarflow.core.mapping.WeightMatrix;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.network.Window;
import io.xbarflow.core.text.Code;
import io.xbarflow.core.text.Comment;
import io.xbarflow.rtlgen.arithmetic.Requantisation;
import io.xbarflow.rtlgen.arithmetic.RequantiserDesign;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.LongBinaryOperator;

/** An in-memory-computing core: its module, its constants and its weight memories. */
final class ImcCoreModule {
  private static final Comment LINE_BUFFER =
      Comment.of("Activation memory: a line buffer that delays the rows of a window but the last.");
  private static final Comment NO_MEMORY =
      Comment.of("Activation memory: none, pixels go straight into the input register.");

  private final Source source;
  private final Block.ImcCore core;
  private final Layer.Convolution layer;
  private final Tensor input;
  private final Tensor output;
  private final Link inputLink;
  private final Link outputLink;
  private final CoreUse use;
  private final CoreType type;
  private final Parameters parameters;
  private final Tiles tiles;
  private final Patch patch;
  private final Tiling tiling;
  private final WeightMatrix weights;
  private final int copies;
  private final ImmutableList<Macro> programmed; // of all copies; none when sums are exact
  private final int columnBits;
  private final int[][] gains; // by row tile and channel
  private final List<Long> biases = new ArrayList<>();
  private final RequantiserDesign design;
  private final int accumulatorBits;
  private final int firstWeights;

  /**
   * Designs the arithmetic of {@code core} and proves it.
   *
   * @param types core types, that of {@code core} among them
   * @param firstWeights number of the core's first weight file in {@code mem/}
   * @throws io.xbarflow.core.diagnostic.UserException when the proof fails
   * @throws IllegalArgumentException when the core has more or fewer places than macros
   */
  ImcCoreModule(Source source, Block.ImcCore core, CoreTypes types, int firstWeights) {
    this.source = source;
    this.firstWeights = firstWeights;
    this.core = core;
    this.layer = source.layer(core.layer(), Layer.Convolution.class);
    this.input = source.tensor(layer.input());
    this.output = source.tensor(layer.output());
    this.inputLink = source.link(core.input());
    this.outputLink = source.link(core.output());
    this.use = core.array().core();
    this.type = types.named("mapping.json, core " + core.name(), use.type());
    this.parameters = new Parameters(use.parameters());
    this.patch = core.fetch().patch();
    this.copies = core.array().copies();
    this.tiles =
        new Tiles(layer, input.quantisation(), core.fetch(), use, copies, core.array().ranges());
    this.tiling = tiles.tiling();
    checkArgument(
        copies * tiling.macros() == core.array().places().size(),
        "core %s: %s places for %s copies of %s macros",
        core.name(),
        core.array().places().size(),
        copies,
        tiling.macros());
    int last = tiling.blocks() - 1;
    verify(
        tiling.rowTiles(last) == tiling.rowTiles(0)
            && tiling.columnTiles(last) == tiling.columnTiles(0),
        "%s: blocks of several groups fit one macro, those of one group are alike",
        tiling);
    this.weights = tiles.weights();
    this.programmed = use.macro().exact() ? ImmutableList.of() : program();
    this.columnBits =
        programmed.stream()
            .mapToInt(Macro::columnBits)
            .max()
            .orElse(tiling.columnBits(input.quantisation().signed()));
    this.gains = gains();
    this.design = RequantiserDesign.of(requantisation());
    int bits = design.accumulatorBits();
    for (int r = 0; r < tiling.rowTiles(0); r++) {
      bits = Math.max(bits, columnBits + gainBits(r));
    }
    for (long bias : biases) {
      bits = Math.max(bits, BitWidths.signed(bias));
    }
    this.accumulatorBits = bits;
  }

  /** The macros of all copies. */
  private ImmutableList<Macro> program() {
    ImmutableList.Builder<Macro> macros = ImmutableList.builder();
    for (int copy = 0; copy < copies; copy++) {
      tiles.ofCopy(copy).forEach(tile -> macros.add(type.program(tile, parameters)));
    }
    return macros.build();
  }

  /** What a unit of a column stands for, by row tile and channel. */
  private int[][] gains() {
    int[][] gain = new int[tiling.rowTiles(0)][layer.outputChannels()];
    for (int[] row : gain) {
      Arrays.fill(row, 1);
    }
    forEachProgrammed((macro, r, channel, column) -> gain[r][channel] = macro.gain(column));
    forEachProgrammed(
        (macro, r, channel, column) ->
            verify(
                gain[r][channel] == macro.gain(column),
                "core %s, channel %s: gains %s and %s in row tile %s",
                core.name(),
                channel,
                gain[r][channel],
                macro.gain(column),
                r));
    return gain;
  }

  /** Sees the columns of macros whose sums are not exact. */
  @FunctionalInterface
  private interface ColumnVisitor {
    void visit(Macro macro, int rowTile, int channel, int column);
  }

  private void forEachProgrammed(ColumnVisitor visitor) {
    if (programmed.isEmpty()) {
      return;
    }
    for (int copy = 0; copy < copies; copy++) {
      int ofCopy = copy;
      forEachTile(
          (number, block, r, c) -> {
            Macro macro = programmed.get(ofCopy * Ints.checkedCast(tiling.macros()) + number);
            for (int column = 0; column < weights.columns(block, c); column++) {
              int channel = tiles.channel(block, c * tiling.macroColumns() + column);
              visitor.visit(macro, r, channel, column);
            }
          });
    }
  }

  /** Unsigned bits of the gains of row tile {@code r}; none when all are one. */
  private int gainBits(int r) {
    int greatest = Arrays.stream(gains[r]).max().orElse(1);
    return greatest == 1 ? 0 : BitWidths.unsigned(greatest);
  }

  /**
   * The requantisation of the layer. Arrays that see raw values give zx * sum(w) too much, so -zx *
   * sum(w) joins the bias.
   */
  private Requantisation requantisation() {
    Quantisation x = input.quantisation();
    Quantisation y = output.quantisation();
    ImmutableList.Builder<Float> scales = ImmutableList.builder();
    ImmutableList.Builder<Long> low = ImmutableList.builder();
    ImmutableList.Builder<Long> high = ImmutableList.builder();
    Window window = layer.window();
    for (int o = 0; o < layer.outputChannels(); o++) {
      long sum = 0;
      long least = 0;
      long greatest = 0;
      for (int c = 0; c < layer.inputChannels(); c++) {
        for (int i = 0; i < window.kernelHeight(); i++) {
          for (int j = 0; j < window.kernelWidth(); j++) {
            int weight = layer.weight(o, c, i, j);
            sum += weight;
            least += weight * (long) (weight < 0 ? x.max() : x.min());
            greatest += weight * (long) (weight < 0 ? x.min() : x.max());
          }
        }
      }
      boolean raw = !use.macro().takesZeroPoint();
      long bias = layer.bias().get(o) - (raw ? x.zeroPoint() * sum : 0);
      if (!use.macro().exact()) {
        least = reach(o, Math::min, Macro::least);
        greatest = reach(o, Math::max, Macro::greatest);
      }
      biases.add(bias);
      low.add(bias + least);
      high.add(bias + greatest);
      scales.add(x.scale() * layer.weightScale(o) / y.scale());
    }
    return new Requantisation(
        layer.name(),
        scales.build(),
        low.build(),
        high.build(),
        y.zeroPoint(),
        layer.clampMin(),
        layer.clampMax());
  }

  /** The least or the greatest column result of a macro. */
  @FunctionalInterface
  private interface Extreme {
    long of(Macro macro, int column);
  }

  /** The least or greatest that channel {@code channel} reaches, its row tiles added up. */
  private long reach(int channel, LongBinaryOperator further, Extreme extreme) {
    long[] furthest = new long[tiling.rowTiles(0)];
    boolean[] seen = new boolean[furthest.length];
    forEachProgrammed(
        (macro, r, of, column) -> {
          if (of == channel) {
            long value = extreme.of(macro, column) * gains[r][channel];
            furthest[r] = seen[r] ? further.applyAsLong(furthest[r], value) : value;
            seen[r] = true;
          }
        });
    return Arrays.stream(furthest).sum();
  }

  /** Names of the type's own Verilog parameters. */
  ImmutableSet<String> ownParameters() {
    return type.verilogParameters(tiles.tile(0, 0, 0, 0), parameters).keySet();
  }

  /** Whether the type has Verilog parameters of its own. */
  private boolean hasParameters() {
    return !ownParameters().isEmpty();
  }

  CoreType type() {
    return type;
  }

  String module() {
    return ChipNames.module(core.name(), ChipNames.Part.CORE);
  }

  private String constantsModule() {
    return ChipNames.module(core.name(), ChipNames.Part.CONSTANTS);
  }

  CoreView view() {
    ImmutableList.Builder<CoreView.Signal> signals = ImmutableList.builder();
    signals.add(wire(copies, "start"));
    signals.add(wire(copies * tiling.macros(), "macro_done"));
    signals.add(wire(copies, "capture"));
    signals.add(wire(1, "result_free"));
    if (diagonal()) {
      signals.add(wire(windowBits(), "window_blocks"));
    }
    forEachTile(
        (macro, block, r, c) -> {
          signals.add(wire(resultBits(block, c) * copies, columns(block, r, c)));
          signals.add(wire(groupBits(), lanes(block, r, c)));
        });
    for (int r = 0; r < tiling.rowTiles(0); r++) {
      if (tilesInRow(r).size() > 1) {
        signals.add(
            new CoreView.Signal(
                Code.expression(
                    wire(groupBits(), rowLanes(r)).declaration()
                        + " =\n      "
                        + String.join("\n      | ", tilesInRow(r)))));
      }
    }
    signals.add(wire(1, "select"));
    signals.add(wire(Integer.SIZE, "pixel"));
    signals.add(wire(1, "load"));
    signals.add(wire(1, loaded()));
    for (int r = 0; r < tiling.rowTiles(0); r++) {
      if (gainBits(r) > 0) {
        signals.add(wire((long) outputLink.lanes() * gainBits(r), "gain_r" + r));
        signals.add(wire((long) outputLink.lanes() * scaledBits(r), "scaled_r" + r));
      }
      signals.add(wire((long) outputLink.lanes() * scaledBits(r), "loaded_r" + r));
    }
    for (int i = 1; i < tiling.rowTiles(0); i++) {
      signals.add(wire((long) outputLink.lanes() * accumulatorBits, "sum_" + i));
    }
    signals.add(vector(beatBits(), "beat"));
    signals.add(vector((long) outputLink.lanes() * accumulatorBits, "bias"));
    signals.add(vector((long) outputLink.lanes() * design.multiplierBits(), "multiplier"));
    return new CoreView(
        Comment.of("IMC core %s.", core.name()),
        description(),
        source.model(),
        Comment.ofName(layer.name()),
        source.sha256(),
        module(),
        inputLink.dataBits() - 1,
        outputLink.dataBits() - 1,
        windowBits() - 1,
        core.skip().isPresent(),
        signals.build(),
        instances());
  }

  private ImmutableList<Instance> instances() {
    ImmutableList.Builder<Instance> instances = ImmutableList.builder();
    instances.add(
        FetchInstance.of(
            core.fetch(),
            inputLink,
            core.skip().map(skip -> source.link(skip).order()),
            input.quantisation().zeroPoint()));
    instances.add(
        Instance.of("mvm_control", "u_control")
            .parameter("COPIES", copies)
            .parameter("MACROS", tiling.macros())
            .parameter("WINDOWS", core.fetch().windows())
            .parameter("WINDOW_BITS", BitWidths.counter(core.fetch().windows()))
            .clocked()
            .connect("window_valid", "window_valid")
            .connect("window_taken", "window_taken")
            .connect("start", "start")
            .connect("macro_done", "macro_done")
            .connect("result_free", "result_free")
            .connect("capture", "capture")
            .build());
    if (diagonal()) {
      instances.add(
          Instance.of("split_blocks", "u_split_blocks")
              .parameter("TAPS", tiling.taps())
              .parameter("CHANNELS", layer.inputChannels())
              .parameter("BLOCK_CHANNELS", tiling.inputs(0))
              .parameter("ELEMENT_BITS", Tensor.BITS)
              .connect("pixels", "window_data")
              .connect("blocks", "window_blocks")
              .build());
    }
    for (int copy = 0; copy < copies; copy++) {
      int number = copy;
      forEachTile((macro, block, r, c) -> instances.add(macro(macro, number, block, r, c)));
    }
    forEachTile((macro, block, r, c) -> instances.add(columnSelect(block, r, c)));
    Lanes sums = addRowTiles(instances);
    Instance.Builder constants =
        Instance.of(constantsModule(), "u_constants")
            .connect("select", "beat")
            .connect("bias", "bias")
            .connect("multiplier", "multiplier");
    for (int r = 0; r < tiling.rowTiles(0); r++) {
      if (gainBits(r) > 0) {
        constants.connect("gain_r" + r, "gain_r" + r);
      }
    }
    instances.add(constants.build());
    instances.add(postProcessing(sums));
    return instances.build();
  }

  /** A signal of {@code bits} bits; a single bit is no vector. */
  private static CoreView.Signal wire(long bits, String name) {
    return bits == 1 ? new CoreView.Signal(Code.expression("wire " + name)) : vector(bits, name);
  }

  private static CoreView.Signal vector(long bits, String name) {
    return new CoreView.Signal(Code.expression("wire [" + (bits - 1) + ":0] " + name));
  }

  /** Bit {@code index} of a signal of {@code bits} bits. */
  private static String bit(String name, long bits, int index) {
    return bits == 1 ? name : name + "[" + index + "]";
  }

  /** Whether the array has several diagonal blocks. */
  private boolean diagonal() {
    return tiling.blocks() > 1;
  }

  private long windowBits() {
    return (long) tiling.taps() * layer.inputChannels() * Tensor.BITS;
  }

  /** One macro of a copy. */
  @FunctionalInterface
  private interface TileVisitor {
    void visit(int macro, int block, int rowTile, int columnTile);
  }

  /** Visits the macros of one copy in the order of their places. */
  private void forEachTile(TileVisitor visitor) {
    int macro = 0;
    for (int block = 0; block < tiling.blocks(); block++) {
      for (int r = 0; r < tiling.rowTiles(block); r++) {
        for (int c = 0; c < tiling.columnTiles(block); c++) {
          visitor.visit(macro++, block, r, c);
        }
      }
    }
  }

  /** The column sums that the copies of a tile hand over. */
  private String columns(int block, int r, int c) {
    return "columns_" + tile(block, r, c);
  }

  /** Bits of one macro's column sums. */
  private long resultBits(int block, int c) {
    return (long) weights.columns(block, c) * columnBits;
  }

  /** Bits of the column sums of a beat. */
  private long groupBits() {
    return (long) outputLink.lanes() * columnBits;
  }

  private int beatBits() {
    return BitWidths.counter(outputLink.beatsPerPixel());
  }

  private ImmutableList<Comment> description() {
    Window window = layer.window();
    ImmutableList.Builder<Comment> lines = ImmutableList.builder();
    lines.add(
        Comment.of(
            "  acc[o] = sum over taps (i, j) and channels c of (x[c][i][j] - zx) *"
                + " w[o][c][i][j]"));
    lines.add(Comment.of("           + bias[o]"));
    if (!use.macro().exact()) {
      lines.add(
          Comment.of("           as its macros give the sum: for each row tile code[o] * gain[o]"));
    }
    lines.add(Comment.of("  y[o]   = saturate(round_half_even(acc[o] * scale[o]) + zy)"));
    lines.add(Comment.of(""));
    lines.add(
        Comment.of(
            "x: %s %s, zx = %d; y: %s %s, zy = %d, saturated to %d .. %d.",
            input.shape(),
            type(input.quantisation()),
            input.quantisation().zeroPoint(),
            output.shape(),
            type(output.quantisation()),
            output.quantisation().zeroPoint(),
            layer.clampMin(),
            layer.clampMax()));
    lines.add(
        Comment.of(
            "Kernel %dx%d, stride %dx%d, padding %d %d %d %d (top left bottom right), dilation"
                + " %dx%d, groups %d.",
            window.kernelHeight(),
            window.kernelWidth(),
            window.strideHeight(),
            window.strideWidth(),
            window.padTop(),
            window.padLeft(),
            window.padBottom(),
            window.padRight(),
            window.dilationHeight(),
            window.dilationWidth(),
            layer.groups()));
    lines.addAll(arrayDescription());
    lines.add(
        Comment.of(
            "Rate: an MVM of %d cycles per %s, %d per image; input pixel in %d beats,"
                + " output in %d.",
            use.macro().mvmCycles(),
            patch.equals(Patch.SINGLE) ? "output pixel" : "patch",
            core.fetch().windows(),
            inputLink.beatsPerPixel(),
            outputLink.beatsPerPixel()));
    lines.add(
        core.fetch()
            .ring()
            .map(ImcCoreModule::description)
            .orElse(core.fetch().lineBuffer() ? LINE_BUFFER : NO_MEMORY));
    return lines.build();
  }

  /** Patch, copies, blocks and tiles in words; nothing about what there is only one of. */
  private ImmutableList<Comment> arrayDescription() {
    ImmutableList.Builder<Comment> lines = ImmutableList.builder();
    if (!patch.equals(Patch.SINGLE)) {
      Window reads = core.fetch().reads();
      lines.add(
          Comment.of(
              "Patch: %s output pixels per MVM, from a window of %dx%d pixels.",
              patch, reads.kernelHeight(), reads.kernelWidth()));
    }
    if (copies > 1) {
      lines.add(
          Comment.of("Copies: %d arrays with the same weights take windows in turn.", copies));
    }
    lines.add(Comment.of("Core type: %s.", use.type()));
    long cells = 0;
    for (int block = 0; block < tiling.blocks(); block++) {
      cells += (long) tiling.rows(block) * tiling.columns(block);
    }
    lines.add(
        Comment.of(
            "Weights: %s%d rows x %d columns on %d x %d macros of %d x %d, %.1f %% of their cells.",
            diagonal() ? tiling.blocks() + " diagonal blocks, up to " : "",
            tiling.rows(0),
            tiling.columns(0),
            tiling.rowTiles(0),
            tiling.columnTiles(0),
            tiling.macroRows(),
            tiling.macroColumns(),
            100.0
                * cells
                / ((double) tiling.macros() * tiling.macroRows() * tiling.macroColumns())));
    return lines.build();
  }

  private static Comment description(Ring ring) {
    return ring.classes() == 1
        ? Comment.of(
            "Activation memory: ring of %d pixels in %d banks, rows %d places apart.",
            ring.pixels(), ring.banks(), ring.pitchPixels())
        : Comment.of(
            "Activation memory: %d pixels, a ring for every %d-th row, each in %d banks.",
            ring.pixels(), ring.classes(), ring.banks());
  }

  private static String type(Quantisation quantisation) {
    return quantisation.signed() ? "int8" : "uint8";
  }

  /** Macro number {@code tile} of copy {@code copy}. */
  private Instance macro(int tile, int copy, int block, int r, int c) {
    int macro = Ints.checkedCast(copy * tiling.macros()) + tile;
    Place place = core.array().places().get(macro);
    int mvmCycles = use.macro().mvmCycles();
    int rows = weights.rows(block, r);
    int columns = weights.columns(block, c);
    long firstRow = (long) tiling.taps() * tiling.firstInput(block) + (long) r * tiling.macroRows();
    Instance.Builder instance =
        Instance.of(
                type.module(), "u_macro" + number("_copy", copy, copies) + "_" + tile(block, r, c))
            .comment(
                Comment.of(
                    "Rows from %d, columns from %d%s, at place (%d, %d).",
                    r * tiling.macroRows(),
                    c * tiling.macroColumns(),
                    number(" of block ", block, tiling.blocks()),
                    place.row(),
                    place.column()))
            .parameter("ROWS", rows)
            .parameter("COLUMNS", columns)
            .parameter("COLUMN_BITS", columnBits)
            .flag("INPUTS_SIGNED", input.quantisation().signed())
            .parameter("MVM_CYCLES", mvmCycles)
            .parameter("COUNT_BITS", BitWidths.counter(mvmCycles));
    if (hasParameters()) {
      type.verilogParameters(tiles.tile(copy, block, r, c), parameters)
          .forEach(instance::parameter);
    }
    return instance
        .clocked()
        .connect("weights_id", "24'd" + (firstWeights + (use.macro().exact() ? tile : macro)))
        .connect("start", bit("start", copies, copy))
        .connect(
            "row_data",
            String.format(
                Locale.ROOT,
                "%s[%d +: %d]",
                diagonal() ? "window_blocks" : "window_data",
                firstRow * Tensor.BITS,
                rows * Tensor.BITS))
        .connect("done", bit("macro_done", copies * tiling.macros(), macro))
        .connect("column_data", part(columns(block, r, c), copies, copy, resultBits(block, c)))
        .build();
  }

  /** {@code prefix} and {@code index}; nothing where there is only one. */
  private static String number(String prefix, int index, int count) {
    return count == 1 ? "" : prefix + index;
  }

  private String tile(int block, int r, int c) {
    return (diagonal() ? "block" + block + "_" : "") + "r" + r + "_c" + c;
  }

  /** Part {@code index} of a signal of {@code parts} times {@code bits} bits. */
  private static String part(String name, long parts, int index, long bits) {
    return parts == 1 ? name : String.format(Locale.ROOT, "%s[%d +: %d]", name, index * bits, bits);
  }

  /**
   * Numbers lane by lane.
   *
   * @param value Verilog expression
   * @param bits signed bits of a lane
   */
  private record Lanes(String value, int bits) {}

  /** Adds the row tiles up in a tree. */
  private Lanes addRowTiles(ImmutableList.Builder<Instance> instances) {
    Deque<Lanes> terms = new ArrayDeque<>();
    for (int r = 0; r < tiling.rowTiles(0); r++) {
      terms.add(loaded(instances, r));
    }
    for (int i = 1; terms.size() > 1; i++) {
      Lanes a = terms.remove();
      Lanes b = terms.remove();
      Lanes sum = new Lanes("sum_" + i, accumulatorBits);
      instances.add(
          Instance.of("lane_adder", "u_sum_" + i)
              .parameter("LANES", outputLink.lanes())
              .parameter("A_BITS", a.bits)
              .parameter("B_BITS", b.bits)
              .parameter("SUM_BITS", sum.bits)
              .connect("enable", loaded())
              .connect("a", a.value)
              .connect("b", b.value)
              .connect("sum", sum.value)
              .build());
      terms.add(sum);
    }
    return terms.element();
  }

  /** The lanes of row tile {@code r} a cycle later, on their way into post-processing. */
  private Lanes loaded(ImmutableList.Builder<Instance> instances, int r) {
    Lanes lanes = scaled(instances, r);
    Lanes loaded = new Lanes("loaded_r" + r, lanes.bits);
    instances.add(
        Instance.of("lane_register", "u_load_r" + r)
            .parameter("BITS", (long) outputLink.lanes() * lanes.bits)
            .connect("clk", "clk")
            .connect("load", "load")
            .connect("in", lanes.value)
            .connect("out", loaded.value)
            .build());
    return loaded;
  }

  /** Tells that the registers behind the tiles hold a beat; only adders of row tiles listen. */
  private String loaded() {
    return tiling.rowTiles(0) == 1 ? "unused_loaded" : "loaded";
  }

  private int scaledBits(int r) {
    return columnBits + gainBits(r);
  }

  /** The lanes of row tile {@code r} in units of the exact sum. */
  private Lanes scaled(ImmutableList.Builder<Instance> instances, int r) {
    if (gainBits(r) == 0) {
      return new Lanes(rowLanes(r), columnBits);
    }
    Lanes scaled = new Lanes("scaled_r" + r, scaledBits(r));
    instances.add(
        Instance.of("lane_gain", "u_gain_r" + r)
            .parameter("LANES", outputLink.lanes())
            .parameter("IN_BITS", columnBits)
            .parameter("GAIN_BITS", gainBits(r))
            .connect("enable", "select")
            .connect("in", rowLanes(r))
            .connect("gain", "gain_r" + r)
            .connect("out", scaled.value)
            .build());
    return scaled;
  }

  /** What the tiles of row tile {@code row} give, all blocks together. */
  private ImmutableList<String> tilesInRow(int row) {
    ImmutableList.Builder<String> tiles = ImmutableList.builder();
    forEachTile(
        (macro, block, r, c) -> {
          if (r == row) {
            tiles.add(lanes(block, r, c));
          }
        });
    return tiles.build();
  }

  /** The lanes of row tile {@code row}: of its only tile, or of all its tiles joined. */
  private String rowLanes(int row) {
    return tilesInRow(row).size() == 1 ? tilesInRow(row).get(0) : "lanes_r" + row;
  }

  private String lanes(int block, int r, int c) {
    return "lanes_" + tile(block, r, c);
  }

  /** What holds the results of a tile. */
  private Instance columnSelect(int block, int r, int c) {
    return Instance.of("column_select", "u_select_" + tile(block, r, c))
        .parameter("COPIES", copies)
        .parameter("COLUMNS", weights.columns(block, c))
        .parameter("COLUMN_BITS", columnBits)
        .parameter("FIRST_COLUMN", (long) c * tiling.macroColumns())
        .parameter("FIRST_CHANNEL", tiling.firstOutput(block))
        .parameter("CHANNELS", tiling.outputs(block))
        .parameter("LANES", outputLink.lanes())
        .connect("clk", "clk")
        .connect("capture", "capture")
        .connect("column_data", columns(block, r, c))
        .connect("select", "select")
        .connect("pixel", "pixel")
        .connect("beat", String.format(Locale.ROOT, "{%d'd0, beat}", Integer.SIZE - beatBits()))
        .connect("lane_data", lanes(block, r, c))
        .build();
  }

  private Instance postProcessing(Lanes sums) {
    return Instance.of("post_processing", "u_post_processing")
        .parameter("PATCH_HEIGHT", patch.height())
        .parameter("PATCH_WIDTH", patch.width())
        .parameter("SUM_BITS", sums.bits)
        .parameter("LANES", outputLink.lanes())
        .parameter("BEATS", outputLink.beatsPerPixel())
        .parameter("BEAT_BITS", beatBits())
        .parameter("MAP_HEIGHT", output.shape().height())
        .parameter("MAP_WIDTH", output.shape().width())
        .parameter(
            "COORDINATE_BITS",
            BitWidths.unsigned(Math.max(output.shape().height(), output.shape().width())))
        .parameter("ACCUMULATOR_BITS", accumulatorBits)
        .flag("ROUND_ACCUMULATOR", design.roundAccumulator())
        .parameter("MULTIPLIER_BITS", design.multiplierBits())
        .parameter("FRACTION_BITS", design.rounding().fractionBits())
        .parameter("OUT_LOW", layer.clampMin())
        .parameter("OUT_HIGH", layer.clampMax())
        .parameter("ZERO_POINT", output.quantisation().zeroPoint())
        .clocked()
        .connect("capture", copies == 1 ? "capture" : "|capture")
        .connect("result_free", "result_free")
        .connect("select", "select")
        .connect("pixel", "pixel")
        .connect("beat", "beat")
        .connect("bias", "bias")
        .connect("multiplier", "multiplier")
        .connect("load", "load")
        .connect("loaded", loaded())
        .connect("sums", sums.value)
        .framed("out", "out")
        .build();
  }

  /** The constants of post-processing, beat by beat. */
  TableView constants() {
    int lanes = outputLink.lanes();
    ConstantTable table =
        new ConstantTable(beatBits())
            .column("bias", lanes * accumulatorBits)
            .column("multiplier", lanes * design.multiplierBits());
    for (int r = 0; r < tiling.rowTiles(0); r++) {
      if (gainBits(r) > 0) {
        table.column("gain_r" + r, lanes * gainBits(r));
      }
    }
    for (int beat = 0; beat < outputLink.beatsPerPixel(); beat++) {
      StringBuilder bias = new StringBuilder();
      StringBuilder multiplier = new StringBuilder();
      for (int lane = lanes - 1; lane >= 0; lane--) {
        int channel = beat * lanes + lane;
        bias.append(BitWidths.binary(accumulatorBits, biases.get(channel)));
        multiplier.append(
            BitWidths.binary(design.multiplierBits(), design.multipliers().get(channel)));
      }
      List<String> values = new ArrayList<>(List.of(bias.toString(), multiplier.toString()));
      for (int r = 0; r < tiling.rowTiles(0); r++) {
        if (gainBits(r) > 0) {
          values.add(gains(r, beat));
        }
      }
      table.row(beat, values.toArray(String[]::new));
    }
    ImmutableList.Builder<Comment> description = ImmutableList.builder();
    String bias = use.macro().takesZeroPoint() ? "bias." : "bias - zx * sum(w).";
    description.add(
        Comment.of("bias:       %d lanes of %d signed bits, %s", lanes, accumulatorBits, bias),
        Comment.of(
            "multiplier: %d lanes of %d bits, scale * 2^%d; proven equal to float32 for every",
            lanes, design.multiplierBits(), design.rounding().fractionBits()),
        Comment.of("            reachable accumulator."));
    for (int r = 0; r < tiling.rowTiles(0); r++) {
      if (gainBits(r) > 0) {
        description.add(
            Comment.of(
                "gain_r%d:    %d lanes of %d bits, what a unit of a column of row tile %d stands"
                    + " for.",
                r, lanes, gainBits(r), r));
      }
    }
    return table.view(
        Comment.of("Constants of core %s, for the channels of each beat.", core.name()),
        description.build(),
        source,
        layer.name(),
        constantsModule());
  }

  /** The gains of row tile {@code r} for beat {@code beat}, in binary digits. */
  private String gains(int r, int beat) {
    StringBuilder digits = new StringBuilder();
    for (int lane = outputLink.lanes() - 1; lane >= 0; lane--) {
      int channel = beat * outputLink.lanes() + lane;
      digits.append(BitWidths.binary(gainBits(r) + 1, gains[r][channel]).substring(1));
    }
    return digits.toString();
  }

  /** How many weight files the core has: one for each macro of the copies that differ. */
  int weightFiles() {
    return Ints.checkedCast(tiles.distinctCopies() * tiling.macros());
  }

  /** Writes the weight files, one line for each row of a macro, and their lines of the index. */
  void writeWeights(Bundle bundle) {
    for (int copy = 0; copy < tiles.distinctCopies(); copy++) {
      int ofCopy = copy;
      forEachTile(
          (number, block, r, c) -> {
            int macro = ofCopy * Ints.checkedCast(tiling.macros()) + number;
            Macro held =
                programmed.isEmpty()
                    ? type.program(tiles.tile(ofCopy, block, r, c), parameters)
                    : programmed.get(macro);
            bundle.weights(
                firstWeights + macro,
                core.name()
                    + number(" copy", ofCopy, tiles.distinctCopies())
                    + " "
                    + tile(block, r, c),
                held.memory());
          });
    }
  }
}
