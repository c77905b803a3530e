package io.xbarflow.sim.campaign;

import static io.xbarflow.sim.onnx.OnnxModel.attribute;

import com.google.common.collect.ImmutableList;
import io.xbarflow.sim.campaign.FeatureMap.Layout;
import io.xbarflow.sim.onnx.OnnxModel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Other dimensions for the same values, stated or computed by the graph. */
final class ShapeSteps {
  private ShapeSteps() {}

  static void write(Walk walk, FeatureMap map) {
    int kind = walk.choices().draw(8);
    FeatureMap to = target(walk, map);
    walk.addSame(
        RearrangingSteps.rearranged(
            walk, map, to, false, (value, type) -> reshaped(walk, map, to, value, kind)),
        map);
  }

  /** Where {@code map} may go: a vector, or a map of as many pixels. */
  private static FeatureMap target(Walk walk, FeatureMap map) {
    boolean flatten = walk.choices().flag(60);
    if (map.layout() == Layout.VECTOR) {
      return map.withMap(map.channels(), Collections.nCopies(flatten ? 2 : 1, 1));
    }
    if (!map.isMap()) {
      return map;
    }
    boolean row = map.dims().size() == 3 && map.dims().get(1) == 1;
    if (row && !flatten) {
      return map.withMap(map.channels(), map.dims().subList(2, 3));
    }
    if (map.dims().size() == 2 && !flatten) {
      return map.withMap(map.channels(), List.of(1, map.dims().get(1)));
    }
    boolean point = map.spatial().stream().allMatch(extent -> extent == 1);
    return map.with(point ? Layout.VECTOR : Layout.FLAT, List.of(map.size()));
  }

  private static String reshaped(Walk walk, FeatureMap map, FeatureMap to, String value, int kind) {
    int from = map.dims().size();
    int rank = to.dims().size();
    if (rank == 1 && from > 1 && kind >= 4) {
      return kind == 4
          ? walk.node("Reshape", List.of(value, computed(walk, map, value)))
          : walk.node("Flatten", List.of(value));
    }
    if (kind >= 5 && rank == from - 1 && map.dims().get(1) == 1) {
      return Stored.axes(walk, "Squeeze", value, 2);
    }
    if (kind >= 5 && rank == from + 1) {
      return Stored.axes(walk, "Unsqueeze", value, 2);
    }
    if (kind >= 5 && from == 1 && rank == 3) {
      return Stored.axes(walk, "Unsqueeze", value, 2, 3);
    }
    List<Long> dims = new ArrayList<>(List.of(kind % 2 == 0 || walk.openBatch() ? 0L : 1L));
    for (int extent : to.dims()) {
      dims.add((long) extent);
    }
    if (kind % 3 == 0) {
      dims.set(1, -1L);
    }
    return walk.node("Reshape", List.of(value, walk.list(dims)));
  }

  /** The target of a Reshape to one vector an image, computed from the dimensions of the map. */
  private static String computed(Walk walk, FeatureMap map, String value) {
    walk.note("computed shape");
    String shape = walk.node("Shape", List.of(value));
    String batch =
        Stored.axes(
            walk,
            "Unsqueeze",
            walk.node(
                "Gather",
                List.of(shape, walk.stored(OnnxModel.integers(OnnxModel.INT64, new long[0], 0)))),
            0);
    String rest =
        walk.node(
            "Slice",
            List.of(
                shape, walk.list(ImmutableList.of(1)), walk.list(ImmutableList.of(map.rank()))));
    List<Long> ones = Collections.nCopies(map.dims().size(), 1L);
    List<String> extents =
        walk.opset() < 13
            ? walk.nodes("Split", map.dims().size(), List.of(rest))
            : walk.nodes("Split", map.dims().size(), List.of(rest, walk.list(ones)));
    String all = extents.get(0);
    for (String extent : extents.subList(1, extents.size())) {
      all = walk.node("Mul", List.of(all, extent));
    }
    all = unchanged(walk, all);
    return walk.node("Concat", List.of(batch, all), attribute("axis", 0));
  }

  /** {@code list} after some arithmetic that leaves it as it is. */
  private static String unchanged(Walk walk, String list) {
    String two = walk.list(ImmutableList.of(2));
    String one = walk.list(ImmutableList.of(1));
    String much = walk.list(ImmutableList.of(1 << 20));
    String same = walk.node("Sub", List.of(walk.node("Add", List.of(list, two)), two));
    same = walk.node("Div", List.of(walk.node("Mul", List.of(same, two)), two));
    if (walk.opset() >= 12) {
      same = walk.node("Max", List.of(walk.node("Min", List.of(same, much)), one));
    }
    same =
        walk.node(
            "Cast",
            List.of(walk.node("Cast", List.of(same), attribute("to", OnnxModel.INT32))),
            attribute("to", OnnxModel.INT64));
    return Stored.axes(walk, "Unsqueeze", Stored.axes(walk, "Squeeze", same, 0), 0);
  }
}
