package io.xbarflow.sim.campaign;

import static io.xbarflow.sim.onnx.OnnxModel.attribute;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.sim.campaign.FeatureMap.Layout;
import io.xbarflow.sim.onnx.OnnxModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** A chain of element-wise float operators between DequantizeLinear and QuantizeLinear. */
final class Chain {
  private static final ImmutableList<String> KINDS =
      ImmutableList.of(
          "Identity",
          "Dropout",
          "Relu",
          "Clip",
          "LeakyRelu",
          "Abs",
          "Neg",
          "HardSigmoid",
          "HardSwish",
          "Sigmoid",
          "Tanh",
          "Add",
          "Sub",
          "Mul",
          "Div",
          "Min",
          "Max",
          "PRelu",
          "of two",
          "of two",
          "function",
          "choice",
          "reciprocal",
          "BatchNormalization");

  private static final int MOST_TRIES = 40;

  /** How near to a tie, in steps, another approximation may come out on its other side. */
  private static final double NEAR = 2e-4;

  private static final ImmutableList<String> OF_TWO =
      ImmutableList.of("Add", "Mul", "Sub", "Min", "Max");

  /**
   * A value of the chain.
   *
   * @param name ONNX value
   * @param values about what it is of the 256 values, to calibrate by
   */
  private record Link(String name, double[] values) {}

  private final Walk walk;
  private final FeatureMap map;
  private final List<Link> links = new ArrayList<>();

  /** Whether a function is among them that each library approximates. */
  private boolean smooth;

  private boolean channels;

  private Chain(Walk walk, FeatureMap map) {
    this.walk = walk;
    this.map = map;
  }

  /** Writes a chain of random operators of {@code map}. */
  static void write(Walk walk, FeatureMap map) {
    Chain chain = new Chain(walk, map);
    chain.begin();
    int operators = walk.choices().between(1, 3);
    for (int i = 0; i < operators; i++) {
      walk.choices().span(chain::next);
    }
    chain.end();
  }

  /** Writes one function of {@code map}. */
  static void function(Walk walk, FeatureMap map) {
    Chain chain = new Chain(walk, map);
    chain.begin();
    chain.function();
    chain.end();
  }

  /** Writes one choice between functions of {@code map}. */
  static void choice(Walk walk, FeatureMap map) {
    Chain chain = new Chain(walk, map);
    chain.begin();
    chain.choice();
    chain.end();
  }

  private void begin() {
    double[] values = new double[256];
    Quantisation from = map.quantisation();
    for (int i = 0; i < values.length; i++) {
      values[i] = (double) from.scale() * (from.min() + i - from.zeroPoint());
    }
    links.add(new Link(walk.dequantised(map), values));
  }

  private void end() {
    Link last = last();
    Quantisation to =
        Quantisations.draw(
            walk.choices(),
            walk.choices().flag(10) != map.signed(),
            Arrays.stream(last.values()).min().orElseThrow(),
            Arrays.stream(last.values()).max().orElseThrow());
    walk.add(walk.quantised(last.name(), map, smooth ? clear(to, last.values()) : to));
  }

  /** {@code to}, with another scale while one of {@code values} lies about half a step off. */
  private static Quantisation clear(Quantisation to, double[] values) {
    Quantisation clear = to;
    for (int i = 0; i < MOST_TRIES && isNearTie(clear, values); i++) {
      clear = new Quantisation(clear.scale() * 1.0017f, to.zeroPoint(), to.signed());
    }
    return clear;
  }

  private static boolean isNearTie(Quantisation to, double[] values) {
    return Arrays.stream(values)
        .map(value -> value / to.scale())
        .filter(steps -> Math.abs(steps) < 300)
        .anyMatch(steps -> Math.abs(steps - Math.floor(steps) - 0.5) < NEAR);
  }

  private Link last() {
    return links.get(links.size() - 1);
  }

  private void next() {
    Choices choices = walk.choices();
    String kind = choices.of(KINDS);
    switch (kind) {
      case "Identity", "Dropout" -> unary(kind, x -> x);
      case "Relu" -> unary(kind, x -> Math.max(0, x));
      case "Abs" -> unary(kind, Math::abs);
      case "Neg" -> unary(kind, x -> -x);
      case "Sigmoid" -> unary(kind, x -> 1 / (1 + Math.exp(-x)));
      case "Tanh" -> unary(kind, Math::tanh);
      case "HardSwish" -> {
        if (walk.opset() < 14) {
          unary("Tanh", Math::tanh);
        } else {
          unary(kind, x -> x * Math.max(0, Math.min(1, x / 6 + 0.5)));
        }
      }
      case "LeakyRelu" -> {
        float alpha = choices.draw(20) * 0.05f;
        add(
            walk.node(kind, List.of(last().name()), attribute("alpha", alpha)),
            x -> x >= 0 ? x : alpha * x);
      }
      case "HardSigmoid" -> {
        float alpha = choices.draw(10) * 0.07f;
        add(
            walk.node(kind, List.of(last().name()), attribute("alpha", alpha)),
            x -> Math.max(0, Math.min(1, alpha * x + 0.5)));
      }
      case "Clip" -> clip();
      case "of two" -> ofTwo();
      case "function" -> function();
      case "choice" -> choice();
      case "reciprocal" -> reciprocal();
      case "BatchNormalization" -> normalisation();
      default -> withConstant(kind);
    }
  }

  private void unary(String operator, DoubleUnaryOperator function) {
    add(walk.node(operator, List.of(last().name())), function);
  }

  private void add(String name, DoubleUnaryOperator function) {
    links.add(new Link(name, Arrays.stream(last().values()).map(function).toArray()));
  }

  private double reach() {
    return Arrays.stream(last().values()).map(Math::abs).max().orElseThrow();
  }

  private void clip() {
    float low = (float) (-reach() * walk.choices().draw(5) / 5);
    float high = (float) (reach() * walk.choices().draw(5) / 5);
    String clipped =
        walk.opset() < 11
            ? walk.node(
                "Clip", List.of(last().name()), attribute("min", low), attribute("max", high))
            : walk.node("Clip", List.of(last().name(), walk.real(low), walk.real(high)));
    add(clipped, x -> Math.max(low, Math.min(high, x)));
  }

  private static double combine(String operator, double a, double b) {
    return switch (operator) {
      case "Add" -> a + b;
      case "Sub" -> a - b;
      case "Mul" -> a * b;
      case "Div" -> a / b;
      case "Min" -> Math.min(a, b);
      case "Max" -> Math.max(a, b);
      default -> a > 0 ? a : a * b;
    };
  }

  /** An operator of two values of the chain. */
  private void ofTwo() {
    String operator = walk.choices().of(OF_TWO);
    Link other = links.get(walk.choices().draw(links.size()));
    boolean first = walk.choices().flag(50);
    Link a = first ? other : last();
    Link b = first ? last() : other;
    double[] values = new double[256];
    for (int i = 0; i < values.length; i++) {
      values[i] = combine(operator, a.values()[i], b.values()[i]);
    }
    walk.note("two functions of one map");
    // The sum of a plain dequantised map with itself is a sum of two maps.
    if (a.equals(links.get(0)) && b.equals(links.get(0))) {
      unary("Abs", Math::abs);
      return;
    }
    links.add(new Link(walk.node(operator, List.of(a.name(), b.name())), values));
  }

  /** c / (|x| + 1). */
  private void reciprocal() {
    float factor = 1 + walk.choices().draw(20);
    unary("Abs", Math::abs);
    add(walk.node("Add", List.of(last().name(), walk.real(1))), x -> x + 1);
    add(walk.node("Div", List.of(walk.real(factor), last().name())), x -> factor / x);
  }

  /** BatchNormalization, where the channels are the first dimension. */
  private void normalisation() {
    if (smooth || (map.layout() != Layout.MAP && map.layout() != Layout.VECTOR)) {
      unary("Identity", x -> x);
      return;
    }
    this.channels = true;
    int channels = map.channels();
    double unit = Math.max(reach(), 1e-20);
    Random random = walk.contents();
    float[][] parameters = new float[4][channels];
    for (int channel = 0; channel < channels; channel++) {
      parameters[0][channel] = (float) (0.5 + random.nextGaussian());
      parameters[1][channel] = (float) random.nextGaussian();
      parameters[2][channel] = (float) (unit / 3 * random.nextGaussian());
      parameters[3][channel] = (float) (unit * unit * (0.1 + random.nextDouble()));
    }
    List<String> operands = new ArrayList<>(List.of(last().name()));
    for (float[] values : parameters) {
      operands.add(walk.stored(OnnxModel.reals(new long[] {channels}, values)));
    }
    double factor = parameters[0][0] / Math.sqrt(parameters[3][0] + 1e-5);
    add(
        walk.choices().flag(50)
            ? walk.node("BatchNormalization", operands)
            : walk.node("BatchNormalization", operands, attribute("epsilon", 1e-5f)),
        x -> (x - parameters[2][0]) * factor + parameters[1][0]);
  }

  /** A function of one value that is not among the kinds. */
  private void function() {
    String operator = Functions.draw(walk);
    if (Functions.isSmooth(operator) && channels) {
      unary("Abs", Math::abs);
      return;
    }
    if (Functions.hasSteps(operator) && smooth) {
      unary("Neg", x -> -x);
      return;
    }
    smooth |= Functions.isSmooth(operator);
    if (Functions.needsPositive(operator)) {
      unary("Abs", Math::abs);
      float more = (float) (0.37 + 0.01 * reach());
      add(walk.node("Add", List.of(last().name(), walk.real(more))), x -> x + more);
    } else if (operator.equals("Exp") || reach() > 60) {
      float factor = (float) (3.7 / Math.max(reach(), 1e-20));
      add(walk.node("Mul", List.of(last().name(), walk.real(factor))), x -> x * factor);
    }
    add(Functions.write(walk, operator, last().name()), Functions.of(operator));
  }

  /** Where of two functions, by comparisons. */
  private void choice() {
    Choices choices = walk.choices();
    if (smooth || walk.opset() < 12) {
      unary("Abs", Math::abs);
      return;
    }
    Link first = last();
    String condition = comparison(first);
    String operator = choices.of("", "And", "Or", "Xor", "Not");
    if (operator.equals("Not")) {
      condition = walk.node(operator, List.of(condition));
    } else if (!operator.isEmpty()) {
      condition = walk.node(operator, List.of(condition, comparison(links.get(0))));
    }
    if (choices.flag(20)) {
      add(walk.node("Cast", List.of(condition), attribute("to", OnnxModel.FLOAT)), x -> 1);
      return;
    }
    unary("Neg", x -> -x);
    float constant = (float) (reach() / 3);
    boolean stored = choices.flag(30);
    String other = stored ? walk.real(constant) : first.name();
    // About what it is: the greater and the smaller values are there.
    add(walk.node("Where", List.of(condition, last().name(), other)), x -> x);
  }

  private String comparison(Link link) {
    String operator =
        walk.choices().of("Greater", "Less", "GreaterOrEqual", "LessOrEqual", "Equal");
    double value = link.values()[walk.choices().draw(256)];
    return walk.node(operator, List.of(link.name(), walk.real((float) value)));
  }

  private void withConstant(String operator) {
    Choices choices = walk.choices();
    boolean channels = choices.flag(40) && map.layout() != Layout.FLAT && !smooth;
    this.channels |= channels;
    boolean first = choices.flag(30) && !operator.equals("Div") && !operator.equals("PRelu");
    boolean product = operator.equals("Mul") || operator.equals("Div") || operator.equals("PRelu");
    double unit = product ? 1 : Math.max(reach(), 1e-30);
    Random random = walk.contents();
    float[] values = new float[channels ? map.channels() : 1];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (unit * (random.nextDouble() * 2 - 0.7));
      if (Math.abs(values[i]) < 0.01 * unit) {
        values[i] = (float) unit;
      }
    }
    long[] dims = new long[channels ? map.dims().size() : choices.draw(2)];
    Arrays.fill(dims, 1);
    if (channels) {
      dims[map.channelDimension()] = values.length;
      walk.note("chain with channel constants");
    }
    String constant = walk.stored(OnnxModel.reals(dims, values));
    String name = last().name();
    DoubleBinaryOperator function = (a, b) -> combine(operator, a, b);
    double sample = values[0];
    add(
        walk.node(operator, first ? List.of(constant, name) : List.of(name, constant)),
        x -> first ? function.applyAsDouble(sample, x) : function.applyAsDouble(x, sample));
  }
}
