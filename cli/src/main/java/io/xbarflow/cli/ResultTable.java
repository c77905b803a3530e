package io.xbarflow.cli;

import com.google.common.collect.ImmutableList;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What was reached beside what was predicted and what a perfect pipeline would reach. Prints as a
 * Markdown table that also reads well as plain text.
 *
 * @param rows in the order of printing
 */
record ResultTable(ImmutableList<Row> rows) {
  private static final ImmutableList<String> HEADINGS =
      ImmutableList.of("", "reached", "predicted", "bound", "reached / bound");

  ResultTable {
    rows = ImmutableList.copyOf(rows);
  }

  /**
   * One quantity.
   *
   * @param quantity what it is, with its unit
   * @param reached measured or counted
   * @param predicted by the timing model
   * @param bound of a perfect pipeline
   */
  record Row(
      String quantity, OptionalDouble reached, OptionalDouble predicted, OptionalDouble bound) {

    /** A quantity without a prediction or a bound. */
    static Row of(String quantity, double reached) {
      return new Row(
          quantity, OptionalDouble.of(reached), OptionalDouble.empty(), OptionalDouble.empty());
    }

    private ImmutableList<String> cells() {
      OptionalDouble value = reached.isPresent() ? reached : predicted;
      boolean ratio = value.isPresent() && bound.isPresent() && bound.getAsDouble() > 0;
      return ImmutableList.of(
          quantity,
          text(reached),
          text(predicted),
          text(bound),
          ratio
              ? String.format(Locale.ROOT, "%.3f", value.getAsDouble() / bound.getAsDouble())
              : "");
    }

    private static String text(OptionalDouble value) {
      if (value.isEmpty()) {
        return "";
      }
      double number = value.getAsDouble();
      return number == Math.rint(number) && Math.abs(number) < 1e15
          ? String.format(Locale.ROOT, "%d", (long) number)
          : String.format(Locale.ROOT, "%.2f", number);
    }
  }

  /** The cells: headings, then rows. */
  ImmutableList<ImmutableList<String>> cells() {
    return ImmutableList.<ImmutableList<String>>builder()
        .add(HEADINGS)
        .addAll(rows.stream().map(Row::cells).iterator())
        .build();
  }

  /** The table, one line a row, ending with a new line. */
  String text() {
    return new MarkdownTable(cells(), 1).text();
  }
}
