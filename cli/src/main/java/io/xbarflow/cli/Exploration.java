package io.xbarflow.cli;

import com.google.common.collect.ImmutableList;
import io.xbarflow.cli.page.ExplorePage;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.artefact.ManagedFolder;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.core.network.Network;
import io.xbarflow.mapper.explore.Outcome;
import io.xbarflow.mapper.explore.Point;
import io.xbarflow.mapper.explore.Ranges;
import io.xbarflow.mapper.explore.Sweep;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A sweep whose outcomes go to files.
 *
 * @param network the network mapped
 * @param base the architecture for what is not varied
 * @param types core types there are
 * @param images what points are run on
 * @param command how the commands that reproduce a point begin
 */
record Exploration(
    Network network,
    Architecture base,
    CoreTypes types,
    Optional<SweepImages> images,
    String command) {

  /** Does what is left to do in {@code output}, then writes {@code explore.json}. */
  FrontTable run(Ranges ranges, Path output, Progress progress) {
    progress.start("explore");
    ImmutableList<Point> points = ranges.points(network, base, types);
    Optional<Judge> judge = images.map(given -> new Judge(network, types, given));
    Map<Point, Outcome> outcomes = new HashMap<>();
    ExploreLog.Header header =
        new ExploreLog.Header(network.modelSha256(), base, judge.map(Judge::key));
    long start = System.nanoTime();
    int evaluated;
    try (ExploreLog log = ExploreLog.open(output, header)) {
      outcomes.putAll(log.earlier());
      Sweep sweep = new Sweep(network, base, types);
      outcomes.values().forEach(sweep::reuse);
      List<Point> open = points.stream().filter(point -> !outcomes.containsKey(point)).toList();
      evaluated = open.size();
      int[] done = {0};
      sweep.run(
          open,
          found -> {
            Outcome outcome = judged(judge, sweep, found);
            log.add(outcome);
            outcomes.put(outcome.point(), outcome);
            done[0]++;
            progress.update(
                String.format(
                    Locale.ROOT,
                    "%d %% of %d points, %.0f a minute",
                    100L * done[0] / open.size(),
                    open.size(),
                    perMinute(done[0], seconds(start))));
          });
    }
    ExploreReport report = report(points, outcomes, evaluated, seconds(start));
    ManagedFolder.at(output).writeText("explore.html", page(points, outcomes, report).html());
    ManagedFolder.at(output).write("explore.json", report);
    progress.done(
        String.format(
            Locale.ROOT,
            "%d points (%d now), %d infeasible, %d timings, %d on the front, %.0f a minute",
            report.points(),
            evaluated,
            report.infeasible(),
            report.distinctTimings(),
            report.front().size(),
            report.pointsPerMinute()));
    return new FrontTable(report.front());
  }

  private static Outcome judged(Optional<Judge> judge, Sweep sweep, Outcome outcome) {
    return judge.isPresent() && outcome.feasible()
        ? outcome.withQuality(judge.get().quality(sweep.mapping(outcome.point())))
        : outcome;
  }

  private ExplorePage page(
      ImmutableList<Point> points, Map<Point, Outcome> outcomes, ExploreReport report) {
    Set<String> front = new HashSet<>();
    report.front().forEach(best -> front.add(best.command()));
    ImmutableList.Builder<ExplorePage.Tried> tried = ImmutableList.builder();
    for (Point point : points) {
      String words = command + " " + point.words();
      if (outcomes.get(point).feasible()) {
        tried.add(new ExplorePage.Tried(outcomes.get(point), front.contains(words), words));
      }
    }
    return new ExplorePage(network.model(), base, tried.build(), points.size());
  }

  private ExploreReport report(
      ImmutableList<Point> points, Map<Point, Outcome> outcomes, int evaluated, double seconds) {
    List<Outcome> all = points.stream().map(outcomes::get).toList();
    return new ExploreReport(
        network.model(),
        network.modelSha256(),
        base,
        points.size(),
        (int) all.stream().filter(outcome -> !outcome.feasible()).count(),
        (int) all.stream().flatMap(outcome -> outcome.timing().stream()).distinct().count(),
        ExploreReport.front(all, command),
        evaluated,
        seconds,
        perMinute(evaluated, seconds));
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static double perMinute(int points, double seconds) {
    return Math.rint(60 * points / Math.max(seconds, 1e-3));
  }
}
