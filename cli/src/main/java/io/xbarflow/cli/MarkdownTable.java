package io.xbarflow.cli;

import com.google.common.base.Strings;
import com.google.common.collect.ImmutableList;

/**
 * A Markdown table that also reads well as plain text.
 *
 * @param lines cells of the headings, then of every row
 * @param texts how many of the first columns are texts, set to the left; the others are numbers
 */
record MarkdownTable(ImmutableList<ImmutableList<String>> lines, int texts) {
  MarkdownTable {
    lines = ImmutableList.copyOf(lines);
  }

  /** The table, one line a row, ending with a new line. */
  String text() {
    int columns = lines.get(0).size();
    StringBuilder text = new StringBuilder();
    for (int line = 0; line < lines.size(); line++) {
      for (int column = 0; column < columns; column++) {
        int width = width(column);
        String cell = lines.get(line).get(column);
        text.append("| ")
            .append(
                column < texts
                    ? Strings.padEnd(cell, width, ' ')
                    : Strings.padStart(cell, width, ' '))
            .append(' ');
      }
      text.append("|\n");
      if (line == 0) {
        for (int column = 0; column < columns; column++) {
          String rule = "-".repeat(width(column));
          text.append(column < texts ? "|:" + rule + "-" : "|-" + rule + ":");
        }
        text.append("|\n");
      }
    }
    return text.toString();
  }

  private int width(int column) {
    return lines.stream().mapToInt(cells -> cells.get(column).length()).max().orElse(0);
  }
}
