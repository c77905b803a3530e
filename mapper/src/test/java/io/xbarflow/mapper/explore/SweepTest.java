package io.xbarflow.mapper.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Int8Array;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.network.Window;
import io.xbarflow.mapper.Mapper;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SweepTest {
  private static final Architecture BASE = Architectures.named("default").withReach(2);
  private static final CoreTypes TYPES = CoreTypes.installed();
  private static final Quantisation QUANTISATION = new Quantisation(0.05f, 0, true);
  private static final Ranges RANGES =
      new Ranges(
          ImmutableSet.of(new Macro(32, 16), new Macro(64, 64), new Macro(4, 4)),
          ImmutableSet.of(2, 9),
          ImmutableSet.of(ActivationMemoryPolicy.RING, ActivationMemoryPolicy.ROWS),
          ImmutableSet.of(1, 4),
          Optional.of(ImmutableSet.of(2, 6, 20, 21)));

  /** Two convolutions of 3 x 3, added to the first one's output. */
  private static Network residual() {
    Shape input = new Shape(3, 8, 8);
    Shape map = new Shape(4, 8, 8);
    return new Network(
        "residual",
        "0".repeat(64),
        ImmutableList.of(
            new Tensor("in", input, QUANTISATION),
            new Tensor("a", map, QUANTISATION),
            new Tensor("b", map, QUANTISATION),
            new Tensor("sum", map, QUANTISATION)),
        ImmutableList.of(
            convolution("conv1", "in", 3, "a"),
            convolution("conv2", "a", 4, "b"),
            new Layer.Add("add", "a", "b", "sum", -128, 127)),
        ImmutableList.of(host("in", input)),
        ImmutableList.of(host("sum", map)));
  }

  private static Layer convolution(String name, String from, int channels, String to) {
    return new Layer.Convolution(
        name,
        from,
        to,
        new Window(3, 3, 1, 1, 1, 1, 1, 1, 1, 1),
        1,
        Int8Array.copyOf(new byte[4 * channels * 9]),
        ImmutableList.of(0.01f),
        ImmutableList.copyOf(Collections.nCopies(4, 0)),
        -128,
        127);
  }

  private static HostTensor host(String tensor, Shape shape) {
    return new HostTensor(
        tensor,
        tensor,
        ImmutableList.of(shape.channels(), shape.height(), shape.width()),
        false,
        false);
  }

  private static ImmutableMap<Point, Outcome> run(Sweep sweep, List<Point> points) {
    Map<Point, Outcome> outcomes = new HashMap<>();
    sweep.run(points, outcome -> outcomes.put(outcome.point(), outcome));
    return ImmutableMap.copyOf(outcomes);
  }

  @Test
  void everyPointIsWhatTheMapperMakesOfIt() {
    Network network = residual();
    ImmutableList<Point> points = RANGES.points(network, BASE, TYPES);
    assertEquals(3 * 2 * 2 * 2 * 4, points.size());
    ImmutableMap<Point, Outcome> outcomes = run(new Sweep(network, BASE, TYPES), points);
    assertEquals(ImmutableSet.copyOf(points), outcomes.keySet());
    int feasible = 0;
    for (Outcome outcome : outcomes.values()) {
      if (outcome.feasible()) {
        Point point = outcome.point();
        Mapping mapping = Mapper.map(network, point.architecture(BASE), point.options());
        assertEquals(mapping.prediction(), outcome.prediction().orElseThrow(), point::toString);
        assertEquals(mapping.bound(), outcome.bound().orElseThrow(), point::toString);
        feasible++;
      } else {
        assertTrue(outcome.reason().orElseThrow().contains("expected"), outcome::toString);
      }
    }
    long timings = outcomes.values().stream().flatMap(o -> o.timing().stream()).distinct().count();
    assertTrue(feasible >= 40 && feasible < points.size(), "feasible " + feasible);
    assertTrue(timings > 8 && timings < feasible, "timings " + timings);
  }

  @Test
  void reusedOutcomesChangeNothing() {
    Network network = residual();
    ImmutableList<Point> points = RANGES.points(network, BASE, TYPES);
    ImmutableMap<Point, Outcome> outcomes = run(new Sweep(network, BASE, TYPES), points);
    Sweep again = new Sweep(network, BASE, TYPES);
    points.subList(0, 40).forEach(point -> again.reuse(outcomes.get(point)));
    List<Point> rest = points.subList(40, points.size());
    run(again, rest)
        .forEach((point, outcome) -> assertEquals(outcomes.get(point), outcome, point::toString));
  }

  @Test
  void chosenBudgetsBeginWithTheFewestMacros() {
    Ranges ranges =
        new Ranges(
            ImmutableSet.of(new Macro(16, 4)),
            ImmutableSet.of(8),
            ImmutableSet.of(ActivationMemoryPolicy.RING),
            ImmutableSet.of(1),
            Optional.empty());
    ImmutableList<Point> points = ranges.points(residual(), BASE, TYPES);
    // 27 and 36 rows of weights on macros of 16 rows: 2 and 3 macros.
    assertEquals(Optional.empty(), points.get(0).crossbars());
    assertEquals(Optional.of(5), points.get(1).crossbars());
    assertEquals(Optional.of(20), points.get(points.size() - 1).crossbars());
  }
}
