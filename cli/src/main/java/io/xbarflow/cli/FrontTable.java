package io.xbarflow.cli;

import com.google.common.base.Strings;
import com.google.common.collect.ImmutableList;
import io.xbarflow.core.mapping.Figures;
import io.xbarflow.mapper.explore.Outcome;
import java.util.Collections;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

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
          "right, %",
          "right exactly, %",
          "equal, %",
          "rms, LSB",
          "options");

  private static final int FIRST_OF_IMAGES = 4;

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
        percent(best.quality().flatMap(Outcome.Quality::top1)),
        percent(best.quality().flatMap(Outcome.Quality::idealTop1)),
        percent(best.quality().map(Outcome.Quality::equal)),
        best.quality().map(each -> String.format(Locale.ROOT, "%.3f", each.rms())).orElse(""),
        best.command().substring(options));
  }

  private static String percent(Optional<Double> fraction) {
    return fraction.map(each -> String.format(Locale.ROOT, "%.2f", 100 * each)).orElse("");
  }

  /** The table, one line a point, ending with a new line. */
  String text() {
    StringBuilder text = new StringBuilder(line(HEADINGS));
    int numbers = (int) IntStream.range(0, HEADINGS.size() - 1).filter(this::shown).count();
    text.append("|")
        .append(String.join("|", Collections.nCopies(numbers, "--:")))
        .append("|:--|\n");
    front.forEach(best -> text.append(line(cells(best))));
    return text.toString();
  }

  /** Whether a column is there: those of images are when some point was run on images. */
  private boolean shown(int column) {
    return column < FIRST_OF_IMAGES
        || column == HEADINGS.size() - 1
        || front.stream().anyMatch(best -> !cells(best).get(column).isEmpty());
  }

  private String line(ImmutableList<String> cells) {
    StringBuilder line = new StringBuilder("|");
    for (int column = 0; column < cells.size(); column++) {
      if (!shown(column)) {
        continue;
      }
      String cell = cells.get(column);
      boolean number = column < HEADINGS.size() - 1;
      line.append(' ')
          .append(number ? Strings.padStart(cell, HEADINGS.get(column).length(), ' ') : cell)
          .append(" |");
    }
    return line.append('\n').toString();
  }
}
