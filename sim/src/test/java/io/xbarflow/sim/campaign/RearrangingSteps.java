package io.xbarflow.sim.campaign;

import static io.xbarflow.sim.onnx.OnnxModel.attribute;
import static io.xbarflow.sim.onnx.OnnxModel.ints;

import ai.onnx.proto.OnnxMl.AttributeProto;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Longs;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.sim.campaign.FeatureMap.Layout;
import io.xbarflow.sim.onnx.OnnxModel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** Pad, Slice, Split, Gather and channel shuffles. */
final class RearrangingSteps {
  static final ImmutableList<Step> ALL =
      ImmutableList.of(
          new Step("new shape", 7, (walk, map) -> true, ShapeSteps::write),
          new Step("slice", 6, (walk, map) -> sliceable(map), RearrangingSteps::slice),
          new Step("split", 4, (walk, map) -> sliceable(map), RearrangingSteps::split),
          new Step("gather", 4, (walk, map) -> sliceable(map), RearrangingSteps::gather),
          new Step("one row", 3, (walk, map) -> map.isMap(), RearrangingSteps::row),
          new Step(
              "rows at equal distances", 2, (walk, map) -> map.isMap(), RearrangingSteps::rows),
          new Step(
              "channel shuffle",
              3,
              (walk, map) -> map.isMap() && map.channels() > 3 && smallestDivisor(map) > 1,
              RearrangingSteps::shuffle),
          new Step(
              "pad",
              7,
              (walk, map) -> map.isMap() && map.size() < Walk.LARGE,
              RearrangingSteps::pad));

  private RearrangingSteps() {}

  private static boolean sliceable(FeatureMap map) {
    return map.isMap() || map.layout() == Layout.VECTOR;
  }

  /**
   * An operator that takes values as they are, of integers or between DequantizeLinear and
   * QuantizeLinear.
   *
   * @param like layout and dimensions of the result
   * @param floats whether it has no integer form
   * @param operator writes it, of a value of an element type
   */
  static FeatureMap rearranged(
      Walk walk,
      FeatureMap map,
      FeatureMap like,
      boolean floats,
      BiFunction<String, Integer, String> operator) {
    boolean real = walk.written(true) == Walk.Written.QDQ || floats;
    boolean other = walk.choices().flag(25);
    Quantisation drawn = Quantisations.draw(walk.choices(), map.signed(), map.low(), map.high());
    FeatureMap result = like.with(map.quantisation());
    return real
        ? walk.quantised(
            operator.apply(walk.dequantised(map), OnnxModel.FLOAT),
            result,
            other ? drawn : map.quantisation())
        : result.named(operator.apply(map.name(), OnnxModel.eightBits(map.signed())));
  }

  /** Adds what has been made of {@code map}: perhaps nothing. */
  private static void add(Walk walk, FeatureMap result, FeatureMap map) {
    if (result.dims().equals(map.dims())) {
      walk.addSame(result, map);
    } else {
      walk.add(result);
    }
  }

  private static void pad(Walk walk, FeatureMap map) {
    Choices choices = walk.choices();
    List<Long> before = new ArrayList<>(List.of(0L));
    List<Long> after = new ArrayList<>(List.of(0L));
    FeatureMap like = map;
    for (int i = 0; i < map.dims().size(); i++) {
      int extent = map.dims().get(i);
      boolean used = i == 0 ? choices.flag(15) : choices.flag(75);
      int first = choices.between(0, 2);
      int last = choices.between(0, 2);
      boolean crops = choices.flag(12) && i > 0 && extent > 3;
      before.add(used ? crops ? -first : (long) first : 0);
      after.add(used ? last : 0L);
      like = like.withExtent(i, extent + (int) (before.get(i + 1) + after.get(i + 1)));
    }
    int kind = choices.draw(4);
    int anywhere = choices.draw(256);
    Quantisation from = map.quantisation();
    int fill =
        switch (kind) {
          case 0 -> from.zeroPoint();
          case 1 -> from.min();
          default -> from.min() + anywhere;
        };
    boolean axes = choices.flag(40) && walk.opset() >= 18;
    FeatureMap padded =
        rearranged(
            walk,
            map,
            like,
            walk.opset() < 11,
            (value, type) -> padded(walk, value, type, before, after, fill, from, axes));
    add(walk, padded, map);
  }

  private static String padded(
      Walk walk,
      String value,
      int type,
      List<Long> before,
      List<Long> after,
      int fill,
      Quantisation from,
      boolean axes) {
    float real = (fill - from.zeroPoint()) * from.scale();
    List<Long> pads = new ArrayList<>();
    pads.addAll(before.subList(axes ? 1 : 0, before.size()));
    pads.addAll(after.subList(axes ? 1 : 0, after.size()));
    if (walk.opset() < 11) {
      return walk.node(
          "Pad", List.of(value), ints("pads", Longs.toArray(pads)), attribute("value", real));
    }
    String constant =
        type == OnnxModel.FLOAT
            ? walk.real(real)
            : walk.stored(OnnxModel.integers(type, new long[0], fill));
    List<String> operands = new ArrayList<>(List.of(value, walk.list(pads), constant));
    if (axes) {
      List<Long> list = new ArrayList<>();
      for (long i = 1; i < before.size(); i++) {
        list.add(i == before.size() - 1 ? -1 : i);
      }
      operands.add(walk.list(list));
    }
    return walk.node("Pad", operands);
  }

  private static void slice(Walk walk, FeatureMap map) {
    Choices choices = walk.choices();
    List<Long> axes = new ArrayList<>();
    List<Long> starts = new ArrayList<>();
    List<Long> ends = new ArrayList<>();
    List<Long> steps = new ArrayList<>();
    FeatureMap like = map;
    for (int i = 0; i < map.dims().size(); i++) {
      int extent = map.dims().get(i);
      boolean used = choices.flag(60);
      int start = choices.between(0, Math.min(2, extent - 1));
      int end = extent - choices.between(0, Math.min(2, extent - 1 - start));
      int step = choices.flag(25) && walk.opset() >= 10 ? 2 : 1;
      boolean negative = choices.flag(30);
      boolean far = choices.flag(30) && end == extent;
      if (used) {
        axes.add(negative ? i - (long) map.dims().size() : i + 1L);
        starts.add(negative ? start - (long) extent : start);
        ends.add(far ? Integer.MAX_VALUE : negative && end < extent ? end - (long) extent : end);
        steps.add((long) step);
        like = like.withExtent(i, (end - start + step - 1) / step);
      }
    }
    if (axes.isEmpty()) {
      axes.add(1L);
      starts.add(0L);
      ends.add((long) map.dims().get(0));
      steps.add(1L);
    }
    boolean plain = steps.stream().allMatch(step -> step == 1);
    FeatureMap sliced =
        rearranged(
            walk,
            map,
            like,
            false,
            (value, type) -> {
              List<String> operands = new ArrayList<>(List.of(value));
              operands.add(walk.list(starts));
              operands.add(walk.list(ends));
              operands.add(walk.list(axes));
              if (!plain) {
                operands.add(walk.list(steps));
              }
              return walk.node("Slice", operands);
            });
    add(walk, sliced, map);
  }

  private static void split(Walk walk, FeatureMap map) {
    Choices choices = walk.choices();
    int dimension = choices.draw(map.dims().size());
    int extent = map.dims().get(dimension);
    int count = Math.min(extent, choices.between(2, 3));
    List<Long> sizes = new ArrayList<>();
    int rest = extent;
    for (int i = 0; i < count; i++) {
      int most = rest - (count - 1 - i);
      int size = i == count - 1 ? rest : choices.between(1, most);
      sizes.add((long) size);
      rest -= size;
    }
    boolean equal = choices.flag(50) && extent % count == 0;
    if (equal) {
      sizes.replaceAll(size -> (long) extent / count);
    }
    boolean negative = choices.flag(30);
    boolean real = walk.written(true) == Walk.Written.QDQ;
    AttributeProto axis =
        attribute("axis", negative ? dimension - map.dims().size() : dimension + 1);
    List<AttributeProto> attributes = new ArrayList<>(List.of(axis));
    List<String> operands = new ArrayList<>(List.of(real ? walk.dequantised(map) : map.name()));
    if (equal && walk.opset() >= 18) {
      attributes.add(attribute("num_outputs", count));
    } else if (!equal && walk.opset() < 13) {
      attributes.add(ints("split", Longs.toArray(sizes)));
    } else if (!equal) {
      operands.add(walk.list(sizes));
    }
    walk.note(equal ? "equal parts" : "stated parts");
    List<String> parts =
        walk.nodes("Split", count, operands, attributes.toArray(AttributeProto[]::new));
    for (int i = 0; i < count; i++) {
      FeatureMap like = map.withExtent(dimension, sizes.get(i).intValue());
      add(
          walk,
          real ? walk.quantised(parts.get(i), like, map.quantisation()) : like.named(parts.get(i)),
          map);
    }
  }

  private static void gather(Walk walk, FeatureMap map) {
    Choices choices = walk.choices();
    int count = choices.between(1, Math.min(8, map.channels() + 2));
    List<Long> chosen = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long channel = choices.draw(map.channels());
      chosen.add(choices.flag(20) ? channel - map.channels() : channel);
    }
    FeatureMap gathered =
        rearranged(
            walk,
            map,
            map.withExtent(0, count),
            false,
            (value, type) ->
                walk.node("Gather", List.of(value, walk.list(chosen)), attribute("axis", 1)));
    add(walk, gathered, map);
  }

  /** Gather of one row, or of one column of a map without rows, whose axis is dropped. */
  private static void row(Walk walk, FeatureMap map) {
    int extent = map.dims().get(1);
    long index = walk.choices().between(-extent, extent - 1);
    List<Integer> dims = new ArrayList<>(map.dims());
    dims.remove(1);
    walk.add(
        rearranged(
            walk,
            map,
            map.with(dims.size() == 1 ? Layout.VECTOR : Layout.MAP, dims),
            false,
            (value, type) ->
                walk.node("Gather", List.of(value, walk.number(index)), attribute("axis", 2))));
  }

  private static void rows(Walk walk, FeatureMap map) {
    int extent = map.dims().get(1);
    int first = walk.choices().draw(extent);
    int step = walk.choices().between(1, 3);
    List<Long> chosen = new ArrayList<>();
    for (long row = first; row < extent && chosen.size() < 5; row += step) {
      chosen.add(walk.choices().flag(20) ? row - extent : row);
    }
    add(
        walk,
        rearranged(
            walk,
            map,
            map.withExtent(1, chosen.size()),
            false,
            (value, type) ->
                walk.node("Gather", List.of(value, walk.list(chosen)), attribute("axis", 2))),
        map);
  }

  private static int smallestDivisor(FeatureMap map) {
    return map.channels() % 2 == 0 ? 2 : map.channels() % 3 == 0 ? 3 : 1;
  }

  private static void shuffle(Walk walk, FeatureMap map) {
    int divisor = smallestDivisor(map);
    int groups = walk.choices().flag(50) ? map.channels() / divisor : divisor;
    List<Long> split = new ArrayList<>(List.of(0L, (long) groups, (long) map.channels() / groups));
    List<Long> join = new ArrayList<>(List.of(0L, -1L));
    for (int extent : map.spatial()) {
      split.add((long) extent);
      join.add((long) extent);
    }
    long[] order = new long[split.size()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i == 1 ? 2 : i == 2 ? 1 : i;
    }
    add(
        walk,
        rearranged(
            walk,
            map,
            map,
            false,
            (value, type) -> {
              String apart = walk.node("Reshape", List.of(value, walk.list(split)));
              String turned = walk.node("Transpose", List.of(apart), ints("perm", order));
              return walk.node("Reshape", List.of(turned, walk.list(join)));
            }),
        map);
  }
}
