package io.xbarflow.rtlgen.rtl;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.CrossbarArray;
import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.network.Window;
import io.xbarflow.rtlgen.arithmetic.Requantisation;
import io.xbarflow.rtlgen.arithmetic.RequantiserDesign;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An in-memory-computing core: its module, its constants and its weight memories. */
final class ImcCoreModule {
  private final Source source;
  private final Block.ImcCore core;
  private final Layer.Convolution layer;
  private final Tensor input;
  private final Tensor output;
  private final Link inputLink;
  private final Link outputLink;
  private final CrossbarArray array;
  private final List<Long> biases = new ArrayList<>();
  private final RequantiserDesign design;
  private final int accumulatorBits;

  /**
   * Designs the arithmetic of {@code core} and proves it.
   *
   * @throws io.xbarflow.core.diagnostic.UserException when the proof fails
   */
  ImcCoreModule(Source source, Block.ImcCore core) {
    this.source = source;
    this.core = core;
    this.layer = source.layer(core.layer(), Layer.Convolution.class);
    this.input = source.tensor(layer.input());
    this.output = source.tensor(layer.output());
    this.inputLink = source.link(core.input());
    this.outputLink = source.link(core.output());
    this.array = core.array();
    this.design = RequantiserDesign.of(requantisation());
    int bits = Math.max(design.accumulatorBits(), array.columnBits());
    for (long bias : biases) {
      bits = Math.max(bits, BitWidths.signed(bias));
    }
    this.accumulatorBits = bits;
  }

  /** The requantisation of the layer; the array sees raw values, so -zx * sum(w) joins the bias. */
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
      long bias = layer.bias().get(o) - x.zeroPoint() * sum;
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

  String module() {
    return core.name() + "_core";
  }

  private String constantsModule() {
    return core.name() + "_constants";
  }

  CoreView view() {
    int columns = array.columns();
    int tiles = array.macros();
    ImmutableList.Builder<CoreView.Signal> signals = ImmutableList.builder();
    signals.add(new CoreView.Signal("wire [" + (tiles - 1) + ":0] tile_done"));
    signals.add(new CoreView.Signal("wire capture"));
    signals.add(new CoreView.Signal("wire result_free"));
    signals.add(
        new CoreView.Signal(
            "wire ["
                + ((long) array.rowTiles() * columns * array.columnBits() - 1)
                + ":0] column_sums"));
    signals.add(new CoreView.Signal("wire [" + (beatBits() - 1) + ":0] beat"));
    signals.add(
        new CoreView.Signal("wire [" + (outputLink.lanes() * accumulatorBits - 1) + ":0] bias"));
    signals.add(
        new CoreView.Signal(
            "wire [" + (outputLink.lanes() * design.multiplierBits() - 1) + ":0] multiplier"));
    ImmutableList.Builder<Instance> instances = ImmutableList.builder();
    instances.add(
        FetchInstance.of(
            core.fetch(),
            inputLink,
            core.skip().map(skip -> source.link(skip).order()),
            input.quantisation().zeroPoint()));
    instances.add(
        Instance.of("mvm_control", "u_control")
            .clocked()
            .connect("window_valid", "window_valid")
            .connect("start", "window_taken")
            .connect("array_done", "&tile_done")
            .connect("result_free", "result_free")
            .connect("capture", "capture")
            .build());
    for (int r = 0; r < array.rowTiles(); r++) {
      for (int c = 0; c < array.columnTiles(); c++) {
        instances.add(macro(r, c));
      }
    }
    instances.add(
        Instance.of(constantsModule(), "u_constants")
            .connect("select", "beat")
            .connect("bias", "bias")
            .connect("multiplier", "multiplier")
            .build());
    instances.add(postProcessing());
    return new CoreView(
        "IMC core " + core.name() + ".",
        description(),
        source.mapping().model(),
        layer.name(),
        source.mapping().modelSha256(),
        module(),
        inputLink.dataBits() - 1,
        outputLink.dataBits() - 1,
        array.rows() * 8L - 1,
        core.skip().isPresent(),
        signals.build(),
        instances.build());
  }

  private int beatBits() {
    return BitWidths.counter(outputLink.beatsPerPixel());
  }

  private ImmutableList<String> description() {
    Window window = layer.window();
    int mvmCycles = source.mapping().architecture().mvmCycles();
    ImmutableList.Builder<String> lines = ImmutableList.builder();
    lines.add(
        "  acc[o] = sum over taps (i, j) and channels c of (x[c][i][j] - zx) * w[o][c][i][j]");
    lines.add("           + bias[o]");
    lines.add("  y[o]   = saturate(round_half_even(acc[o] * scale[o]) + zy)");
    lines.add("");
    lines.add(
        String.format(
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
        String.format(
            "Kernel %dx%d, stride %dx%d, padding %d %d %d %d (top left bottom right), dilation %dx%d,"
                + " groups %d.",
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
    lines.add(
        String.format(
            Locale.ROOT,
            "Weights: %d rows x %d columns on %d x %d macros of %d x %d, %.1f %% of their cells.",
            array.rows(),
            array.columns(),
            array.rowTiles(),
            array.columnTiles(),
            array.macroRows(),
            array.macroColumns(),
            100.0
                * array.rows()
                * array.columns()
                / ((double) array.macros() * array.macroRows() * array.macroColumns())));
    lines.add(
        String.format(
            "Rate: an MVM of %d cycles per output pixel, %d per image; input pixel in %d beats,"
                + " output in %d.",
            mvmCycles,
            output.shape().pixels(),
            inputLink.beatsPerPixel(),
            outputLink.beatsPerPixel()));
    Fetch fetch = core.fetch();
    lines.add(
        fetch.kind() == Fetch.Kind.DIRECT
            ? "Activation memory: none, pixels go straight into the input register."
            : String.format(
                "Activation memory: ring of %d pixels in %d banks, rows %d places apart.",
                fetch.depthPixels(), fetch.banks(), fetch.pitchPixels()));
    return lines.build();
  }

  private static String type(Quantisation quantisation) {
    return quantisation.signed() ? "int8" : "uint8";
  }

  private int rowsOf(int rowTile) {
    return Math.min(array.macroRows(), array.rows() - rowTile * array.macroRows());
  }

  private int columnsOf(int columnTile) {
    return Math.min(array.macroColumns(), array.columns() - columnTile * array.macroColumns());
  }

  private Instance macro(int r, int c) {
    int mvmCycles = source.mapping().architecture().mvmCycles();
    int tile = r * array.columnTiles() + c;
    long firstColumn = (long) r * array.columns() + (long) c * array.macroColumns();
    return Instance.of("crossbar_macro_ideal", "u_macro_r" + r + "_c" + c)
        .comment(
            String.format(
                "Rows from %d, columns from %d, at place (%d, %d).",
                r * array.macroRows(),
                c * array.macroColumns(),
                array.places().get(tile).row(),
                array.places().get(tile).column()))
        .parameter("ROWS", rowsOf(r))
        .parameter("COLUMNS", columnsOf(c))
        .parameter("COLUMN_BITS", array.columnBits())
        .flag("INPUTS_SIGNED", input.quantisation().signed())
        .parameter("MVM_CYCLES", mvmCycles)
        .parameter("COUNT_BITS", BitWidths.counter(mvmCycles))
        .parameter("WEIGHT_FILE", "\"" + weightFile(r, c) + "\"")
        .clocked()
        .connect("start", "window_taken")
        .connect(
            "row_data",
            "window_data[" + (long) r * array.macroRows() * 8 + " +: " + rowsOf(r) * 8 + "]")
        .connect("done", "tile_done[" + tile + "]")
        .connect(
            "column_data",
            "column_sums["
                + firstColumn * array.columnBits()
                + " +: "
                + columnsOf(c) * array.columnBits()
                + "]")
        .build();
  }

  private Instance postProcessing() {
    return Instance.of("post_processing", "u_post_processing")
        .parameter("ROW_TILES", array.rowTiles())
        .parameter("COLUMNS", array.columns())
        .parameter("COLUMN_BITS", array.columnBits())
        .parameter("LANES", outputLink.lanes())
        .parameter("BEATS", outputLink.beatsPerPixel())
        .parameter("BEAT_BITS", beatBits())
        .parameter("PIXELS", output.shape().pixels())
        .parameter("PIXEL_BITS", BitWidths.counter(output.shape().pixels()))
        .parameter("ACCUMULATOR_BITS", accumulatorBits)
        .flag("ROUND_ACCUMULATOR", design.roundAccumulator())
        .parameter("MULTIPLIER_BITS", design.multiplierBits())
        .parameter("FRACTION_BITS", design.rounding().fractionBits())
        .parameter("OUT_LOW", layer.clampMin())
        .parameter("OUT_HIGH", layer.clampMax())
        .parameter("ZERO_POINT", output.quantisation().zeroPoint())
        .clocked()
        .connect("capture", "capture")
        .connect("result_free", "result_free")
        .connect("column_sums", "column_sums")
        .connect("beat", "beat")
        .connect("bias", "bias")
        .connect("multiplier", "multiplier")
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
    for (int beat = 0; beat < outputLink.beatsPerPixel(); beat++) {
      StringBuilder bias = new StringBuilder();
      StringBuilder multiplier = new StringBuilder();
      for (int lane = lanes - 1; lane >= 0; lane--) {
        int channel = beat * lanes + lane;
        bias.append(BitWidths.binary(accumulatorBits, biases.get(channel)));
        multiplier.append(
            BitWidths.binary(design.multiplierBits(), design.multipliers().get(channel)));
      }
      table.row(beat, bias.toString(), multiplier.toString());
    }
    return table.view(
        "Constants of core " + core.name() + ", for the channels of each beat.",
        ImmutableList.of(
            String.format(
                "bias:       %d lanes of %d signed bits, bias - zx * sum(w).",
                lanes, accumulatorBits),
            String.format(
                "multiplier: %d lanes of %d bits, scale * 2^%d; proven equal to float32 for every",
                lanes, design.multiplierBits(), design.rounding().fractionBits()),
            "            reachable accumulator."),
        source,
        layer.name(),
        constantsModule());
  }

  private String weightFile(int r, int c) {
    return "mem/" + core.name() + "_r" + r + "_c" + c + ".hex";
  }

  /** Writes the weight memories, one line for each row of a macro. */
  void writeWeights(Bundle bundle) {
    for (int r = 0; r < array.rowTiles(); r++) {
      for (int c = 0; c < array.columnTiles(); c++) {
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < rowsOf(r); row++) {
          for (int column = 0; column < columnsOf(c); column++) {
            int weight =
                weight(r * array.macroRows() + row, c * array.macroColumns() + column) & 0xff;
            text.append(Character.forDigit(weight >> 4, 16))
                .append(Character.forDigit(weight & 15, 16))
                .append(column + 1 < columnsOf(c) ? ' ' : '\n');
          }
        }
        bundle.write(weightFile(r, c), text.toString());
      }
    }
  }

  private int weight(int row, int column) {
    int channels = input.shape().channels();
    int tap = row / channels;
    int width = layer.window().kernelWidth();
    return layer.weight(column, row % channels, tap / width, tap % width);
  }
}
