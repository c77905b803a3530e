package io.xbarflow.testbench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.io.Resources;
import io.xbarflow.core.artefact.Artefacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The page with what co-simulations executed: per cell, and each hole with its explanation.
 *
 * @param coverage what was executed
 * @param units every cell and template
 * @param reached those that a chip had
 * @param proved cells that have formal proofs
 * @param runs what was simulated, one line each
 * @param explanations of holes
 */
record CoveragePage(
    Coverage coverage,
    ImmutableSet<String> units,
    ImmutableSet<String> reached,
    ImmutableSet<String> proved,
    ImmutableList<String> runs,
    ImmutableList<Explanation> explanations) {
  private static final String RESOURCE = "coverage_holes.json";

  private static final String INTRODUCTION =
      """
# Coverage

Written by `./verify --coverage`. Verilator counts how often each line and branch of every cell and
template is executed, in all of these co-simulations together, every one of which was right:

RUNS
- **point**: a block of statements, one side of an `if`, or an item of a `case`. All instances and all
  sets of parameters of a cell count together; so do all modules made from one template, whose lines
  are compared with `#` for every number. Counting begins with the reset; `initial` blocks do not
  count, nor do combinational blocks as a whole.
- **hole**: a point that nothing executed. Each is explained below; a hole without an explanation
  fails the run, and so does an explanation of what is not in the cell or was executed.
- **proved**: [formal proofs](proofs.md) hold for every input of that cell, also those that lead to a
  hole. Proofs are no simulations, and close no hole here.

A cell of wires and expressions only has no points; that it is in a chip that was right is all that
is said of it. So with the branches of a `generate` that no chip takes: they have no points.

""";

  /**
   * Why a point is not executed.
   *
   * @param unit cell or template
   * @param missing what does not happen there, as {@code CoveragePoint.Kind} says
   * @param source the line's text
   * @param reason why
   */
  record Explanation(String unit, String missing, String source, String reason) {
    private String key() {
      return unit + "\n" + missing + "\n" + source;
    }
  }

  /** All explanations. */
  private record Explanations(ImmutableList<Explanation> holes) {}

  CoveragePage {
    explanations = ImmutableList.copyOf(explanations);
  }

  /** The explanations that are kept with the tests. */
  static ImmutableList<Explanation> explanations(Path scratch) throws IOException {
    Path file = scratch.resolve(RESOURCE);
    Files.writeString(
        file, Resources.toString(Resources.getResource(CoveragePage.class, RESOURCE), UTF_8));
    return Artefacts.read(file, Explanations.class).holes();
  }

  private static String key(CoveragePoint point) {
    return point.unit() + "\n" + point.kind().meaning() + "\n" + point.source();
  }

  private Optional<String> reason(CoveragePoint hole) {
    return explanations.stream()
        .filter(each -> each.key().equals(key(hole)))
        .map(Explanation::reason)
        .findFirst();
  }

  /** Holes without an explanation, and explanations without a hole. */
  ImmutableList<String> problems() {
    ImmutableList.Builder<String> problems = ImmutableList.builder();
    Set<String> open = new HashSet<>();
    for (CoveragePoint hole : coverage.holes()) {
      open.add(key(hole));
      if (reason(hole).isEmpty()) {
        problems.add("no explanation of the hole " + text(hole));
      }
    }
    Set<String> all = new HashSet<>();
    coverage.counts().keySet().forEach(point -> all.add(key(point)));
    for (Explanation each : explanations) {
      if (!open.contains(each.key())) {
        problems.add(
            (all.contains(each.key()) ? "explained, but executed: " : "explained, but not there: ")
                + each);
      }
    }
    return problems.build();
  }

  private static String text(CoveragePoint point) {
    return String.format(
        Locale.ROOT,
        "%s%s `%s`: never: %s",
        point.unit(),
        point.line() == 0 ? "" : ":" + point.line(),
        point.source(),
        point.kind().meaning());
  }

  /** The page. */
  String text() {
    Map<String, CoverageReport.Cell> cells = new HashMap<>();
    CoverageReport report = coverage.report();
    report.cells().forEach(cell -> cells.put(cell.file(), cell));
    List<String> lines = new ArrayList<>();
    StringBuilder list = new StringBuilder();
    runs.forEach(run -> list.append("- ").append(run).append('\n'));
    lines.add(INTRODUCTION.replace("RUNS", list).stripTrailing());
    lines.add("");
    lines.add("| cell or template | in a chip | points | reached | % | holes | proved |");
    lines.add("|---|---|--:|--:|--:|--:|---|");
    for (String unit : units) {
      CoverageReport.Cell cell =
          cells.getOrDefault(unit, new CoverageReport.Cell(unit, 0, 0, ImmutableList.of()));
      lines.add(
          String.format(
              Locale.ROOT,
              "| `%s` | %s | %d | %d | %s | %d | %s |",
              unit,
              reached.contains(unit) ? "yes" : "**no**",
              cell.points(),
              cell.reached(),
              percent(cell.points(), cell.reached()),
              cell.holes().size(),
              proved.contains(unit.replaceFirst("\\.v$", "")) ? "[yes](proofs.md)" : ""));
    }
    lines.add(
        String.format(
            Locale.ROOT,
            "| all | %d of %d | %d | %d | %s | %d | |",
            reached.size(),
            units.size(),
            report.points(),
            report.reached(),
            percent(report.points(), report.reached()),
            report.points() - report.reached()));
    lines.add("");
    lines.add("## Holes");
    lines.add("");
    if (coverage.holes().isEmpty()) {
      lines.add("None.");
    }
    for (CoveragePoint hole : coverage.holes()) {
      lines.add("- " + text(hole) + ". " + reason(hole).orElse("**Not explained.**"));
    }
    return String.join("\n", lines) + "\n";
  }

  private static String percent(long points, long reached) {
    return points == 0 ? "" : String.format(Locale.ROOT, "%.1f", 100.0 * reached / points);
  }
}
