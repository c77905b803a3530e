package io.xbarflow.sim.campaign;

import static com.google.common.collect.ImmutableList.toImmutableList;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.common.collect.HashMultiset;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMultiset;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Multiset;
import com.google.common.primitives.Longs;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.sim.onnx.OnnxModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * A graph that grows by a random walk over feature maps: what has been drawn for the whole graph,
 * the feature maps that operators may read, and the model so far.
 */
final class Walk {
  /** How an operator that has a QOperator is written. */
  enum Written {
    QOPERATOR,
    /** The float operator between DequantizeLinear and QuantizeLinear. */
    QDQ,
    /** Drawn in QDQ form, and written as the QOperator that it means. */
    CONTRACT
  }

  /** What an AveragePool between DequantizeLinear and QuantizeLinear may mean. */
  enum Average {
    /** QLinearAveragePool. */
    QOPERATOR,
    /** QLinearAveragePool of the values as uint8. */
    OF_UINT8,
    /** The float operator. */
    FLOAT
  }

  /**
   * How a contract is written.
   *
   * @param averages what each AveragePool in QDQ form means, in order
   * @param sums whether each Add and Mul in QDQ form means QLinearAdd and QLinearMul, in order
   */
  record Contract(ImmutableList<Average> averages, ImmutableList<Boolean> sums) {}

  /**
   * A graph input.
   *
   * @param map what it is, or what the host makes of it
   * @param floating whether the graph begins with its QuantizeLinear
   */
  record Input(FeatureMap map, boolean floating) {}

  /** Values of a feature map that operators may still enlarge. */
  static final int LARGE = 700;

  private static final ImmutableList<Integer> OPSETS =
      ImmutableList.of(18, 13, 21, 11, 14, 12, 10, 17, 19, 15, 16, 20);

  private static final ImmutableSet<String> MICROSOFT =
      ImmutableSet.of(
          "QGemm",
          "QLinearAdd",
          "QLinearMul",
          "QLinearSigmoid",
          "QLinearSoftmax",
          "QLinearLeakyRelu",
          "QLinearConcat",
          "QLinearAveragePool",
          "QLinearGlobalAveragePool");

  private final Choices choices;
  private final Optional<Contract> contract;
  private final boolean exactSums;
  private final int opset;
  private final int qdqPercent;
  private final boolean constantNodes;
  private final boolean microsoftQuantisation;
  private final boolean openBatch;
  private final boolean signed;
  private final OnnxModel model;
  private final List<FeatureMap> live = new ArrayList<>();
  private final List<Input> inputs = new ArrayList<>();
  private final Map<String, String> outputs = new LinkedHashMap<>();
  private final Set<String> bare = new HashSet<>();
  private final Set<String> read = new HashSet<>();
  private final Multiset<String> features = HashMultiset.create();
  private int averages;
  private int sums;
  private int names;

  /**
   * Draws what concerns the whole graph.
   *
   * @param contract how operators drawn in QDQ form are written as what they mean; empty when they
   *     are written in QDQ form
   * @param exactSums whether weights of 8 bits may meet uint8 values
   */
  Walk(Choices choices, Optional<Contract> contract, boolean exactSums) {
    this.choices = choices;
    this.contract = contract;
    this.exactSums = exactSums;
    qdqPercent = choices.of(0, 100, 0, 100, 50);
    opset = choices.of(OPSETS);
    signed = choices.flag(50);
    openBatch = choices.flag(15);
    constantNodes = choices.flag(15);
    microsoftQuantisation = choices.flag(7);
    model = new OnnxModel(opset);
    note("opset " + opset);
  }

  Choices choices() {
    return choices;
  }

  int opset() {
    return opset;
  }

  boolean exactSums() {
    return exactSums;
  }

  /** Whether the type that most feature maps of the graph have is int8. */
  boolean signed() {
    return signed;
  }

  boolean openBatch() {
    return openBatch;
  }

  ImmutableList<Input> inputs() {
    return ImmutableList.copyOf(inputs);
  }

  ImmutableList<FeatureMap> live() {
    return ImmutableList.copyOf(live);
  }

  /** Counts that the graph has {@code feature}. */
  void note(String feature) {
    features.add(feature);
  }

  ImmutableMultiset<String> features() {
    return ImmutableMultiset.copyOf(features);
  }

  /** A random generator for the contents of a tensor. */
  Random contents() {
    return new Random(choices.draw(1 << 20) * 0x9E3779B97F4A7C15L);
  }

  /** How the next operator is written; {@code settled}: its QDQ form means what it says. */
  Written written(boolean settled) {
    boolean qdq = choices.flag(qdqPercent);
    return !qdq
        ? Written.QOPERATOR
        : contract.isPresent() && !settled ? Written.CONTRACT : Written.QDQ;
  }

  /** How the next Add or Mul is written; in QDQ form it may mean the float operator. */
  Written writtenSum() {
    Written written = written(false);
    if (written == Written.QOPERATOR) {
      return written;
    }
    int index = sums;
    sums++;
    return written == Written.CONTRACT && !contract.orElseThrow().sums().get(index)
        ? Written.QDQ
        : written;
  }

  /** Adds and Muls in QDQ form. */
  int sums() {
    return sums;
  }

  /** What the next AveragePool in QDQ form means in this contract. */
  Average average() {
    return contract.orElseThrow().averages().get(averages);
  }

  /** Counts an AveragePool in QDQ form. */
  void addAverage() {
    averages++;
  }

  /** AveragePools in QDQ form. */
  int averages() {
    return averages;
  }

  /** A name that no value has. */
  String name() {
    return "t" + names++;
  }

  /** A stored tensor. */
  String stored(TensorProto tensor) {
    String name = name();
    if (constantNodes) {
      model.constantNode(name, tensor);
    } else {
      model.initializer(name, tensor);
    }
    return name;
  }

  String real(float value) {
    return stored(OnnxModel.reals(new long[0], value));
  }

  String number(long value) {
    return stored(OnnxModel.integers(OnnxModel.INT64, new long[0], value));
  }

  String list(List<? extends Number> values) {
    return stored(
        OnnxModel.integers(OnnxModel.INT64, new long[] {values.size()}, Longs.toArray(values)));
  }

  String zeroPoint(Quantisation quantisation) {
    return stored(
        OnnxModel.integers(
            OnnxModel.eightBits(quantisation.signed()), new long[0], quantisation.zeroPoint()));
  }

  /** Scale and zero point. */
  List<String> parameters(Quantisation quantisation) {
    return List.of(real(quantisation.scale()), zeroPoint(quantisation));
  }

  /** The value, its scale and its zero point. */
  List<String> operand(FeatureMap map) {
    List<String> operand = new ArrayList<>(List.of(map.name()));
    operand.addAll(parameters(map.quantisation()));
    return operand;
  }

  /** A node of one output, whose name is returned. */
  String node(String operator, List<String> inputs, AttributeProto... attributes) {
    return nodes(operator, 1, inputs, attributes).get(0);
  }

  /** A node of several outputs. */
  ImmutableList<String> nodes(
      String operator, int count, List<String> operands, AttributeProto... attributes) {
    ImmutableList.Builder<String> outputs = ImmutableList.builder();
    for (int i = 0; i < count; i++) {
      outputs.add(name());
    }
    boolean microsoft =
        MICROSOFT.contains(operator) || (microsoftQuantisation && operator.equals("QLinearConv"));
    String domain = microsoft ? "com.microsoft" : "";
    model.node(domain, operator, operands, outputs.build(), attributes);
    return outputs.build();
  }

  /** The real values of {@code map}. */
  String dequantised(FeatureMap map) {
    String name = name();
    model.node(
        microsoftQuantisation ? "com.microsoft" : "",
        "DequantizeLinear",
        operand(map),
        List.of(name));
    return name;
  }

  /** {@code real}, which has the dimensions of {@code like}, quantised. */
  FeatureMap quantised(String real, FeatureMap like, Quantisation to) {
    String name = name();
    List<String> operands = new ArrayList<>(List.of(real));
    operands.addAll(parameters(to));
    model.node(
        microsoftQuantisation ? "com.microsoft" : "", "QuantizeLinear", operands, List.of(name));
    return like.named(name).with(to);
  }

  /** A new graph input, quantised. */
  FeatureMap input(FeatureMap like) {
    boolean floating = choices.flag(30);
    int steps = choices.draw(5);
    float constant = (float) (choices.draw(400) - 200) / 100 * like.quantisation().scale();
    String name = "x" + inputs.size();
    long[] dims = new long[like.rank()];
    dims[0] = openBatch ? OnnxModel.OPEN : 1;
    for (int i = 1; i < dims.length; i++) {
      dims[i] = like.dims().get(i - 1);
    }
    inputs.add(new Input(like.named(name), floating));
    note(floating ? "float graph input" : "quantised graph input");
    if (!floating) {
      model.input(name, OnnxModel.eightBits(like.signed()), dims);
      return like.named(name);
    }
    model.input(name, OnnxModel.FLOAT, dims);
    FeatureMap quantised =
        quantised(prepared(name, like, steps, constant), like, like.quantisation());
    bare.add(quantised.name());
    return quantised;
  }

  /** What stands between a float graph input and its QuantizeLinear. */
  private String prepared(String input, FeatureMap like, int steps, float constant) {
    if (steps > 2) {
      return input;
    }
    note("computed before QuantizeLinear");
    String moved = node("Sub", List.of(input, real(constant)));
    if (steps == 0) {
      return moved;
    }
    float[] factors = new float[like.channels()];
    for (int channel = 0; channel < factors.length; channel++) {
      factors[channel] = 0.5f + channel % 7;
    }
    long[] dims = new long[like.dims().size() - like.channelDimension()];
    Arrays.fill(dims, 1);
    dims[0] = factors.length;
    return like.layout() == FeatureMap.Layout.FLAT
        ? node("Relu", List.of(moved))
        : node("Div", List.of(moved, stored(OnnxModel.reals(dims, factors))));
  }

  /** A feature map to read, most often the newest. */
  FeatureMap pick() {
    int choice = choices.draw(2 * live.size());
    FeatureMap map = live.get(choice < live.size() ? live.size() - 1 - choice : live.size() - 1);
    return reading(map);
  }

  /** {@code map} as an operator reads it; now and then with another meaning. */
  FeatureMap reading(FeatureMap map) {
    read.add(map.name());
    if (!choices.flag(3)) {
      return map;
    }
    note("bytes read with another meaning");
    return map.with(Quantisations.draw(choices, map.signed(), map.low(), map.high()));
  }

  void add(FeatureMap map) {
    live.add(map);
  }

  /** Adds {@code map}, whose values are those of {@code from}, maybe with other dimensions. */
  void addSame(FeatureMap map, FeatureMap from) {
    if (isBare(from)) {
      bare.add(map.name());
    }
    live.add(map);
  }

  /** Whether {@code map} is a graph input that nothing has been computed of. */
  boolean isBare(FeatureMap map) {
    return bare.contains(map.name())
        || inputs.stream().anyMatch(input -> input.map().name().equals(map.name()));
  }

  /** Whether all operators in QDQ form may have a scale for each slice of an axis. */
  boolean hasAxes() {
    return opset >= 13 || qdqPercent == 0;
  }

  /** Feature maps that no operator reads. */
  ImmutableList<FeatureMap> leaves() {
    return live.stream().filter(map -> !read.contains(map.name())).collect(toImmutableList());
  }

  /** Makes {@code value} a graph output, whose name is returned. */
  String output(String value, int type) {
    String known = outputs.get(value);
    if (known != null) {
      return known;
    }
    String name = "y" + outputs.size();
    outputs.put(value, name);
    model.output(name, type);
    return name;
  }

  ModelProto model() {
    return model.build(outputs);
  }
}
