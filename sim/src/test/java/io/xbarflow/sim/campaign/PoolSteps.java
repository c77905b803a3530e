package io.xbarflow.sim.campaign;

import static io.xbarflow.sim.onnx.OnnxModel.attribute;
import static io.xbarflow.sim.onnx.OnnxModel.ints;

import ai.onnx.proto.OnnxMl.AttributeProto;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Longs;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.sim.campaign.FeatureMap.Layout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** Average and max pools. */
final class PoolSteps {
  static final ImmutableList<Step> ALL =
      ImmutableList.of(
          new Step("max pool", 8, (walk, map) -> map.isMap(), PoolSteps::max),
          new Step("average pool", 8, (walk, map) -> map.isMap(), PoolSteps::average),
          new Step("mean of the map", 4, (walk, map) -> map.isMap(), PoolSteps::mean));

  private PoolSteps() {}

  /** The quantisation of means: often that of the map. */
  private static Quantisation ofMeans(Walk walk, FeatureMap map) {
    boolean other = walk.choices().flag(60);
    Quantisation drawn =
        Quantisations.draw(walk.choices(), map.signed(), 0.6 * map.low(), 0.6 * map.high());
    return other ? drawn : map.quantisation();
  }

  private static List<String> operands(Walk walk, FeatureMap map, Quantisation to) {
    List<String> operands = new ArrayList<>(walk.operand(map));
    operands.addAll(walk.parameters(to));
    return operands;
  }

  private static void average(Walk walk, FeatureMap map) {
    boolean includePad = walk.choices().flag(40);
    Window window = Window.draw(walk, map, Window.Kind.AVERAGE, false);
    Quantisation to = ofMeans(walk, map);
    AttributeProto[] attributes =
        includePad ? window.with(attribute("count_include_pad", 1)) : window.with();
    Walk.Written drawn = walk.written(false);
    FeatureMap like = map.withMap(map.channels(), window.output());
    Walk.Written written = drawn;
    Walk.Average meaning = Walk.Average.QOPERATOR;
    if (drawn == Walk.Written.CONTRACT) {
      meaning = walk.average();
      written = meaning == Walk.Average.FLOAT ? Walk.Written.QDQ : drawn;
    }
    if (drawn != Walk.Written.QOPERATOR) {
      walk.addAverage();
    }
    boolean asUint8 = meaning == Walk.Average.OF_UINT8 && map.signed();
    walk.add(
        Clamp.finish(
            walk,
            written,
            like,
            to,
            () -> walk.node("AveragePool", List.of(walk.dequantised(map)), attributes),
            () ->
                asUint8
                    ? averageOfUint8(walk, map, like, to, attributes)
                    : walk.node("QLinearAveragePool", operands(walk, map, to), attributes)));
  }

  private static String averageOfUint8(
      Walk walk, FeatureMap map, FeatureMap like, Quantisation to, AttributeProto... attributes) {
    FeatureMap unsigned = walk.quantised(walk.dequantised(map), map, unsigned(map.quantisation()));
    FeatureMap pooled =
        like.with(unsigned(to))
            .named(
                walk.node(
                    "QLinearAveragePool", operands(walk, unsigned, unsigned(to)), attributes));
    return walk.quantised(walk.dequantised(pooled), like, to).name();
  }

  private static Quantisation unsigned(Quantisation signed) {
    return new Quantisation(signed.scale(), signed.zeroPoint() - Byte.MIN_VALUE, false);
  }

  private static void mean(Walk walk, FeatureMap map) {
    boolean reduce = walk.choices().flag(40);
    boolean keep = walk.choices().flag(60);
    boolean twice = walk.choices().flag(25);
    boolean sum = walk.choices().flag(25);
    Quantisation means = ofMeans(walk, map);
    int pixels = reduce && sum ? map.size() / map.channels() : 1;
    Quantisation to = new Quantisation(means.scale() * pixels, means.zeroPoint(), means.signed());
    Walk.Written written = walk.written(false);
    FeatureMap point = map.withMap(map.channels(), Collections.nCopies(map.spatial().size(), 1));
    boolean vector = reduce && !keep && written != Walk.Written.QOPERATOR;
    FeatureMap like = vector ? map.with(Layout.VECTOR, List.of(map.channels())) : point;
    walk.add(
        Clamp.finish(
            walk,
            written,
            like,
            to,
            () ->
                reduce
                    ? reduced(walk, map, sum ? "ReduceSum" : "ReduceMean", keep, twice)
                    : walk.node("GlobalAveragePool", List.of(walk.dequantised(map))),
            () -> {
              String pooled = walk.node("QLinearGlobalAveragePool", operands(walk, map, means));
              return vector ? walk.node("Flatten", List.of(pooled)) : pooled;
            }));
  }

  private static String reduced(
      Walk walk, FeatureMap map, String opType, boolean keep, boolean twice) {
    long[] axes = IntStream.range(2, map.rank()).mapToLong(i -> i).toArray();
    String value = walk.dequantised(map);
    if (axes.length == 2 && twice) {
      // Columns first, then rows.
      return reduced(walk, reduced(walk, value, opType, keep, 3), opType, keep, 2);
    }
    return reduced(walk, value, opType, keep, axes);
  }

  private static String reduced(
      Walk walk, String value, String opType, boolean keep, long... axes) {
    List<AttributeProto> attributes = new ArrayList<>();
    if (!keep) {
      attributes.add(attribute("keepdims", 0));
    }
    List<String> operands = new ArrayList<>(List.of(value));
    if (walk.opset() < (opType.equals("ReduceSum") ? 13 : 18)) {
      attributes.add(ints("axes", axes));
    } else {
      operands.add(walk.list(Longs.asList(axes)));
    }
    return walk.node(opType, operands, attributes.toArray(AttributeProto[]::new));
  }

  private static void max(Walk walk, FeatureMap map) {
    boolean global = walk.choices().flag(20);
    Window window = Window.draw(walk, map, Window.Kind.MAX, walk.opset() >= 10);
    FeatureMap like =
        global
            ? map.withMap(map.channels(), Collections.nCopies(map.spatial().size(), 1))
            : map.withMap(map.channels(), window.output());
    // GlobalMaxPool has no integer form in ONNX Runtime, MaxPool has one from version 12 on.
    boolean floats = global || walk.opset() < 12;
    walk.add(
        RearrangingSteps.rearranged(
            walk,
            map,
            like,
            floats,
            (value, type) ->
                global
                    ? walk.node("GlobalMaxPool", List.of(value))
                    : walk.node("MaxPool", List.of(value), window.with())));
  }
}
