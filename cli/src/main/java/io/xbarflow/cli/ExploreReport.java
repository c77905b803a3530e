package io.xbarflow.cli;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.mapping.Figures;
import io.xbarflow.mapper.explore.Outcome;
import io.xbarflow.mapper.explore.ParetoFront;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a sweep found: {@code explore.json}. All but the three last numbers is equal for equal
 * sweeps, interrupted or not.
 *
 * @param model file name of the network
 * @param modelSha256 hash of that file
 * @param architecture the hardware for what was not varied
 * @param points points of the sweep
 * @param infeasible points without a mapping; explore.jsonl has the reasons
 * @param distinctTimings mappings that differ in their timing: each is timed once
 * @param front points that no other point dominates, fewest cycles per image first
 * @param evaluatedPoints points that this run evaluated; the others were there already
 * @param seconds wall-clock time of this run's evaluation
 * @param pointsPerMinute evaluated points over that time
 */
record ExploreReport(
    String model,
    String modelSha256,
    Architecture architecture,
    int points,
    int infeasible,
    int distinctTimings,
    ImmutableList<Best> front,
    int evaluatedPoints,
    double seconds,
    double pointsPerMinute) {

  /**
   * A point of the front.
   *
   * @param prediction what the mapping reaches
   * @param bound what a perfect pipeline would reach
   * @param quality what images make of it; empty without images
   * @param command what reproduces it, with the output folder left as OUT
   */
  record Best(
      Figures prediction, Figures bound, Optional<Outcome.Quality> quality, String command) {}

  /**
   * The front of {@code outcomes}, as commands that begin with {@code command}. The physics of
   * macros is not a choice: every one that was tried has a front of its own, in their order.
   */
  static ImmutableList<Best> front(Collection<Outcome> outcomes, String command) {
    Map<Map<String, String>, List<Outcome>> byPhysics = new LinkedHashMap<>();
    outcomes.forEach(
        outcome ->
            byPhysics
                .computeIfAbsent(outcome.point().physics(), unused -> new ArrayList<>())
                .add(outcome));
    return byPhysics.values().stream()
        .flatMap(alike -> ParetoFront.of(alike).stream())
        .map(
            outcome ->
                new Best(
                    outcome.prediction().orElseThrow(),
                    outcome.bound().orElseThrow(),
                    outcome.quality(),
                    command + " " + outcome.point().words()))
        .collect(ImmutableList.toImmutableList());
  }
}
