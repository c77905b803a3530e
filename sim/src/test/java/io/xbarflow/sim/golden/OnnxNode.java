package io.xbarflow.sim.golden;

import ai.onnx.proto.OnnxMl.AttributeProto;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Shape;
import io.xbarflow.sim.onnx.OnnxModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes an ONNX model of one node, in the order of its operands. */
final class OnnxNode {
  private static final int OPSET = 13;

  private final OnnxModel model = new OnnxModel(OPSET);
  private final String domain;
  private final String operator;
  private final List<String> operands = new ArrayList<>();
  private final List<AttributeProto> attributes = new ArrayList<>();

  OnnxNode(String domain, String operator) {
    this.domain = domain;
    this.operator = operator;
  }

  private static long[] dims(Shape shape) {
    return new long[] {1, shape.channels(), shape.height(), shape.width()};
  }

  OnnxNode input(String name, Shape shape, boolean signed) {
    operands.add(name);
    model.input(name, OnnxModel.eightBits(signed), dims(shape));
    return this;
  }

  OnnxNode quantisation(Quantisation quantisation) {
    String name = "q" + operands.size();
    model.initializer(name + "_scale", OnnxModel.reals(new long[0], quantisation.scale()));
    model.initializer(
        name + "_zero",
        OnnxModel.integers(
            OnnxModel.eightBits(quantisation.signed()), new long[0], quantisation.zeroPoint()));
    operands.add(name + "_scale");
    operands.add(name + "_zero");
    return this;
  }

  OnnxNode attribute(String name, long value) {
    attributes.add(OnnxModel.attribute(name, value));
    return this;
  }

  OnnxNode attribute(String name, int... values) {
    attributes.add(OnnxModel.ints(name, Arrays.stream(values).asLongStream().toArray()));
    return this;
  }

  byte[] output(String name, Shape shape, boolean signed) {
    model.node(
        domain, operator, operands, List.of(name), attributes.toArray(AttributeProto[]::new));
    model.output(name, OnnxModel.eightBits(signed), dims(shape));
    return model.build().toByteArray();
  }
}
