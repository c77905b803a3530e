package io.xbarflow.mapper.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.mapping.Figures;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ParetoFrontTest {
  private static Outcome outcome(int number, Random random, int spread) {
    Point point =
        new Point(new Macro(8, 8), 1, ActivationMemoryPolicy.RING, 1, Optional.of(number + 1));
    if (random.nextInt(10) == 0) {
      return Outcome.infeasible(point, "too small");
    }
    Figures figures =
        new Figures(
            random.nextInt(spread),
            Optional.of((long) random.nextInt(spread)),
            random.nextInt(spread),
            random.nextInt(spread));
    return new Outcome(
        point, Optional.of("key"), Optional.of(figures), Optional.of(figures), Optional.empty());
  }

  private static long[] figures(Outcome outcome) {
    Figures of = outcome.prediction().orElseThrow();
    return new long[] {
      of.cyclesPerImage().orElseThrow(),
      of.firstImageCycles(),
      of.activationMemoryBits(),
      of.crossbars()
    };
  }

  /** From the definition: as good in everything, and better in something. */
  private static boolean dominates(Outcome a, Outcome b) {
    boolean better = false;
    for (int i = 0; i < 4; i++) {
      if (figures(a)[i] > figures(b)[i]) {
        return false;
      }
      better |= figures(a)[i] < figures(b)[i];
    }
    return better;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 10, 1000})
  void frontIsThatOfTheDefinition(int spread) {
    for (int seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      List<Outcome> outcomes = new ArrayList<>();
      for (int number = 0; number < 1 + random.nextInt(120); number++) {
        outcomes.add(outcome(number, random, spread));
      }
      Set<Outcome> expected = new HashSet<>();
      Set<Figures> seen = new HashSet<>();
      for (Outcome outcome : outcomes) {
        if (outcome.feasible()
            && outcomes.stream().noneMatch(other -> other.feasible() && dominates(other, outcome))
            && seen.add(outcome.prediction().orElseThrow())) {
          expected.add(outcome);
        }
      }
      ImmutableList<Outcome> front = ParetoFront.of(outcomes);
      assertEquals(expected, new HashSet<>(front), "seed " + seed);
      assertEquals(expected.size(), front.size());
      for (int i = 1; i < front.size(); i++) {
        assertTrue(figures(front.get(i - 1))[0] <= figures(front.get(i))[0]);
      }
    }
  }
}
