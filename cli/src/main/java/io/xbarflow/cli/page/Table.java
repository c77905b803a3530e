package io.xbarflow.cli.page;

import java.util.ArrayList;
import java.util.List;

/** A table with a heading for each column; the first column names the rows. */
final class Table {
  private final String caption;
  private final List<String> headings;
  private final List<Element> rows = new ArrayList<>();

  Table(String caption, List<String> headings) {
    this.caption = caption;
    this.headings = headings;
  }

  /** Adds a row: its name, then elements or texts. */
  Table row(Object name, List<?> cells) {
    return row(Element.of("tr"), name, cells);
  }

  /** Adds {@code row}, still empty. */
  Table row(Element row, Object name, List<?> cells) {
    row.add(Element.of("th", name).with("scope", "row"));
    cells.forEach(cell -> row.add(Element.of("td", cell)));
    rows.add(row);
    return this;
  }

  /** The table, in a box in which it may scroll. */
  Element element() {
    Element head = Element.of("tr");
    headings.forEach(heading -> head.add(Element.of("th", heading).with("scope", "col")));
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
            text)
        .styled("measure");
  }
}
