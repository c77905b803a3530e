package io.xbarflow.sim.campaign;

import static io.xbarflow.sim.onnx.OnnxModel.attribute;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Longs;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.sim.campaign.FeatureMap.Layout;
import io.xbarflow.sim.onnx.OnnxModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Sums, products with constants, and concatenation. */
final class ArithmeticSteps {
  static final ImmutableList<Step> ALL =
      ImmutableList.of(
          new Step(
              "concatenation",
              8,
              (walk, map) -> map.layout() != Layout.FLAT && map.size() < Walk.LARGE,
              ArithmeticSteps::concat),
          new Step("sum with a constant", 6, (walk, map) -> true, ArithmeticSteps::addConstant),
          new Step("product with a constant", 6, (walk, map) -> true, ArithmeticSteps::multiply),
          new Step("sum", 10, (walk, map) -> map.layout() != Layout.FLAT, ArithmeticSteps::add));

  private ArithmeticSteps() {}

  /** A feature map beside {@code map}, of its layout and type. */
  private static FeatureMap partner(Walk walk, FeatureMap map, int dimension, boolean sameType) {
    List<FeatureMap> fitting = new ArrayList<>();
    for (FeatureMap other : walk.live()) {
      if (other.layout() == map.layout()
          && other.dims().size() == map.dims().size()
          && (!sameType || other.signed() == map.signed())
          && (dimension < 0 ? other : other.withExtent(dimension, 1))
              .dims()
              .equals((dimension < 0 ? map : map.withExtent(dimension, 1)).dims())) {
        fitting.add(0, other);
      }
    }
    int choice = walk.choices().draw(fitting.size() + 2);
    // Of a new input that feeds no matrix product nothing says that its channels are last.
    if (choice < fitting.size()) {
      return walk.reading(fitting.get(choice));
    }
    if (map.layout() == Layout.ROWS) {
      return map;
    }
    Quantisation meaning = Quantisations.draw(walk.choices(), map.signed(), map.low(), map.high());
    FeatureMap like = dimension < 0 ? map : map.withExtent(dimension, walk.choices().between(1, 4));
    return walk.input(like.with(meaning));
  }

  private static void add(Walk walk, FeatureMap map) {
    FeatureMap other = partner(walk, map, -1, true);
    boolean swapped = walk.choices().flag(30);
    FeatureMap a = swapped ? other : map;
    FeatureMap b = swapped ? map : other;
    Quantisation to =
        Quantisations.draw(walk.choices(), map.signed(), a.low() + b.low(), a.high() + b.high());
    walk.add(
        Clamp.finish(
            walk,
            walk.writtenSum(),
            map,
            to,
            () -> walk.node("Add", List.of(walk.dequantised(a), walk.dequantised(b))),
            () -> quantised(walk, "QLinearAdd", walk.operand(a), walk.operand(b), to)));
  }

  static String quantised(
      Walk walk, String operator, List<String> a, List<String> b, Quantisation to) {
    List<String> operands = new ArrayList<>(a);
    operands.addAll(b);
    operands.addAll(walk.parameters(to));
    return walk.node(operator, operands);
  }

  /**
   * A stored operand.
   *
   * @param dims as stored
   * @param values of the type of the map
   * @param quantisation its meaning
   */
  private record Operand(long[] dims, long[] values, Quantisation quantisation) {

    static Operand draw(Walk walk, FeatureMap map) {
      Choices choices = walk.choices();
      Quantisation meaning =
          Quantisations.draw(choices, map.signed(), 0.5 * map.low(), 0.5 * map.high());
      int kind = choices.draw(5);
      Random random = walk.contents();
      boolean scalar = kind < 2 || map.layout() == Layout.FLAT;
      boolean everywhere = kind == 4;
      int channels = map.channelDimension();
      long[] extents = new long[map.dims().size()];
      for (int i = 0; i < extents.length; i++) {
        extents[i] = i == channels || everywhere ? map.dims().get(i) : 1;
      }
      // One value may have an axis, but no more than the map.
      long[] dims =
          scalar
              ? new long[Math.min(kind, 1) * (map.rank() - 1)]
              : kind == 3 ? Longs.concat(new long[] {1}, extents) : extents;
      if (scalar) {
        Arrays.fill(dims, 1);
      }
      long[] each = new long[map.channels()];
      for (int i = 0; i < each.length; i++) {
        each[i] = (long) meaning.min() + random.nextInt(256);
      }
      long[] values = new long[(int) Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
      int inner = 1;
      for (int i = channels + 1; i < extents.length; i++) {
        inner *= (int) extents[i];
      }
      for (int i = 0; i < values.length; i++) {
        values[i] = scalar ? each[0] : each[i / inner % each.length];
      }
      walk.note(
          scalar ? "one constant" : everywhere ? "constants for every pixel" : "channel constants");
      return new Operand(dims, values, meaning);
    }

    double low() {
      return Math.min(0, low(min()));
    }

    double high() {
      return Math.max(0, low(max()));
    }

    double low(long value) {
      return (double) quantisation.scale() * (value - quantisation.zeroPoint());
    }

    long min() {
      return Arrays.stream(values).min().orElseThrow();
    }

    long max() {
      return Arrays.stream(values).max().orElseThrow();
    }

    List<String> operand(Walk walk) {
      List<String> operand = new ArrayList<>();
      operand.add(Stored.integers(walk, OnnxModel.eightBits(quantisation.signed()), dims, values));
      operand.addAll(walk.parameters(quantisation));
      return operand;
    }
  }

  private static void withConstant(
      Walk walk,
      FeatureMap map,
      String operator,
      Operand constant,
      boolean first,
      Quantisation to) {
    walk.add(
        Clamp.finish(
            walk,
            walk.writtenSum(),
            map,
            to,
            () -> {
              String real = walk.dequantised(map);
              String stored = walk.node("DequantizeLinear", constant.operand(walk));
              return walk.node(operator, first ? List.of(stored, real) : List.of(real, stored));
            },
            () ->
                first
                    ? quantised(
                        walk, "QLinear" + operator, constant.operand(walk), walk.operand(map), to)
                    : quantised(
                        walk,
                        "QLinear" + operator,
                        walk.operand(map),
                        constant.operand(walk),
                        to)));
  }

  private static void addConstant(Walk walk, FeatureMap map) {
    Operand constant = Operand.draw(walk, map);
    // Constants for every pixel that stand first are refused: another order of operations.
    boolean pixels = constant.values().length > map.channels();
    boolean first = walk.choices().flag(40) && !pixels;
    Quantisation to =
        Quantisations.draw(
            walk.choices(), map.signed(), map.low() + constant.low(), map.high() + constant.high());
    withConstant(walk, map, "Add", constant, first, to);
  }

  private static void multiply(Walk walk, FeatureMap map) {
    Operand constant = Operand.draw(walk, map);
    boolean first = walk.choices().flag(40);
    double most = Math.max(-map.low(), map.high()) * Math.max(-constant.low(), constant.high());
    Quantisation to = Quantisations.draw(walk.choices(), map.signed(), -most / 2, most / 2);
    withConstant(walk, map, "Mul", constant, first, to);
  }

  private static void concat(Walk walk, FeatureMap map) {
    Choices choices = walk.choices();
    int dimension = map.layout() == Layout.ROWS ? 1 : choices.of(0, 0, 0, 1, 2) % map.dims().size();
    boolean negative = choices.flag(30);
    Walk.Written written = walk.written(true);
    List<FeatureMap> operands = new ArrayList<>(List.of(map));
    int count = choices.between(1, 2);
    for (int i = 0; i < count; i++) {
      operands.add(partner(walk, map, dimension, written == Walk.Written.QOPERATOR));
    }
    int extent = operands.stream().mapToInt(operand -> operand.dims().get(dimension)).sum();
    FeatureMap like = map.withExtent(dimension, extent);
    var axis = attribute("axis", negative ? dimension - map.dims().size() : dimension + 1);
    boolean one = operands.stream().map(FeatureMap::quantisation).distinct().count() == 1;
    Quantisation drawn =
        Quantisations.draw(
            choices,
            map.signed(),
            operands.stream().mapToDouble(FeatureMap::low).min().orElseThrow(),
            operands.stream().mapToDouble(FeatureMap::high).max().orElseThrow());
    Quantisation to = choices.flag(60) ? drawn : map.quantisation();
    boolean integers = choices.flag(70) && one && written == Walk.Written.QOPERATOR;
    walk.note("concatenation along dimension " + dimension + " of " + map.layout());
    if (integers) {
      walk.note("Concat of integers");
      walk.add(
          like.named(walk.node("Concat", operands.stream().map(FeatureMap::name).toList(), axis)));
      return;
    }
    walk.add(
        Clamp.finish(
            walk,
            written,
            like,
            to,
            () -> walk.node("Concat", operands.stream().map(walk::dequantised).toList(), axis),
            () -> {
              List<String> all = new ArrayList<>(walk.parameters(to));
              operands.forEach(operand -> all.addAll(walk.operand(operand)));
              return walk.node("QLinearConcat", all, axis);
            }));
  }
}
