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
 * @param quality what images make of it; empty without images
 */
public record Outcome(
    Point point,
    Optional<String> timing,
    Optional<Figures> prediction,
    Optional<Figures> bound,
    Optional<String> reason,
    Optional<Quality> quality) {

  /**
   * How well the mapped network does on images.
   *
   * @param images images run
   * @param equal fraction of the output values that equal those of exact sums
   * @param rms root of the mean square of the outputs' differences, in LSB
   * @param top1 fraction of the labelled images that is classified right; empty without labels
   * @param idealTop1 the same with exact sums
   */
  public record Quality(
      int images, double equal, double rms, Optional<Double> top1, Optional<Double> idealTop1) {

    /** The greater the better: images classified right, or equal values where none has a label. */
    double score() {
      return top1.orElse(equal);
    }
  }

  /** An outcome without images. */
  public Outcome(
      Point point,
      Optional<String> timing,
      Optional<Figures> prediction,
      Optional<Figures> bound,
      Optional<String> reason) {
    this(point, timing, prediction, bound, reason, Optional.empty());
  }

  /** The same with what images make of it. */
  public Outcome withQuality(Quality measured) {
    return new Outcome(point, timing, prediction, bound, reason, Optional.of(measured));
  }

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
