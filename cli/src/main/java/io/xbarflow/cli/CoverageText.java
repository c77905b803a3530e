package io.xbarflow.cli;

import com.google.common.collect.ImmutableList;
import io.xbarflow.testbench.CoverageReport;
import java.util.Locale;

/**
 * Which lines and branches of every cell a co-simulation executed, as text.
 *
 * @param report what is shown
 */
record CoverageText(CoverageReport report) {
  private static final ImmutableList<String> HEADINGS =
      ImmutableList.of("cell or template", "points", "reached", "%");

  /** One line for the whole chip. */
  String line() {
    return String.format(
        Locale.ROOT,
        "%d of %d lines and branches executed, in %d cells and templates; holes in coverage.json",
        report.reached(),
        report.points(),
        report.cells().size());
  }

  /** The table, one line for each cell. */
  String text() {
    ImmutableList.Builder<ImmutableList<String>> lines = ImmutableList.builder();
    lines.add(HEADINGS);
    report.cells().forEach(cell -> lines.add(row(cell.file(), cell.points(), cell.reached())));
    lines.add(row("all", report.points(), report.reached()));
    return new MarkdownTable(lines.build(), 1).text();
  }

  private static ImmutableList<String> row(String name, long points, long reached) {
    return ImmutableList.of(
        name,
        Long.toString(points),
        Long.toString(reached),
        points == 0 ? "" : String.format(Locale.ROOT, "%.1f", 100.0 * reached / points));
  }
}
