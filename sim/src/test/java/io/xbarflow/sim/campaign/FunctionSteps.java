package io.xbarflow.sim.campaign;

import static io.xbarflow.sim.onnx.OnnxModel.attribute;

import ai.onnx.proto.OnnxMl.AttributeProto;
import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.Quantisation;
import java.util.ArrayList;
import java.util.List;

/** Functions of every value. */
final class FunctionSteps {
  static final ImmutableList<Step> ALL =
      ImmutableList.of(
          new Step("requantisation", 4, (walk, map) -> true, FunctionSteps::requantise),
          new Step("clamp of integers", 3, (walk, map) -> walk.opset() >= 12, FunctionSteps::clamp),
          new Step("chain", 9, (walk, map) -> true, Chain::write),
          new Step("function", 6, (walk, map) -> true, Chain::function),
          new Step("choice", 4, (walk, map) -> true, Chain::choice),
          new Step(
              "QLinear function",
              5,
              (walk, map) -> true,
              (walk, map) -> walk.add(function(walk, map))));

  private FunctionSteps() {}

  private static void requantise(Walk walk, FeatureMap map) {
    boolean other = walk.choices().flag(15);
    Quantisation to =
        Quantisations.draw(walk.choices(), map.signed() != other, map.low(), map.high());
    walk.note(other ? "int8 to uint8 or back" : "requantised");
    walk.add(walk.quantised(walk.dequantised(map), map, to));
  }

  private static void clamp(Walk walk, FeatureMap map) {
    Clamp clamp = Clamp.draw(walk.choices());
    String value = clamp.ofIntegers(walk, map.name(), map.quantisation());
    if (value.equals(map.name())) {
      walk.addSame(map.named(walk.node("Identity", List.of(map.name()))), map);
    } else {
      walk.add(map.named(value));
    }
  }

  /** QLinearLeakyRelu or QLinearSigmoid of {@code map}. */
  static FeatureMap function(Walk walk, FeatureMap map) {
    boolean leaky = walk.choices().flag(50);
    float alpha = walk.choices().draw(20) * 0.05f;
    Quantisation to =
        leaky
            ? Quantisations.draw(walk.choices(), map.signed(), alpha * map.low(), map.high())
            : Quantisations.draw(walk.choices(), map.signed(), 0, 1);
    List<String> operands = new ArrayList<>(walk.operand(map));
    operands.addAll(walk.parameters(to));
    AttributeProto[] attributes =
        leaky ? new AttributeProto[] {attribute("alpha", alpha)} : new AttributeProto[0];
    return map.with(to)
        .named(walk.node(leaky ? "QLinearLeakyRelu" : "QLinearSigmoid", operands, attributes));
  }
}
