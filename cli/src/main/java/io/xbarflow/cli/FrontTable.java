package io.xbarflow.cli;

import com.google.common.base.Strings;
import com.google.common.collect.ImmutableList;
import io.xbarflow.core.mapping.Figures;
import java.util.Collections;

/**
 * The Pareto front of a sweep as a Markdown table.
 *
 * @param front its points
 */
record FrontTable(ImmutableList<ExploreReport.Best> front) {
  private static final ImmutableList<String> HEADINGS =
      ImmutableList.of(
          "cycles per image",
          "first image, cycles",
          "activation memory, bits",
          "macros",
          "options");

  FrontTable {
    front = ImmutableList.copyOf(front);
  }

  private static ImmutableList<String> cells(ExploreReport.Best best) {
    Figures figures = best.prediction();
    int options = best.command().indexOf("--");
    return ImmutableList.of(
        String.valueOf(figures.cyclesPerImage().orElseThrow()),
        String.valueOf(figures.firstImageCycles()),
        String.valueOf(figures.activationMemoryBits()),
        String.valueOf(figures.crossbars()),
        best.command().substring(options));
  }

  /** The table, one line a point, ending with a new line. */
  String text() {
    StringBuilder text = new StringBuilder(line(HEADINGS));
    text.append("|").append(String.join("|", Collections.nCopies(4, "--:"))).append("|:--|\n");
    front.forEach(best -> text.append(line(cells(best))));
    return text.toString();
  }

  private static String line(ImmutableList<String> cells) {
    StringBuilder line = new StringBuilder("|");
    for (int column = 0; column < cells.size(); column++) {
      String cell = cells.get(column);
      boolean number = column < HEADINGS.size() - 1;
      line.append(' ')
          .append(number ? Strings.padStart(cell, HEADINGS.get(column).length(), ' ') : cell)
          .append(" |");
    }
    return line.append('\n').toString();
  }
}
