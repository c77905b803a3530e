package io.xbarflow.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Iterables;
import io.xbarflow.quantize.QuantisationReport;
import java.util.Locale;

/**
 * What quantisation has done to every layer, as a Markdown table that also reads well as plain
 * text.
 *
 * @param report what is shown
 */
record QuantisationTable(QuantisationReport report) {
  private static final ImmutableList<String> HEADINGS =
      ImmutableList.of("layer", "operator", "scale", "zero point", "SNR, dB");

  /** The table, one line a layer, and the notes. */
  String text() {
    ImmutableList.Builder<ImmutableList<String>> lines = ImmutableList.builder();
    lines.add(HEADINGS);
    Iterables.concat(report.layers(), report.outputs()).forEach(row -> lines.add(cells(row)));
    StringBuilder text = new StringBuilder(new MarkdownTable(lines.build(), 2).text());
    report.notes().forEach(note -> text.append("note: ").append(note).append('\n'));
    return text.toString();
  }

  private static ImmutableList<String> cells(QuantisationReport.Row row) {
    return ImmutableList.of(
        row.name(),
        row.operator(),
        String.format(Locale.ROOT, "%.6g", row.scale()),
        String.valueOf(row.zeroPoint()),
        row.signalToNoiseDecibels()
            .map(decibels -> String.format(Locale.ROOT, "%.1f", decibels))
            .orElse(row.exact() ? "exact" : ""));
  }
}
