package io.xbarflow.sim.campaign;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.Quantisation;
import java.util.List;

/** Branches of one feature map that are quantised and meet again. */
final class MeetingSteps {
  static final ImmutableList<Step> ALL =
      ImmutableList.of(new Step("meeting of branches", 6, (walk, map) -> true, MeetingSteps::meet));

  private static final ImmutableList<String> FLOATS =
      ImmutableList.of("Sub", "Min", "Max", "Div", "PRelu");

  private MeetingSteps() {}

  /** A function of {@code map} that is quantised; or the map itself. */
  private static FeatureMap branch(Walk walk, FeatureMap map) {
    FeatureMap branch = map;
    int functions = walk.choices().draw(3);
    for (int i = 0; i < functions; i++) {
      branch = function(walk, branch);
    }
    return branch;
  }

  private static FeatureMap function(Walk walk, FeatureMap map) {
    Choices choices = walk.choices();
    if (walk.written(true) == Walk.Written.QOPERATOR) {
      return FunctionSteps.function(walk, map);
    }
    String operator = choices.of("Sigmoid", "Tanh", "Abs", "Neg", "Relu");
    double reach = Math.max(-map.low(), map.high());
    double least =
        switch (operator) {
          case "Sigmoid", "Abs", "Relu" -> 0;
          case "Tanh" -> -1;
          default -> -map.high();
        };
    double greatest = operator.equals("Sigmoid") || operator.equals("Tanh") ? 1 : reach;
    Quantisation to = Quantisations.draw(choices, map.signed(), least, greatest);
    String real = walk.node(operator, List.of(walk.dequantised(map)));
    return walk.quantised(real, map, to);
  }

  private static void meet(Walk walk, FeatureMap map) {
    Choices choices = walk.choices();
    FeatureMap a = branch(walk, map);
    FeatureMap b = branch(walk, map);
    if (choices.flag(25)) {
      // What is read by others too stays int8 in ONNX Runtime.
      walk.add(b);
    }
    int kind = choices.draw(6);
    double most = Math.max(-a.low(), a.high()) * Math.max(-b.low(), b.high());
    if (kind < 4) {
      String operator = kind < 2 ? "Mul" : "Add";
      Quantisation to =
          kind < 2
              ? Quantisations.draw(choices, map.signed(), -most / 2, most / 2)
              : Quantisations.draw(choices, map.signed(), a.low() + b.low(), a.high() + b.high());
      walk.note(operator + " of branches");
      walk.add(
          Clamp.finish(
              walk,
              walk.writtenSum(),
              map,
              to,
              () -> walk.node(operator, List.of(walk.dequantised(a), walk.dequantised(b))),
              () ->
                  ArithmeticSteps.quantised(
                      walk, "QLinear" + operator, walk.operand(a), walk.operand(b), to)));
      return;
    }
    String operator = choices.of(FLOATS);
    Quantisation to =
        Quantisations.draw(choices, map.signed(), a.low() - b.high(), a.high() - b.low());
    walk.note(operator + " of branches");
    walk.add(
        Clamp.finish(
            walk,
            Walk.Written.QDQ,
            map,
            to,
            () -> {
              String real = walk.dequantised(b);
              String second =
                  operator.equals("Div")
                      ? walk.node("Add", List.of(walk.node("Abs", List.of(real)), walk.real(1)))
                      : real;
              return walk.node(operator, List.of(walk.dequantised(a), second));
            },
            () -> ""));
  }
}
