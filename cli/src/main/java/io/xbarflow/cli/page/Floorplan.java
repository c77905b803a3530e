package io.xbarflow.cli.page;

import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.mapping.Place;
import io.xbarflow.core.network.Tensor;
import java.util.ArrayList;
import java.util.List;

/** The grid of macros: each with the number of its layer, and the streams between layers. */
final class Floorplan {
  private static final double WIDEST = 1120;
  private static final double MARGIN = 22; // for the numbers of rows and columns

  private final Chip chip;
  private final int rows;
  private final int columns;
  private final double cell;

  private Floorplan(Chip chip, int rows, int columns) {
    this.chip = chip;
    this.rows = rows;
    this.columns = columns;
    this.cell = Math.max(16, Math.min(64, (WIDEST - MARGIN) / columns));
  }

  /**
   * A stream between macros.
   *
   * @param from station it leaves
   * @param to station it enters
   * @param bits bits of an image
   */
  private record Wire(Chip.Station from, Chip.Station to, long bits) {}

  /** The picture of {@code chip}. */
  static Element of(Chip chip) {
    Architecture architecture = chip.mapping().architecture();
    int rows = architecture.gridRows();
    int columns = architecture.gridColumns();
    for (Chip.Station station : chip.stations()) {
      for (Place place : places(station)) {
        rows = Math.max(rows, place.row() + 1);
        columns = Math.max(columns, place.column() + 1);
      }
    }
    return new Floorplan(chip, rows, columns).draw();
  }

  private static List<Place> places(Chip.Station station) {
    return station.core().map(core -> core.array().places()).map(List::copyOf).orElse(List.of());
  }

  private Element draw() {
    double width = MARGIN + columns * cell + 2;
    double height = MARGIN + rows * cell + 2;
    Element svg =
        Element.of("svg")
            .with("width", width)
            .with("height", height)
            .with("viewBox", Pictures.box(0, 0, width, height))
            .with("role", "img")
            .with("aria-label", "Places of the macros on the grid");
    int step = cell < 24 ? 5 : 1;
    for (int column = 0; column < columns; column += step) {
      svg.add(Pictures.text(x(column) + cell / 2, MARGIN - 7, "" + column).styled("axis middle"));
    }
    for (int row = 0; row < rows; row += step) {
      svg.add(Pictures.text(MARGIN - 6, y(row) + cell / 2 + 4, "" + row).styled("axis right"));
    }
    svg.add(arrowHead());
    svg.add(Pictures.rectangle(MARGIN, MARGIN, columns * cell, rows * cell).styled("board"));
    chip.layers().forEach(station -> svg.add(macros(station)));
    long most = wires().stream().mapToLong(Wire::bits).max().orElse(1);
    for (Wire wire : wires()) {
      svg.add(drawn(wire, most));
    }
    return svg;
  }

  private static Element arrowHead() {
    return Element.of(
        "defs",
        Element.of("marker", Element.of("path").with("d", "M0 0L8 4L0 8Z").styled("wire-head"))
            .with("id", "wire-head")
            .with("viewBox", "0 0 8 8")
            .with("refX", 6)
            .with("refY", 4)
            .with("markerWidth", 8)
            .with("markerHeight", 8)
            .with("markerUnits", "userSpaceOnUse")
            .with("orient", "auto"));
  }

  private double x(int column) {
    return MARGIN + column * cell;
  }

  private double y(int row) {
    return MARGIN + row * cell;
  }

  private Element macros(Chip.Station station) {
    Element group =
        Element.of("a")
            .with("href", "#" + station.anchor())
            .styled("macro")
            .with("data-layer", station.anchor())
            .with("style", "--hue:" + Pictures.hue(station.number()));
    group.add(
        Element.of(
            "title",
            station.label() + station.core().map(core -> ": " + Describe.array(core)).orElse("")));
    for (Place place : places(station)) {
      group.add(
          Pictures.rectangle(x(place.column()) + 1, y(place.row()) + 1, cell - 2, cell - 2)
              .with("rx", 2));
      group.add(
          Pictures.text(
                  x(place.column()) + 4,
                  y(place.row()) + (cell < 24 ? 11 : 15),
                  "" + station.number())
              .with("font-size", cell < 24 ? 9 : 12));
    }
    return group;
  }

  /** Streams from a layer's last macro to the next layer's first. */
  private List<Wire> wires() {
    List<Wire> wires = new ArrayList<>();
    for (Chip.Way way : chip.ways()) {
      Chip.Station to = chip.stations().get(way.to());
      if (!places(to).isEmpty()) {
        sources(way)
            .forEach(
                from ->
                    wires.add(new Wire(from, to, (long) way.last().shape().size() * Tensor.BITS)));
      }
    }
    return wires;
  }

  /** The layers with macros that a way comes from, through those without. */
  private List<Chip.Station> sources(Chip.Way way) {
    Chip.Station from = chip.stations().get(way.from());
    if (!places(from).isEmpty()) {
      return List.of(from);
    }
    return chip.into(from).stream().flatMap(before -> sources(before).stream()).distinct().toList();
  }

  private Element drawn(Wire wire, long most) {
    List<Place> leaving = places(wire.from());
    Place start = leaving.get(leaving.size() - 1);
    Place end = places(wire.to()).get(0);
    double x1 = x(start.column()) + cell / 2;
    double y1 = y(start.row()) + cell / 2;
    double x2 = x(end.column()) + cell / 2;
    double y2 = y(end.row()) + cell / 2;
    double length = Math.max(1, Math.hypot(x2 - x1, y2 - y1));
    // Between the macros' middles, bent a little so that both directions are seen.
    double inset = Math.min(cell * 0.16, length / 4);
    double ux = (x2 - x1) / length;
    double uy = (y2 - y1) / length;
    double bend = Math.min(16, 0.14 * length);
    double mx = (x1 + x2) / 2 - uy * bend;
    double my = (y1 + y2) / 2 + ux * bend;
    return Element.of("path")
        .styled("wire")
        .with("data-from", wire.from().anchor())
        .with("data-to", wire.to().anchor())
        .with("marker-end", "url(#wire-head)")
        .with("stroke-width", 1 + 2.5 * wire.bits() / most)
        .with(
            "d",
            Pictures.move(x1 + ux * inset, y1 + uy * inset)
                + "Q"
                + Pictures.box(mx, my, x2 - ux * inset, y2 - uy * inset))
        .add(
            Element.of(
                "title",
                wire.from().label()
                    + " → "
                    + wire.to().label()
                    + ": "
                    + Words.bits(wire.bits())
                    + " an image, "
                    + start.distance(end)
                    + " places"));
  }
}
