package io.xbarflow.core.network;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.google.common.collect.ImmutableList;

/**
 * One layer: reads tensors, writes one tensor. The set is closed; use {@link #match} to tell the
 * cases apart.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Layer.Convolution.class, name = "convolution"),
  @JsonSubTypes.Type(value = Layer.Pool.class, name = "pool"),
  @JsonSubTypes.Type(value = Layer.GlobalAveragePool.class, name = "globalAveragePool"),
  @JsonSubTypes.Type(value = Layer.Add.class, name = "add"),
  @JsonSubTypes.Type(value = Layer.AddConstant.class, name = "addConstant"),
  @JsonSubTypes.Type(value = Layer.Lookup.class, name = "lookup"),
  @JsonSubTypes.Type(value = Layer.Concat.class, name = "concat"),
  @JsonSubTypes.Type(value = Layer.Reframe.class, name = "reframe"),
  @JsonSubTypes.Type(value = Layer.Gather.class, name = "gather"),
  @JsonSubTypes.Type(value = Layer.ChannelLookup.class, name = "channelLookup"),
})
public sealed interface Layer {

  /** Name of the ONNX node that gave the layer; unique in the network. */
  String name();

  /** Names of the tensors it reads, in operand order. */
  @JsonIgnore
  ImmutableList<String> inputs();

  /** Name of the tensor it writes. */
  String output();

  /** Calls the case of {@code cases} that belongs to this layer. */
  <R> R match(Cases<R> cases);

  /** One function per kind of layer. */
  interface Cases<R> {
    /** Convolution or fully connected layer. */
    R convolution(Convolution layer);

    /** Max or average pooling. */
    R pool(Pool layer);

    /** Global average pooling. */
    R globalAveragePool(GlobalAveragePool layer);

    /** Element-wise addition of two streams. */
    R add(Add layer);

    /** Element-wise addition of a constant. */
    R addConstant(AddConstant layer);

    /** Unary function. */
    R lookup(Lookup layer);

    /** Concatenation along one axis. */
    R concat(Concat layer);

    /** Pixels dropped and put in. */
    R reframe(Reframe layer);

    /** Channels chosen and reordered. */
    R gather(Gather layer);

    /** Unary function of each channel. */
    R channelLookup(ChannelLookup layer);
  }

  /**
   * Quantised convolution: {@code acc[o] = sum((x - zx) * w[o]) + bias[o]}, then {@code y =
   * clamp(roundHalfEven(float(acc) * scale[o]) + zy)} with {@code scale[o] = float(float(sx *
   * sw[o]) / sy)}. A fully connected layer is a convolution whose kernel is the whole input map.
   *
   * <p>Source: ONNX QLinearConv-10, QLinearMatMul-10, com.microsoft QGemm-1.
   *
   * @param name ONNX node
   * @param input tensor read
   * @param output tensor written
   * @param window kernel, strides, padding (explicit, SAME already resolved), dilations
   * @param groups channel groups; divides input and output channels
   * @param weights int8, order [output channel][input channel of the group][row][column], weight
   *     zero point already taken out
   * @param weightScales one, or one per output channel
   * @param bias int32 per output channel, in units of {@code sx * sw}
   * @param clampMin least output value (fused Relu or Clip), at least the type's minimum
   * @param clampMax greatest output value, at most the type's maximum
   */
  record Convolution(
      String name,
      String input,
      String output,
      Window window,
      int groups,
      Int8Array weights,
      ImmutableList<Float> weightScales,
      ImmutableList<Integer> bias,
      int clampMin,
      int clampMax)
      implements Layer {

    /** Checks that the parts fit together. */
    public Convolution {
      weightScales = ImmutableList.copyOf(weightScales);
      bias = ImmutableList.copyOf(bias);
      checkArgument(!bias.isEmpty(), "no bias, and so no output channel");
      checkArgument(
          weightScales.size() == 1 || weightScales.size() == bias.size(),
          "%s weight scales for %s output channels",
          weightScales.size(),
          bias.size());
      checkArgument(
          groups > 0 && bias.size() % groups == 0,
          "%s groups for %s output channels",
          groups,
          bias.size());
      for (float scale : weightScales) {
        checkArgument(scale >= 0 && Float.isFinite(scale), "weight scale %s", scale);
      }
      checkArgument(
          weights.length() > 0 && weights.length() % ((long) bias.size() * window.taps()) == 0,
          "%s weights for %s output channels of %s taps",
          weights.length(),
          bias.size(),
          window.taps());
      checkArgument(clampMin <= clampMax, "clamp %s to %s", clampMin, clampMax);
    }

    /** Output channels. */
    @JsonIgnore
    public int outputChannels() {
      return bias.size();
    }

    /** Input channels that one output channel reads. */
    @JsonIgnore
    public int groupInputChannels() {
      return weights.length() / (bias.size() * window.taps());
    }

    /** Input channels. */
    @JsonIgnore
    public int inputChannels() {
      return groupInputChannels() * groups;
    }

    /** Weight scale of {@code outputChannel}. */
    public float weightScale(int outputChannel) {
      return weightScales.get(weightScales.size() == 1 ? 0 : outputChannel);
    }

    /**
     * Weight between {@code inputChannel} (of all input channels) at tap ({@code row}, {@code
     * column}) and {@code outputChannel}; 0 when they are in different groups.
     */
    public int weight(int outputChannel, int inputChannel, int row, int column) {
      int perGroup = groupInputChannels();
      int group = outputChannel / (outputChannels() / groups);
      int channel = inputChannel - group * perGroup;
      if (channel < 0 || channel >= perGroup) {
        return 0;
      }
      return weights.get(
          ((outputChannel * perGroup + channel) * window.kernelHeight() + row)
                  * window.kernelWidth()
              + column);
    }

    @Override
    @JsonIgnore
    public ImmutableList<String> inputs() {
      return ImmutableList.of(input);
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.convolution(this);
    }
  }

  /**
   * Max or average pooling. Max: the greatest value of the taps inside the map, quantisation
   * unchanged. Average: {@code sx * (x - zx)} of the taps inside the map, added in float32, divided
   * by the count and by {@code sy}, rounded half to even. In which order float32 adds, and whether
   * it adds the zero point before it rounds, is the {@link Kind}'s.
   *
   * <p>Source: ONNX MaxPool-12, AveragePool-19, com.microsoft QLinearAveragePool-1.
   *
   * @param name ONNX node
   * @param input tensor read
   * @param output tensor written
   * @param window kernel, strides, padding, dilations
   * @param kind max or average; in JSON, where {@code kind} is that of the layer, {@code pooling}
   * @param countIncludePad whether an average divides by all taps rather than by those inside
   */
  record Pool(
      String name,
      String input,
      String output,
      Window window,
      @JsonProperty("pooling") Kind kind,
      boolean countIncludePad)
      implements Layer {

    /** Which pooling. */
    public enum Kind {
      /** Greatest value. */
      MAX,
      /** QLinearAveragePool: taps added row by row, then zero point added, then rounded. */
      AVERAGE,
      /**
       * QLinearAveragePool of the uint8 tensors with the same real values: as {@link #AVERAGE} with
       * all integers 128 more. ONNX Runtime makes it of an int8 AveragePool between two pairs of
       * QuantizeLinear and DequantizeLinear.
       */
      AVERAGE_AS_UINT8,
      /** AveragePool in float32: taps added row by row, rounded, then zero point added. */
      FLOAT_AVERAGE,
      /** As {@link #FLOAT_AVERAGE}, each column of the window first, then the columns' sums. */
      FLOAT_AVERAGE_BY_COLUMNS;

      /** Whether it is a mean. */
      public boolean averages() {
        return this != MAX;
      }

      /** Whether ONNX Runtime converts the mean to int32 before it saturates. */
      public boolean convertsToInt32() {
        return this == AVERAGE || this == AVERAGE_AS_UINT8;
      }

      /** What float32 adds to the quotient before it rounds, with an output of {@code to}. */
      public int addedBeforeRounding(Quantisation to) {
        return switch (this) {
          case MAX, AVERAGE -> to.zeroPoint();
          case AVERAGE_AS_UINT8 -> to.zeroPoint() + 128;
          case FLOAT_AVERAGE, FLOAT_AVERAGE_BY_COLUMNS -> 0;
        };
      }
    }

    @Override
    @JsonIgnore
    public ImmutableList<String> inputs() {
      return ImmutableList.of(input);
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.pool(this);
    }
  }

  /**
   * Mean of every channel over the whole map: {@code clamp(roundHalfEven(sum(x - zx) * (sx / (sy *
   * pixels))) + zy)}. Source: com.microsoft QLinearGlobalAveragePool-1.
   *
   * @param name ONNX node
   * @param input tensor read
   * @param output tensor written, a 1 x 1 map
   */
  record GlobalAveragePool(String name, String input, String output) implements Layer {
    @Override
    @JsonIgnore
    public ImmutableList<String> inputs() {
      return ImmutableList.of(input);
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.globalAveragePool(this);
    }
  }

  /**
   * Element-wise addition of two tensors of one shape: {@code ra = sa/sy, rb = sb/sy, fixed = zy -
   * fma(ra, za, rb*zb), y = clamp(roundHalfEven(fma(a, ra, fma(b, rb, fixed))))} in float32, as
   * ONNX Runtime's x86-64 kernel does. Source: com.microsoft QLinearAdd-1.
   *
   * @param name ONNX node
   * @param a first operand
   * @param b second operand
   * @param output tensor written
   * @param clampMin least output value (fused Relu or Clip)
   * @param clampMax greatest output value
   */
  record Add(String name, String a, String b, String output, int clampMin, int clampMax)
      implements Layer {
    /** Checks the clamp. */
    public Add {
      checkArgument(clampMin <= clampMax, "clamp %s to %s", clampMin, clampMax);
    }

    @Override
    @JsonIgnore
    public ImmutableList<String> inputs() {
      return ImmutableList.of(a, b);
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.add(this);
    }
  }

  /**
   * {@link Add} with a constant operand, one value per channel. On a map of several pixels the
   * constant is {@code b} whichever operand it is, since ONNX Runtime adds it to {@code fixed}.
   *
   * @param name ONNX node
   * @param input streamed operand
   * @param constant the constant operand's quantised values, one per channel
   * @param constantQuantisation their meaning
   * @param constantFirst whether the constant is the first operand (on a map of one pixel the
   *     float32 operations are not symmetric)
   * @param output tensor written
   * @param clampMin least output value (fused Relu or Clip)
   * @param clampMax greatest output value
   */
  record AddConstant(
      String name,
      String input,
      ImmutableList<Integer> constant,
      Quantisation constantQuantisation,
      boolean constantFirst,
      String output,
      int clampMin,
      int clampMax)
      implements Layer {

    /** Copies the constant; checks its values and the clamp. */
    public AddConstant {
      constant = ImmutableList.copyOf(constant);
      for (int value : constant) {
        checkArgument(
            value >= constantQuantisation.min() && value <= constantQuantisation.max(),
            "constant %s outside of its type",
            value);
      }
      checkArgument(clampMin <= clampMax, "clamp %s to %s", clampMin, clampMax);
    }

    @Override
    @JsonIgnore
    public ImmutableList<String> inputs() {
      return ImmutableList.of(input);
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.addConstant(this);
    }
  }

  /**
   * A unary function as a table: {@code y = table[x - xmin]}, 256 entries. Standalone Relu, Clip
   * and requantisation become one.
   *
   * @param name ONNX node
   * @param input tensor read
   * @param output tensor written
   * @param table output value for every input value, from the input type's minimum up
   */
  record Lookup(String name, String input, String output, ImmutableList<Integer> table)
      implements Layer {

    /** Checks the table's size. */
    public Lookup {
      table = ImmutableList.copyOf(table);
      checkArgument(table.size() == 256, "table of %s entries", table.size());
    }

    @Override
    @JsonIgnore
    public ImmutableList<String> inputs() {
      return ImmutableList.of(input);
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.lookup(this);
    }
  }

  /**
   * Concatenation along an axis: the first operand's channels, rows or columns, then those of the
   * second, and so on, unchanged. All operands have the quantisation of the output; the importer
   * puts a {@link Lookup} before those that ONNX Runtime requantises.
   *
   * <p>Shape: the operands agree in the other two axes; the output has the sum of their extents.
   *
   * <p>Source: com.microsoft QLinearConcat-1, ONNX Concat-13.
   *
   * @param name ONNX node
   * @param operands tensors read, at least two; one may stand there more than once
   * @param output tensor written
   * @param axis what is joined
   */
  record Concat(String name, ImmutableList<String> operands, String output, Axis axis)
      implements Layer {

    /** What a concatenation joins. */
    public enum Axis {
      /** Channels: pixel by pixel. */
      CHANNELS,
      /** Rows: operand by operand. */
      ROWS,
      /** Columns: row by row. */
      COLUMNS
    }

    /** Checks that there is something to join. */
    public Concat {
      operands = ImmutableList.copyOf(operands);
      checkArgument(operands.size() > 1, "%s operands", operands.size());
    }

    /** Concatenation along the channels. */
    public Concat(String name, ImmutableList<String> operands, String output) {
      this(name, operands, output, Axis.CHANNELS);
    }

    @Override
    @JsonIgnore
    public ImmutableList<String> inputs() {
      return operands;
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.concat(this);
    }
  }

  /**
   * Another frame around a map: {@code out(y, x) = in(firstRow + y * rowStep, firstColumn + x *
   * columnStep)}, {@code fill} outside of the input. Quantisation unchanged.
   *
   * <p>Shape: the output has the channels of the input.
   *
   * <p>Source: ONNX Pad-13 (constant mode), Slice-13, Split-13.
   *
   * @param name ONNX node
   * @param input tensor read
   * @param output tensor written
   * @param firstRow row of the input that becomes row 0; negative for rows put in above
   * @param firstColumn column of the input that becomes column 0; negative for columns put in
   * @param rowStep rows of the input from one row of the output to the next
   * @param columnStep columns of the input from one column of the output to the next
   * @param fill value of the pixels put in
   */
  record Reframe(
      String name,
      String input,
      String output,
      int firstRow,
      int firstColumn,
      int rowStep,
      int columnStep,
      int fill)
      implements Layer {

    /** Checks the steps. */
    public Reframe {
      checkArgument(rowStep > 0 && columnStep > 0, "steps %s x %s", rowStep, columnStep);
      checkArgument(
          Math.max(
                  Math.max(Math.abs((long) firstRow), Math.abs((long) firstColumn)),
                  Math.max(rowStep, columnStep))
              <= Window.GREATEST,
          "first pixel (%s, %s), steps %s x %s: more than %s rows or columns",
          firstRow,
          firstColumn,
          rowStep,
          columnStep,
          Window.GREATEST);
    }

    @Override
    @JsonIgnore
    public ImmutableList<String> inputs() {
      return ImmutableList.of(input);
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.reframe(this);
    }
  }

  /**
   * Channels chosen, repeated, put in another order or put in: {@code out[o] = in[channels[o]]},
   * {@code fill} where that is {@link #FILLED}. Quantisation unchanged.
   *
   * <p>Shape: the output has the rows and columns of the input.
   *
   * <p>Source: ONNX Slice-13, Split-13, Gather-13 and Pad-13 along the channels; channel shuffle
   * (Reshape, Transpose, Reshape).
   *
   * @param name ONNX node
   * @param input tensor read
   * @param output tensor written
   * @param channels of every output channel the input channel, or {@link #FILLED}
   * @param fill value of the channels put in
   */
  record Gather(String name, String input, String output, ImmutableList<Integer> channels, int fill)
      implements Layer {
    /** Stands for a channel that is put in. */
    public static final int FILLED = -1;

    /** Copies the channels; checks that each is one or {@link #FILLED}. */
    public Gather {
      channels = ImmutableList.copyOf(channels);
      for (int channel : channels) {
        checkArgument(channel >= FILLED, "channel %s", channel);
      }
    }

    @Override
    @JsonIgnore
    public ImmutableList<String> inputs() {
      return ImmutableList.of(input);
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.gather(this);
    }
  }

  /**
   * A unary function of each channel as a table: {@code y = tables[tableOfChannel[c]][x - xmin]}.
   * Products with one constant a channel become one.
   *
   * @param name ONNX node
   * @param input tensor read
   * @param output tensor written
   * @param tables different functions, at least two, each with 256 entries as in {@link Lookup}
   * @param tableOfChannel which of them each channel has
   */
  record ChannelLookup(
      String name,
      String input,
      String output,
      ImmutableList<ImmutableList<Integer>> tables,
      ImmutableList<Integer> tableOfChannel)
      implements Layer {

    /** Checks the tables' sizes and that every channel has one. */
    public ChannelLookup {
      tables = tables.stream().map(ImmutableList::copyOf).collect(ImmutableList.toImmutableList());
      tableOfChannel = ImmutableList.copyOf(tableOfChannel);
      checkArgument(tables.size() > 1, "%s tables", tables.size());
      for (ImmutableList<Integer> table : tables) {
        checkArgument(table.size() == 256, "table of %s entries", table.size());
      }
      for (int table : tableOfChannel) {
        checkArgument(table >= 0 && table < tables.size(), "table %s", table);
      }
    }

    @Override
    @JsonIgnore
    public ImmutableList<String> inputs() {
      return ImmutableList.of(input);
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.channelLookup(this);
    }
  }
}
