package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.network.Window;
import io.xbarflow.core.onnx.ModelBuilder.Attribute;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes layers as ONNX nodes on 8-bit maps of [N, channels, rows, columns]. What ONNX Runtime
 * computes of them is, byte for byte, what the layers mean.
 */
final class LayerNodes implements Layer.Cases<String> {
  /** Integers of 8 bits. */
  private static final int VALUES = 256;

  private static final Attribute CHANNELS_FIRST = Attribute.of("channels_last", 0);

  private final Network network;
  private final ModelBuilder model;
  private final Map<String, Tensor> tensors = new HashMap<>();
  private final Map<String, String> values = new HashMap<>();
  private final Map<String, ImmutableList<String>> parameters = new HashMap<>();

  LayerNodes(Network network, ModelBuilder model) {
    this.network = network;
    this.model = model;
    network.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
  }

  /** Says that network tensor {@code tensor} is ONNX value {@code value}. */
  void define(String tensor, String value) {
    values.put(tensor, value);
  }

  /** The ONNX value that is network tensor {@code tensor}. */
  String value(String tensor) {
    return values.get(tensor);
  }

  /** Adds the nodes of every layer. */
  void addAll() {
    network.layers().forEach(layer -> define(layer.output(), layer.match(this)));
  }

  static OnnxType type(Quantisation quantisation) {
    return quantisation.signed() ? OnnxType.INT8 : OnnxType.UINT8;
  }

  private Quantisation quantisation(String tensor) {
    return tensors.get(tensor).quantisation();
  }

  /** The stored scale and zero point of {@code tensor}. */
  ImmutableList<String> parameters(String tensor) {
    return parameters.computeIfAbsent(tensor, unused -> parameters(tensor, quantisation(tensor)));
  }

  private ImmutableList<String> parameters(String name, Quantisation quantisation) {
    return ImmutableList.of(
        model.real(name + "_scale", quantisation.scale()),
        model.integer(name + "_zero_point", type(quantisation), quantisation.zeroPoint()));
  }

  /** Value, scale and zero point of {@code tensor}. */
  private ImmutableList<String> operand(String tensor) {
    return ImmutableList.<String>builder().add(value(tensor)).addAll(parameters(tensor)).build();
  }

  private static ImmutableList<String> joined(
      ImmutableList<String> first, ImmutableList<String> second) {
    return ImmutableList.<String>builder().addAll(first).addAll(second).build();
  }

  /** Adds a Clip where a layer's bounds are tighter than those of its type. */
  private String clamped(String layer, String result, String tensor, int least, int greatest) {
    Quantisation to = quantisation(tensor);
    if (least == to.min() && greatest == to.max()) {
      return result;
    }
    return model.node(
        "Clip",
        layer + "_clip",
        model.unique(tensor),
        ImmutableList.of(
            result,
            model.integer(layer + "_least", type(to), least),
            model.integer(layer + "_greatest", type(to), greatest)));
  }

  private static Attribute[] attributes(Window window, Attribute... more) {
    List<Attribute> all = new ArrayList<>();
    all.add(Attribute.ofList("kernel_shape", window.kernelHeight(), window.kernelWidth()));
    all.add(Attribute.ofList("strides", window.strideHeight(), window.strideWidth()));
    all.add(
        Attribute.ofList(
            "pads", window.padTop(), window.padLeft(), window.padBottom(), window.padRight()));
    all.addAll(List.of(more));
    return all.toArray(Attribute[]::new);
  }

  private static Attribute dilations(Window window) {
    return Attribute.ofList("dilations", window.dilationHeight(), window.dilationWidth());
  }

  @Override
  public String convolution(Layer.Convolution layer) {
    String name = layer.name();
    // ONNX Runtime's kernel for uint8 maps and int8 weights saturates sums on processors without
    // dot products of bytes; the one for two uint8 operands does not.
    boolean signed = quantisation(layer.input()).signed();
    OnnxType type = signed ? OnnxType.INT8 : OnnxType.UINT8;
    int zero = signed ? 0 : VALUES / 2;
    byte[] weights = new byte[layer.weights().length()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (byte) (layer.weights().get(i) + zero);
    }
    Window window = layer.window();
    int scales = layer.weightScales().size();
    String stem = name + "_weight";
    String result =
        model.node(
            "QLinearConv",
            name,
            model.unique(layer.output()),
            ImmutableList.<String>builder()
                .addAll(operand(layer.input()))
                .add(
                    model.bytes(
                        stem,
                        type,
                        weights,
                        layer.outputChannels(),
                        layer.groupInputChannels(),
                        window.kernelHeight(),
                        window.kernelWidth()))
                .add(model.reals(stem + "_scale", layer.weightScales()))
                .add(
                    model.integers(
                        stem + "_zero_point", type, Collections.nCopies(scales, zero), scales))
                .addAll(parameters(layer.output()))
                .add(
                    model.integers(
                        name + "_bias", OnnxType.INT32, layer.bias(), layer.outputChannels()))
                .build(),
            attributes(window, dilations(window), Attribute.of("group", layer.groups())));
    return clamped(name, result, layer.output(), layer.clampMin(), layer.clampMax());
  }

  @Override
  public String pool(Layer.Pool layer) {
    Window window = layer.window();
    Attribute counted = Attribute.of("count_include_pad", layer.countIncludePad() ? 1 : 0);
    return switch (layer.kind()) {
      case MAX ->
          model.node(
              "MaxPool",
              layer.name(),
              model.unique(layer.output()),
              ImmutableList.of(value(layer.input())),
              attributes(window, dilations(window)));
      case AVERAGE ->
          model.microsoft(
              "QLinearAveragePool",
              layer.name(),
              model.unique(layer.output()),
              joined(operand(layer.input()), parameters(layer.output())),
              attributes(window, counted, CHANNELS_FIRST));
      case AVERAGE_AS_UINT8 -> averageAsUint8(layer, attributes(window, counted, CHANNELS_FIRST));
      case FLOAT_AVERAGE, FLOAT_AVERAGE_BY_COLUMNS ->
          model.node(
              "QuantizeLinear",
              layer.name() + "_quantize",
              model.unique(layer.output()),
              joined(
                  ImmutableList.of(
                      model.node(
                          "AveragePool",
                          layer.name(),
                          model.unique(layer.output() + "_mean"),
                          ImmutableList.of(floats(layer)),
                          attributes(window, counted))),
                  parameters(layer.output())));
    };
  }

  /** Integers of int8 are taken as those of uint8 that are 128 more. */
  private String averageAsUint8(Layer.Pool layer, Attribute... attributes) {
    String name = layer.name();
    String shift = model.integer(name + "_128", OnnxType.INT32, VALUES / 2);
    Quantisation from = quantisation(layer.input());
    Quantisation to = quantisation(layer.output());
    String pooled =
        model.microsoft(
            "QLinearAveragePool",
            name,
            model.unique(layer.output() + "_uint8"),
            ImmutableList.<String>builder()
                .add(shifted(name + "_in", value(layer.input()), "Add", shift, OnnxType.UINT8))
                .addAll(parameters(name + "_in", unsigned(from)))
                .addAll(parameters(name + "_out", unsigned(to)))
                .build(),
            attributes);
    return shifted(name + "_out", pooled, "Sub", shift, OnnxType.INT8);
  }

  private static Quantisation unsigned(Quantisation signed) {
    return new Quantisation(signed.scale(), signed.zeroPoint() + VALUES / 2, false);
  }

  private String shifted(String name, String value, String operator, String by, OnnxType to) {
    String wide = cast(name + "_wide", value, OnnxType.INT32);
    String moved =
        model.node(
            operator, name + "_shift", model.unique(name + "_shifted"), ImmutableList.of(wide, by));
    return cast(name + "_narrow", moved, to);
  }

  private String cast(String name, String value, OnnxType to) {
    return model.node(
        "Cast", name, model.unique(name), ImmutableList.of(value), Attribute.of("to", to.code()));
  }

  /**
   * The real values that {@code layer} reads: by Cast, Sub and Mul, since ONNX Runtime would take
   * an AveragePool behind DequantizeLinear for one of integers.
   */
  private String floats(Layer.Pool layer) {
    Quantisation from = quantisation(layer.input());
    String name = layer.name() + "_dequantize";
    String wide = cast(name, value(layer.input()), OnnxType.FLOAT);
    String centred =
        model.node(
            "Sub",
            name + "_centre",
            model.unique(name + "_centred"),
            ImmutableList.of(wide, model.real(name + "_zero", from.zeroPoint())));
    return model.node(
        "Mul",
        name + "_scale",
        model.unique(name + "_scaled"),
        ImmutableList.of(centred, parameters(layer.input()).get(0)));
  }

  @Override
  public String globalAveragePool(Layer.GlobalAveragePool layer) {
    return model.microsoft(
        "QLinearGlobalAveragePool",
        layer.name(),
        model.unique(layer.output()),
        joined(operand(layer.input()), parameters(layer.output())),
        CHANNELS_FIRST);
  }

  @Override
  public String add(Layer.Add layer) {
    return sum(
        layer.name(),
        operand(layer.a()),
        operand(layer.b()),
        layer.output(),
        layer.clampMin(),
        layer.clampMax());
  }

  @Override
  public String addConstant(Layer.AddConstant layer) {
    String stem = layer.name() + "_constant";
    Quantisation meaning = layer.constantQuantisation();
    ImmutableList<String> constant =
        joined(
            ImmutableList.of(
                model.integers(
                    stem, type(meaning), layer.constant(), 1, layer.constant().size(), 1, 1)),
            parameters(stem, meaning));
    ImmutableList<String> map = operand(layer.input());
    return sum(
        layer.name(),
        layer.constantFirst() ? constant : map,
        layer.constantFirst() ? map : constant,
        layer.output(),
        layer.clampMin(),
        layer.clampMax());
  }

  private String sum(
      String name,
      ImmutableList<String> a,
      ImmutableList<String> b,
      String output,
      int least,
      int greatest) {
    String result =
        model.microsoft(
            "QLinearAdd", name, model.unique(output), joined(joined(a, b), parameters(output)));
    return clamped(name, result, output, least, greatest);
  }

  @Override
  public String lookup(Layer.Lookup layer) {
    int offset = -quantisation(layer.input()).min();
    return table(
        layer.name(),
        layer.input(),
        layer.output(),
        layer.table(),
        model.integer(layer.name() + "_first", OnnxType.INT32, offset));
  }

  @Override
  public String channelLookup(Layer.ChannelLookup layer) {
    int offset = -quantisation(layer.input()).min();
    ImmutableList<Integer> first =
        layer.tableOfChannel().stream()
            .map(table -> table * VALUES + offset)
            .collect(ImmutableList.toImmutableList());
    return table(
        layer.name(),
        layer.input(),
        layer.output(),
        layer.tables().stream()
            .flatMap(ImmutableList::stream)
            .collect(ImmutableList.toImmutableList()),
        model.integers(layer.name() + "_first", OnnxType.INT32, first, 1, first.size(), 1, 1));
  }

  /** Entry {@code value + first} of {@code entries} for every value. */
  private String table(
      String name, String input, String output, ImmutableList<Integer> entries, String first) {
    String wide = cast(name + "_index", value(input), OnnxType.INT32);
    String index =
        model.node(
            "Add", name + "_offset", model.unique(name + "_entry"), ImmutableList.of(wide, first));
    String table =
        model.integers(name + "_table", type(quantisation(output)), entries, entries.size());
    return model.node(
        "Gather",
        name,
        model.unique(output),
        ImmutableList.of(table, index),
        Attribute.of("axis", 0));
  }

  @Override
  public String concat(Layer.Concat layer) {
    return model.node(
        "Concat",
        layer.name(),
        model.unique(layer.output()),
        layer.operands().stream().map(this::value).collect(ImmutableList.toImmutableList()),
        Attribute.of("axis", onnxAxis(layer.axis())));
  }

  private static int onnxAxis(Layer.Concat.Axis axis) {
    return switch (axis) {
      case CHANNELS -> 1;
      case ROWS -> 2;
      case COLUMNS -> 3;
    };
  }

  @Override
  public String reframe(Layer.Reframe layer) {
    Shape from = tensors.get(layer.input()).shape();
    Shape to = tensors.get(layer.output()).shape();
    long lastRow = layer.firstRow() + (long) (to.height() - 1) * layer.rowStep();
    long lastColumn = layer.firstColumn() + (long) (to.width() - 1) * layer.columnStep();
    long above = Math.max(0, -layer.firstRow());
    long left = Math.max(0, -layer.firstColumn());
    long below = Math.max(0, lastRow - from.height() + 1);
    long right = Math.max(0, lastColumn - from.width() + 1);
    String framed =
        padded(layer.name(), layer.input(), layer.fill(), 0, 0, above, left, 0, 0, below, right);
    String name = layer.name() + "_slice";
    return model.node(
        "Slice",
        name,
        model.unique(layer.output()),
        ImmutableList.of(
            framed,
            model.longs(name + "_starts", layer.firstRow() + above, layer.firstColumn() + left),
            model.longs(name + "_ends", lastRow + above + 1, lastColumn + left + 1),
            model.longs(name + "_axes", 2, 3),
            model.longs(name + "_steps", layer.rowStep(), layer.columnStep())));
  }

  private String padded(String layer, String tensor, int fill, long... pads) {
    return model.node(
        "Pad",
        layer + "_pad",
        model.unique(layer + "_padded"),
        ImmutableList.of(
            value(tensor),
            model.longs(layer + "_pads", pads),
            model.integer(layer + "_fill", type(quantisation(tensor)), fill)));
  }

  @Override
  public String gather(Layer.Gather layer) {
    int channels = tensors.get(layer.input()).shape().channels();
    boolean filled = layer.channels().contains(Layer.Gather.FILLED);
    // One channel more has the value of those that are filled.
    String from =
        filled
            ? padded(layer.name(), layer.input(), layer.fill(), 0, 0, 0, 0, 0, 1, 0, 0)
            : value(layer.input());
    long[] indices =
        layer.channels().stream()
            .mapToLong(channel -> channel == Layer.Gather.FILLED ? channels : channel)
            .toArray();
    return model.node(
        "Gather",
        layer.name(),
        model.unique(layer.output()),
        ImmutableList.of(from, model.longs(layer.name() + "_channels", indices)),
        Attribute.of("axis", 1));
  }
}
