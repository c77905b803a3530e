package io.xbarflow.rtlgen.rtl;

import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.ChipNames;
import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Window;
import io.xbarflow.core.text.Code;
import io.xbarflow.core.text.Comment;
import io.xbarflow.rtlgen.arithmetic.AveragePoolDesign;

/**
 * What follows the fetch unit in an average pooling core: the number of values counted, the
 * averages and the tables of multipliers and thresholds.
 */
final class AveragePoolOutput {
  private final Source source;
  private final Block.PoolCore core;
  private final Layer.Pool layer;
  private final Quantisation x;
  private final Quantisation y;
  private final Link outputLink;
  private final ImmutableSortedSet<Integer> rowCounts;
  private final ImmutableSortedSet<Integer> columnCounts;
  private final AveragePoolDesign design;

  /**
   * Designs the arithmetic of {@code core} and proves it.
   *
   * @throws io.xbarflow.core.diagnostic.UserException when the proof fails
   */
  AveragePoolOutput(Source source, Block.PoolCore core, Layer.Pool layer) {
    this.source = source;
    this.core = core;
    this.layer = layer;
    this.x = source.tensor(layer.input()).quantisation();
    this.y = source.tensor(layer.output()).quantisation();
    this.outputLink = source.link(core.output());
    Fetch fetch = core.fetch();
    Window window = fetch.window();
    if (layer.countIncludePad()) {
      this.rowCounts = ImmutableSortedSet.of(window.kernelHeight());
      this.columnCounts = ImmutableSortedSet.of(window.kernelWidth());
    } else {
      this.rowCounts =
          counts(
              window.kernelHeight(),
              window.strideHeight(),
              window.padTop(),
              window.dilationHeight(),
              fetch.input().height(),
              fetch.output().height());
      this.columnCounts =
          counts(
              window.kernelWidth(),
              window.strideWidth(),
              window.padLeft(),
              window.dilationWidth(),
              fetch.input().width(),
              fetch.output().width());
    }
    ImmutableSortedSet.Builder<Integer> counts = ImmutableSortedSet.naturalOrder();
    for (int rows : rowCounts) {
      for (int columns : columnCounts) {
        counts.add(rows * columns);
      }
    }
    this.design = AveragePoolDesign.of(layer.name(), layer.kind(), x, y, counts.build().asList());
  }

  /** How many of a window's taps along one axis lie inside the map, over all windows. */
  private static ImmutableSortedSet<Integer> counts(
      int kernel, int stride, int before, int dilation, int size, int outputs) {
    ImmutableSortedSet.Builder<Integer> counts = ImmutableSortedSet.naturalOrder();
    for (int output = 0; output < outputs; output++) {
      int count = 0;
      for (int tap = 0; tap < kernel; tap++) {
        int at = output * stride - before + tap * dilation;
        count += at >= 0 && at < size ? 1 : 0;
      }
      counts.add(count);
    }
    return counts.build();
  }

  ImmutableList<Comment> description() {
    Comment counted =
        design.counts().size() == 1
            ? Comment.of("Count: %d.", design.counts().get(0))
            : Comment.of("Count: the number of taps inside the map, one of %s.", countList());
    return ImmutableList.of(
        Comment.of(
            "  y[c] = saturate(round_half_even(mean[c] / sy + %d) + %d), mean[c] = sum over the taps",
            layer.kind().addedBeforeRounding(y),
            y.zeroPoint() - layer.kind().addedBeforeRounding(y)),
        Comment.of(
            "         inside the map of sx * (x[c] - zx), %sdivided by the count; float32 throughout",
            columnTaps() > 1 ? "first within each column, " : ""),
        Comment.of(""),
        counted,
        Comment.of(
            "sx = %s, zx = %d, %s; sy = %s, zy = %d, %s.",
            x.scale(), x.zeroPoint(), type(x), y.scale(), y.zeroPoint(), type(y)),
        Comment.of(
            "Sums are integers in units of 2^%d; %d * 2^%d = sx.",
            design.unitExponent(), design.factor(), design.unitExponent()));
  }

  /** The counts in words: a list in brackets is code to some languages. */
  private String countList() {
    return Joiner.on(", ").join(design.counts());
  }

  private static String type(Quantisation quantisation) {
    return quantisation.signed() ? "int8" : "uint8";
  }

  /** Taps that are added before the sums of columns are; 1 when all are added one by one. */
  private int columnTaps() {
    Window window = core.fetch().window();
    boolean byColumns = layer.kind() == Layer.Pool.Kind.FLOAT_AVERAGE_BY_COLUMNS;
    return byColumns && window.kernelWidth() > 1 ? window.kernelHeight() : 1;
  }

  private boolean countVaries() {
    return design.counts().size() > 1;
  }

  private int countBits() {
    return BitWidths.counter(design.counts().size());
  }

  private int axisBits() {
    Window window = core.fetch().window();
    return BitWidths.unsigned(Math.max(window.kernelHeight(), window.kernelWidth()));
  }

  private int indexBits() {
    return BitWidths.counter(design.steps());
  }

  private int selectBits() {
    return countBits() + indexBits();
  }

  private String countsModule() {
    return ChipNames.module(core.name(), ChipNames.Part.COUNTS);
  }

  private String multipliersModule() {
    return ChipNames.module(core.name(), ChipNames.Part.MULTIPLIERS);
  }

  private String thresholdsModule() {
    return ChipNames.module(core.name(), ChipNames.Part.THRESHOLDS);
  }

  ImmutableList<CoreView.Signal> signals() {
    ImmutableList.Builder<CoreView.Signal> signals = ImmutableList.builder();
    if (countVaries()) {
      signals.add(wire(axisBits(), "rows_inside"));
      signals.add(wire(axisBits(), "columns_inside"));
      signals.add(wire(countBits(), "window_count"));
    }
    signals.add(wire(countBits(), "multiplier_select"));
    signals.add(wire(design.multiplierBits(), "multiplier"));
    signals.add(wire(outputLink.lanes() * selectBits(), "threshold_select"));
    signals.add(wire(outputLink.lanes() * design.thresholdBits(), "threshold"));
    return signals.build();
  }

  private static CoreView.Signal wire(int bits, String name) {
    return new CoreView.Signal(Code.expression("wire [" + (bits - 1) + ":0] " + name));
  }

  ImmutableList<Instance> instances() {
    ImmutableList.Builder<Instance> instances = ImmutableList.builder();
    if (countVaries()) {
      instances.add(tapCount());
      instances.add(
          Instance.of(countsModule(), "u_counts")
              .connect("select", "{rows_inside, columns_inside}")
              .connect("count", "window_count")
              .build());
    }
    instances.add(output());
    instances.add(
        Instance.of(multipliersModule(), "u_multipliers")
            .connect("select", "multiplier_select")
            .connect("multiplier", "multiplier")
            .build());
    for (int lane = 0; lane < outputLink.lanes(); lane++) {
      instances.add(
          Instance.of(thresholdsModule(), "u_thresholds_" + lane)
              .connect("select", slice("threshold_select", lane, selectBits()))
              .connect("threshold", slice("threshold", lane, design.thresholdBits()))
              .build());
    }
    return instances.build();
  }

  private static String slice(String signal, int lane, int bits) {
    return signal + "[" + lane * bits + " +: " + bits + "]";
  }

  private Instance tapCount() {
    Fetch fetch = core.fetch();
    Window window = fetch.window();
    return Instance.of("tap_count", "u_tap_count")
        .parameter("OUT_HEIGHT", fetch.output().height())
        .parameter("OUT_WIDTH", fetch.output().width())
        .parameter("KERNEL_HEIGHT", window.kernelHeight())
        .parameter("KERNEL_WIDTH", window.kernelWidth())
        .parameter("STRIDE_HEIGHT", window.strideHeight())
        .parameter("STRIDE_WIDTH", window.strideWidth())
        .parameter("DILATION_HEIGHT", window.dilationHeight())
        .parameter("DILATION_WIDTH", window.dilationWidth())
        .parameter("FIRST_ROW", -window.padTop())
        .parameter("FIRST_COLUMN", -window.padLeft())
        .parameter("LOW_ROW", 0)
        .parameter("HIGH_ROW", fetch.input().height() - 1)
        .parameter("LOW_COLUMN", 0)
        .parameter("HIGH_COLUMN", fetch.input().width() - 1)
        .parameter("COORDINATE_BITS", FetchInstance.coordinateBits(fetch))
        .parameter("COUNT_BITS", axisBits())
        .clocked()
        .connect("window_taken", "window_taken")
        .connect("rows", "rows_inside")
        .connect("columns", "columns_inside")
        .build();
  }

  private Instance output() {
    return PoolCoreModule.output("average_pool_output", core, outputLink)
        .flag("VALUES_SIGNED", x.signed())
        .parameter("ZERO_POINT", x.zeroPoint())
        .parameter("SUM_BITS", design.sumBits())
        .parameter("FACTOR", BitWidths.literal(design.sumBits(), design.factor()))
        .flag("ROUND", design.rounds())
        .parameter("COLUMN_TAPS", columnTaps())
        .parameter("COUNT_BITS", countBits())
        .parameter("WORK_BITS", design.workBits())
        .parameter("MULTIPLIER_BITS", design.multiplierBits())
        .parameter("ESTIMATE_SHIFT", design.estimateShift())
        .parameter("FRACTION_BITS", design.fractionBits())
        .parameter("OFFSET", BitWidths.literal(design.workBits(), design.offset()))
        .parameter("INDEX_BITS", indexBits())
        .parameter("FINAL_INDEX", design.steps() - 1)
        .parameter("OUT_LOW", design.low())
        .parameter("THRESHOLD_BITS", design.thresholdBits())
        .parameter("THRESHOLD_SHIFT", design.thresholdShift())
        .clocked()
        .connect("window_valid", "window_valid")
        .connect("window_taken", "window_taken")
        .connect("window_data", "window_data")
        .connect("window_count", countVaries() ? "window_count" : "1'b0")
        .connect("multiplier_select", "multiplier_select")
        .connect("multiplier", "multiplier")
        .connect("threshold_select", "threshold_select")
        .connect("threshold", "threshold")
        .framed("out", "out")
        .build();
  }

  ImmutableList<TableView> tables() {
    ImmutableList.Builder<TableView> tables = ImmutableList.builder();
    if (countVaries()) {
      tables.add(counts());
    }
    return tables.add(multipliers()).add(thresholds()).build();
  }

  private TableView counts() {
    ConstantTable table = new ConstantTable(2 * axisBits()).column("count", countBits());
    for (int rows : rowCounts) {
      for (int columns : columnCounts) {
        int count = design.counts().indexOf(rows * columns);
        table.row(((long) rows << axisBits()) | columns, BitWidths.binary(countBits(), count));
      }
    }
    return table.view(
        Comment.of("Counts of core %s, by rows and columns of taps inside the map.", core.name()),
        ImmutableList.of(Comment.of("count: place of rows * columns in %s.", countList())),
        source,
        layer.name(),
        countsModule());
  }

  private TableView multipliers() {
    ConstantTable table =
        new ConstantTable(countBits()).column("multiplier", design.multiplierBits());
    for (int count = 0; count < design.counts().size(); count++) {
      table.row(count, BitWidths.binary(design.multiplierBits(), design.multipliers().get(count)));
    }
    return table.view(
        Comment.of("Multipliers of core %s, by count.", core.name()),
        ImmutableList.of(
            Comment.of(
                "multiplier: outputs per 2^%d units of the sum, %d bits after the binary point.",
                design.estimateShift(), design.fractionBits())),
        source,
        layer.name(),
        multipliersModule());
  }

  private TableView thresholds() {
    ConstantTable table =
        new ConstantTable(selectBits()).column("threshold", design.thresholdBits());
    for (int count = 0; count < design.counts().size(); count++) {
      for (int index = 0; index < design.steps(); index++) {
        table.row(
            ((long) count << indexBits()) | index,
            BitWidths.binary(design.thresholdBits(), design.thresholds().get(count).get(index)));
      }
    }
    return table.view(
        Comment.of("Thresholds of core %s, by count and index.", core.name()),
        ImmutableList.of(
            Comment.of(
                "threshold: least sum, in units of 2^%d, that float32 takes beyond %d + index;",
                design.unitExponent() + design.thresholdShift(), design.low()),
            Comment.of("           proven for every reachable sum.")),
        source,
        layer.name(),
        thresholdsModule());
  }
}
