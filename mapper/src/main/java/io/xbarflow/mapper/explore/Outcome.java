package io.xbarflow.mapper.explore;

import static com.google.common.base.Preconditions.checkArgument;

import io.xbarflow.core.mapping.Figures;
import java.util.Optional;

/**
 * What became of a point.
 *
 * @param point the point
 * @param timing key of its timing, equal for points that were timed as one; empty when infeasible
 * @param prediction what the mapping reaches; empty when infeasible
 * @param bound what a perfect pipeline would reach; empty when infeasible
 * @param reason why there is no mapping; empty when there is one
 */
public record Outcome(
    Point point,
    Optional<String> timing,
    Optional<Figures> prediction,
    Optional<Figures> bound,
    Optional<String> reason) {

  /** Checks that there is either a mapping or a reason. */
  public Outcome {
    checkArgument(timing.isPresent() != reason.isPresent(), "a mapping or a reason: %s", point);
    checkArgument(
        timing.isPresent() == prediction.isPresent() && timing.isPresent() == bound.isPresent(),
        "half a mapping: %s",
        point);
  }

  /** A point that has no mapping. */
  static Outcome infeasible(Point point, String reason) {
    return new Outcome(
        point, Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(reason));
  }

  /** Whether there is a mapping. */
  public boolean feasible() {
    return prediction.isPresent();
  }
}
