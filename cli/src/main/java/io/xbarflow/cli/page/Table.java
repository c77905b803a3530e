package io.xbarflow.cli.page;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;

/** A table with a heading for each column; the first column names the rows. */
final class Table {
  private final String caption;
  private final ImmutableList<String> headings;
  private final List<Element> rows = new ArrayList<>();
  private final List<ImmutableList<Object>> cells = new ArrayList<>();

  Table(String caption, List<String> headings) {
    this.caption = caption;
    this.headings = ImmutableList.copyOf(headings);
  }

  /** Adds a row: its name, then elements or texts. */
  Table row(Object name, List<?> values) {
    return row(Element.of("tr"), name, values);
  }

  /** Adds {@code row}, still empty. */
  Table row(Element row, Object name, List<?> values) {
    rows.add(row.add(Element.of("th", name).with("scope", "row")));
    cells.add(ImmutableList.copyOf(values));
    return this;
  }

  /** The table, in a box in which it may scroll. */
  Element element() {
    Element head = Element.of("tr");
    for (int column = 0; column < headings.size(); column++) {
      Element heading = Element.of("th", headings.get(column)).with("scope", "col");
      head.add(column > 0 && words(column - 1) ? heading.styled("words") : heading);
    }
    for (int row = 0; row < rows.size(); row++) {
      for (int column = 0; column < cells.get(row).size(); column++) {
        Element cell = Element.of("td", cells.get(row).get(column));
        rows.get(row).add(words(column) ? cell.styled("words") : cell);
      }
    }
    return Element.of(
            "div",
            Element.of(
                "table",
                Element.of("caption", caption),
                Element.of("thead", head),
                Element.of("tbody").addAll(rows)))
        .styled("scroll")
        .with("tabindex", 0)
        .with("role", "region")
        .with("aria-label", caption);
  }

  /** Whether {@code column}, counted without the rows' names, has words rather than numbers. */
  private boolean words(int column) {
    return cells.stream()
        .filter(row -> column < row.size())
        .map(row -> row.get(column))
        .anyMatch(
            cell ->
                cell instanceof Element element
                    ? element.isStyled("command")
                    : cell.toString().matches("\\D*\\p{L}.*"));
  }

  /** {@code text} beside a bar of {@code share}, from 0 to 1. */
  static Element bar(String text, double share) {
    return Element.of(
            "span",
            Element.of(
                    "span",
                    Element.of("span")
                        .with("style", "width:" + Math.round(100 * Math.min(1, share)) + "%"))
                .styled("bar")
                .with("aria-hidden", "true"),
            Element.of("span", text).styled("value"))
        .styled("measure");
  }
}
