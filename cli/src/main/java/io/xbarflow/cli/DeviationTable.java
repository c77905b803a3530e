package io.xbarflow.cli;

import com.google.common.base.Strings;
import com.google.common.collect.ImmutableList;
import io.xbarflow.sim.Deviation;
import java.util.Locale;

/**
 * How far every layer is from the network with exact sums, as a Markdown table that also reads well
 * as plain text.
 *
 * @param deviations of the layers; without any there is no table
 */
record DeviationTable(ImmutableList<Deviation> deviations) {
  private static final ImmutableList<String> HEADINGS =
      ImmutableList.of(
          "layer", "core", "values", "equal, %", "rms, LSB", "greatest, LSB", "SNR, dB");

  DeviationTable {
    deviations = ImmutableList.copyOf(deviations);
  }

  private static ImmutableList<String> cells(Deviation deviation) {
    return ImmutableList.of(
        deviation.layer(),
        deviation.core().orElse(""),
        String.valueOf(deviation.values()),
        String.format(Locale.ROOT, "%.2f", 100 * deviation.equal()),
        String.format(Locale.ROOT, "%.3f", deviation.rms()),
        String.valueOf(deviation.greatest()),
        deviation
            .signalToNoiseDb()
            .map(decibels -> String.format(Locale.ROOT, "%.1f", decibels))
            .orElse(""));
  }

  /** The table, one line a layer, ending with a new line; empty without deviations. */
  String text() {
    if (deviations.isEmpty()) {
      return "";
    }
    ImmutableList.Builder<ImmutableList<String>> lines = ImmutableList.builder();
    lines.add(HEADINGS);
    deviations.forEach(deviation -> lines.add(cells(deviation)));
    return text(lines.build());
  }

  private static String text(ImmutableList<ImmutableList<String>> lines) {
    StringBuilder text = new StringBuilder();
    for (int line = 0; line < lines.size(); line++) {
      for (int column = 0; column < HEADINGS.size(); column++) {
        int width = width(lines, column);
        String cell = lines.get(line).get(column);
        text.append("| ")
            .append(
                words(column)
                    ? Strings.padEnd(cell, width, ' ')
                    : Strings.padStart(cell, width, ' '))
            .append(' ');
      }
      text.append("|\n");
      if (line == 0) {
        for (int column = 0; column < HEADINGS.size(); column++) {
          text.append(words(column) ? "|:" : "|-")
              .append("-".repeat(width(lines, column)))
              .append(words(column) ? '-' : ':');
        }
        text.append("|\n");
      }
    }
    return text.toString();
  }

  /** Whether a column holds words rather than numbers. */
  private static boolean words(int column) {
    return column < 2;
  }

  private static int width(ImmutableList<ImmutableList<String>> lines, int column) {
    return lines.stream().mapToInt(cells -> cells.get(column).length()).max().orElse(0);
  }
}
