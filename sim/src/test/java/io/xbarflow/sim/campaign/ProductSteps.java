package io.xbarflow.sim.campaign;

import static io.xbarflow.sim.onnx.OnnxModel.attribute;
import static io.xbarflow.sim.onnx.OnnxModel.ints;

import ai.onnx.proto.OnnxMl.AttributeProto;
import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.sim.campaign.FeatureMap.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Convolutions and matrix products. */
final class ProductSteps {
  private static final int MOST_CHANNELS = 12;

  static final ImmutableList<Step> ALL =
      ImmutableList.of(
          new Step("matrix product", 12, (walk, map) -> isRowOfValues(map), ProductSteps::product),
          new Step("convolution", 16, (walk, map) -> map.isMap(), ProductSteps::convolution));

  private ProductSteps() {}

  private static boolean isRowOfValues(FeatureMap map) {
    return map.layout() == Layout.VECTOR
        || map.layout() == Layout.FLAT
        || map.layout() == Layout.ROWS;
  }

  private static void convolution(Walk walk, FeatureMap map) {
    Choices choices = walk.choices();
    int channels = map.channels();
    int grouping = choices.draw(4);
    int groups =
        switch (grouping) {
          case 2 -> channels;
          case 3 -> channels % 3 == 0 ? 3 : channels % 2 == 0 ? 2 : 1;
          default -> 1;
        };
    int outputs = groups * choices.between(1, Math.max(1, MOST_CHANNELS / groups / 2));
    Window window = Window.draw(walk, map, Window.Kind.CONVOLUTION, true);
    int inputs = channels / groups;
    int taps = inputs * window.taps();
    long[] dims = new long[map.rank()];
    dims[0] = outputs;
    dims[1] = inputs;
    for (int i = 2; i < dims.length; i++) {
      dims[i] = window.kernel().get(i - 2);
    }
    Weights weights = Weights.draw(walk, map, 0, dims);
    Bias drawn = Bias.draw(walk, weights, taps);
    FeatureMap like = map.withMap(outputs, window.output());
    Folding folding = Folding.draw(walk, weights, like);
    Bias bias = drawn.before(folding);
    Weights folded = folding.weights(weights);
    Quantisation to = folded.output(walk, map, taps);
    boolean stated = choices.flag(50);
    List<AttributeProto> attributes = new ArrayList<>(window.attributes());
    if (stated) {
      attributes = new ArrayList<>(List.of(window.with()));
    }
    if (groups > 1) {
      attributes.add(attribute("group", groups));
      walk.note(groups == channels ? "depthwise convolution" : "grouped convolution");
    }
    AttributeProto[] all = attributes.toArray(AttributeProto[]::new);
    // A pool of integers is there from version 12 on.
    boolean pooled =
        choices.flag(12)
            && walk.opset() >= 12
            && like.spatial().stream().allMatch(extent -> extent > 1);
    UnaryOperator<String> pool = pooled ? value -> pooled(walk, like, value) : value -> value;
    walk.add(
        Clamp.finish(
            walk,
            walk.written(false),
            pooled
                ? like.withMap(outputs, like.spatial().stream().map(extent -> extent - 1).toList())
                : like,
            to,
            () -> {
              float[] scales = weights.products(map);
              List<String> operands = List.of(walk.dequantised(map), weights.reals(walk));
              String product =
                  bias.isBehind()
                      ? behind(walk, walk.node("Conv", operands, all), bias, scales, like)
                      : walk.node(
                          "Conv",
                          operands(operands, bias.reals(walk, scales, new long[] {outputs}, 0)),
                          all);
              return pool.apply(folding.write(walk, product, like, scales));
            },
            () -> {
              List<String> operands = new ArrayList<>(walk.operand(map));
              operands.addAll(folded.operands(walk));
              operands.addAll(walk.parameters(to));
              return pool.apply(
                  walk.node(
                      "QLinearConv",
                      operands(operands, bias.integers(walk, folding.bias(bias.values(), outputs))),
                      all));
            }));
  }

  /** A MaxPool directly behind a convolution, so before its QuantizeLinear. */
  private static String pooled(Walk walk, FeatureMap like, String value) {
    walk.note("max pool before QuantizeLinear");
    long[] kernel = like.spatial().stream().mapToLong(extent -> 2).toArray();
    return walk.node("MaxPool", List.of(value), ints("kernel_shape", kernel));
  }

  /** Without a last operand that is omitted. */
  private static List<String> operands(List<String> operands, String last) {
    List<String> all = new ArrayList<>(operands);
    if (!last.isEmpty()) {
      all.add(last);
    }
    return all;
  }

  /** {@code product} with {@code bias} added behind it. */
  private static String behind(
      Walk walk, String product, Bias bias, float[] scales, FeatureMap like) {
    String summand =
        bias.reals(walk, scales, Folding.dims(like, bias.values().length), like.channelDimension());
    return walk.node(
        "Add", bias.factor() % 2 == 0 ? List.of(product, summand) : List.of(summand, product));
  }

  /** Gemm, MatMul and their QOperators. */
  static void product(Walk walk, FeatureMap map) {
    Choices choices = walk.choices();
    boolean rows = map.layout() == Layout.ROWS;
    boolean gemm = choices.flag(50) && !rows;
    boolean transposed = choices.flag(50) && gemm;
    int inputs = rows ? map.channels() : map.size();
    int outputs = choices.between(1, MOST_CHANNELS);
    Weights weights =
        transposed
            ? Weights.draw(walk, map, 0, outputs, inputs)
            : Weights.draw(walk, map, 1, inputs, outputs);
    Bias drawn = Bias.draw(walk, weights, inputs);
    AttributeProto[] attributes =
        transposed ? new AttributeProto[] {attribute("transB", 1)} : new AttributeProto[0];
    FeatureMap like = rows ? map.withExtent(1, outputs) : map.with(Layout.VECTOR, List.of(outputs));
    Folding folding = Folding.draw(walk, weights, like);
    Bias bias = drawn.before(folding);
    Weights folded = folding.weights(weights);
    Quantisation to = folded.output(walk, map, inputs);
    boolean behind = bias.isBehind() && !rows;
    long[] own = gemm || behind ? bias.values() : new long[0];
    long[] foldedBias = folding.bias(own, outputs);
    boolean biased = gemm || foldedBias.length > 0;
    walk.add(
        Clamp.finish(
            walk,
            walk.written(false),
            like,
            to,
            () -> {
              float[] scales = weights.products(map);
              List<String> operands = List.of(walk.dequantised(map), weights.reals(walk));
              String product =
                  gemm && !behind
                      ? walk.node(
                          "Gemm",
                          operands(operands, bias.reals(walk, scales, new long[] {outputs}, 0)),
                          attributes)
                      : walk.node(gemm ? "Gemm" : "MatMul", operands, attributes);
              return folding.write(
                  walk, behind ? behind(walk, product, bias, scales, like) : product, like, scales);
            },
            () -> {
              List<String> operands = new ArrayList<>(walk.operand(map));
              operands.addAll(folded.operands(walk));
              if (biased) {
                operands.add(bias.integers(walk, foldedBias));
              }
              operands.addAll(walk.parameters(to));
              return walk.node(biased ? "QGemm" : "QLinearMatMul", operands, attributes);
            }));
  }
}
