package io.xbarflow.mapper.explore;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.mapping.Figures;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * The outcomes that no other outcome dominates: none is as good in cycles per image, first-image
 * cycles, activation memory, macros and, where images were run, quality, and better in one of them.
 */
public final class ParetoFront {
  private static final Comparator<Figures> ORDER =
      Comparator.<Figures>comparingLong(ParetoFront::interval)
          .thenComparingLong(Figures::firstImageCycles)
          .thenComparingLong(Figures::activationMemoryBits)
          .thenComparingInt(Figures::crossbars);

  private ParetoFront() {}

  /**
   * The front of the feasible ones among {@code outcomes}, fewest cycles per image first. Of those
   * with equal figures the first stands for all.
   */
  public static ImmutableList<Outcome> of(Collection<Outcome> outcomes) {
    List<Outcome> sorted =
        outcomes.stream()
            .filter(Outcome::feasible)
            .sorted(
                Comparator.comparing(ParetoFront::figures, ORDER)
                    .thenComparing(Comparator.comparingDouble(ParetoFront::score).reversed()))
            .toList();
    // What dominates an outcome, or equals it, comes before it in this order.
    List<Outcome> front = new ArrayList<>();
    for (Outcome outcome : sorted) {
      if (front.stream().noneMatch(before -> covers(before, outcome))) {
        front.add(outcome);
      }
    }
    return ImmutableList.copyOf(front);
  }

  private static Figures figures(Outcome outcome) {
    return outcome.prediction().orElseThrow();
  }

  private static double score(Outcome outcome) {
    return outcome.quality().map(Outcome.Quality::score).orElse(0.0);
  }

  /** Whether {@code a} is as good as {@code b} in everything. */
  private static boolean covers(Outcome a, Outcome b) {
    return covers(figures(a), figures(b)) && score(a) >= score(b);
  }

  private static long interval(Figures figures) {
    return figures.cyclesPerImage().orElseThrow();
  }

  private static boolean covers(Figures a, Figures b) {
    return interval(a) <= interval(b)
        && a.firstImageCycles() <= b.firstImageCycles()
        && a.activationMemoryBits() <= b.activationMemoryBits()
        && a.crossbars() <= b.crossbars();
  }
}
