package io.xbarflow.cli.page;

import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.network.Layer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The pipeline as a picture: a box for each layer, from top to bottom in as many columns as a wide
 * page holds, and a line for each stream.
 */
final class PipelinePicture {
  private static final double WIDTH = 1120;
  private static final double BOX = 252;
  private static final double WAY = 20; // width of a lane with ways only
  private static final double BETWEEN_LANES = 12;
  private static final double GUTTER = 36; // between columns
  private static final double LINE = 15;
  private static final double TOP = 12;

  private final Chip chip;
  private final Lanes lanes;
  private final int ranksPerColumn;
  private final int columns;
  private final double[][] laneX; // of every column's lanes, left edge
  private final double[] columnX;
  private final double[] columnWidth;
  private final double[] rankTop; // of its boxes
  private final double[] rankHeight;
  private final Map<Integer, Integer> tracks = new HashMap<>(); // used in the gap above a rank
  private double height;
  private double width;

  private PipelinePicture(Chip chip, int columns) {
    this.chip = chip;
    this.lanes = Lanes.of(chip);
    this.columns = columns;
    this.ranksPerColumn = (lanes.ranks() + columns - 1) / columns;
    laneX = new double[columns][];
    columnX = new double[columns];
    columnWidth = new double[columns];
    rankTop = new double[lanes.ranks()];
    rankHeight = new double[lanes.ranks()];
    placeColumns();
    placeRanks();
  }

  /** The picture of {@code chip}. */
  static Element of(Chip chip) {
    PipelinePicture best = new PipelinePicture(chip, 1);
    for (int columns = 2; columns <= 4; columns++) {
      PipelinePicture wider = new PipelinePicture(chip, columns);
      int inLast = wider.lanes.ranks() - (columns - 1) * wider.ranksPerColumn;
      if (wider.width <= WIDTH && wider.ranksPerColumn >= 4 && inLast >= 2) {
        best = wider;
      }
    }
    return best.draw();
  }

  private int column(int rank) {
    return rank / ranksPerColumn;
  }

  private void placeColumns() {
    List<Map<Integer, Double>> widths = new ArrayList<>();
    for (int i = 0; i < columns; i++) {
      widths.add(new TreeMap<>());
    }
    for (Chip.Station station : chip.stations()) {
      int rank = lanes.rankOf().get(station.index());
      widths.get(column(rank)).put(lanes.laneOf().get(station.index()), BOX);
    }
    for (int i = 0; i < chip.ways().size(); i++) {
      Chip.Way way = chip.ways().get(i);
      for (int rank = rankOf(way.from()) + 1; rank < rankOf(way.to()); rank++) {
        widths.get(column(rank)).merge(lanes.laneOfWay().get(i), WAY, Math::max);
      }
    }
    double left = 0;
    for (int i = 0; i < columns; i++) {
      columnX[i] = left;
      int last = widths.get(i).keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
      laneX[i] = new double[last + 1];
      double x = left;
      for (int lane = 0; lane <= last; lane++) {
        laneX[i][lane] = x;
        double wide = widths.get(i).getOrDefault(lane, 0.0);
        x += wide > 0 ? wide + BETWEEN_LANES : 0;
      }
      columnWidth[i] = x - BETWEEN_LANES - left;
      left = x - BETWEEN_LANES + GUTTER;
    }
    width = left - GUTTER;
  }

  private int rankOf(int station) {
    return lanes.rankOf().get(station);
  }

  private void placeRanks() {
    double y = TOP;
    for (int rank = 0; rank < lanes.ranks(); rank++) {
      if (rank % ranksPerColumn == 0) {
        y = TOP;
      }
      int labels = 0;
      for (Chip.Station station : chip.stations()) {
        if (rankOf(station.index()) == rank) {
          labels = Math.max(labels, chip.into(station).size());
          rankHeight[rank] = Math.max(rankHeight[rank], boxHeight(station));
        }
      }
      y += rank == 0 ? 0 : 20 + labels * 13;
      rankTop[rank] = y;
      y += rankHeight[rank];
      height = Math.max(height, y);
    }
    height += 16;
  }

  private static double boxHeight(Chip.Station station) {
    return station.core().isPresent() ? 4 * LINE + 14 : station.number() > 0 ? 2 * LINE + 10 : 34;
  }

  private double left(Chip.Station station) {
    int rank = rankOf(station.index());
    return laneX[column(rank)][lanes.laneOf().get(station.index())];
  }

  private Element draw() {
    Element svg =
        Element.of("svg")
            .with("width", width + 2)
            .with("height", height)
            .with("viewBox", Pictures.box(-1, 0, width + 2, height))
            .with("role", "img")
            .with("aria-label", "Pipeline of layers and the streams between them");
    for (int i = 0; i < chip.ways().size(); i++) {
      svg.add(way(i));
    }
    chip.stations().forEach(station -> svg.add(box(station)));
    return svg;
  }

  // Boxes.

  private Element box(Chip.Station station) {
    double x = left(station);
    double y = rankTop[rankOf(station.index())];
    Element group =
        Element.of("a")
            .with("href", "#" + station.anchor())
            .styled(station.core().isPresent() ? "box core" : "box")
            .with("data-layer", station.anchor())
            .with("style", "--hue:" + Pictures.hue(station.number()));
    group.add(Element.of("title", tooltip(station)));
    group.add(
        Pictures.rectangle(x, y, BOX, boxHeight(station))
            .with("rx", station.number() == 0 ? 16 : 5)
            .styled("frame"));
    if (station.number() == 0) {
      boolean input = station.anchor().startsWith("input");
      group.add(
          Pictures.text(x + 14, y + 21, (input ? "input " : "output ") + cut(station, 20))
              .styled("name"));
      group.add(
          Pictures.text(x + BOX - 14, y + 21, Describe.shape(chip.output(station).shape()))
              .styled("small right"));
      return group;
    }
    group.add(
        Pictures.text(x + 8, y + 16, station.number() + " " + cut(station, 30)).styled("name"));
    group.add(Pictures.text(x + 8, y + 16 + LINE, Words.cut(brief(station), 29)).styled("small"));
    group.add(
        Pictures.text(x + BOX - 8, y + 16 + LINE, Describe.shape(chip.output(station).shape()))
            .styled("small right"));
    station.core().ifPresent(core -> addArray(group, station, core, x, y));
    return group;
  }

  private void addArray(
      Element group, Chip.Station station, Block.ImcCore core, double x, double y) {
    Use use = Use.of(core, (Layer.Convolution) station.layer().orElseThrow());
    double share = Math.min(1, (double) use.busyCycles() / chip.interval());
    group.add(
        Pictures.text(x + 8, y + 16 + 2 * LINE, Words.cut(Describe.array(core), 42))
            .styled("small"));
    group.add(
        Pictures.text(
                x + 8, y + 16 + 3 * LINE, Words.count(use.mvms(), "MVM", "MVMs") + " an image")
            .styled("small"));
    group.add(
        Pictures.rectangle(x + BOX - 110, y + 8 + 3 * LINE, 60, 8).with("rx", 2).styled("trough"));
    group.add(
        Pictures.rectangle(x + BOX - 110, y + 8 + 3 * LINE, 60 * share, 8)
            .with("rx", 2)
            .styled("busy"));
    group.add(
        Pictures.text(
                x + BOX - 8, y + 16 + 3 * LINE, Words.percent(use.busyCycles(), chip.interval()))
            .styled("small right"));
  }

  /** The operator, short enough to stand beside a shape. */
  private static String brief(Chip.Station station) {
    return Describe.operator(station)
        .replace(", stride ", " /")
        .replace("fully connected, ", "dense ");
  }

  private static String cut(Chip.Station station, int most) {
    return Words.cut(station.title(), most);
  }

  private static String tooltip(Chip.Station station) {
    return station.label()
        + station.layer().map(layer -> ": " + Describe.operator(station)).orElse("")
        + station.core().map(core -> "; " + Describe.array(core)).orElse("");
  }

  // Ways.

  private Element way(int index) {
    Chip.Way way = chip.ways().get(index);
    Chip.Station from = chip.stations().get(way.from());
    Chip.Station to = chip.stations().get(way.to());
    int port = chip.into(to).indexOf(way);
    double endX = left(to) + 16 + 12 * port;
    double endY = rankTop[rankOf(to.index())];
    double startX = left(from) + 16 + 12 * chip.outOf(from).indexOf(way);
    StringBuilder path = new StringBuilder();
    double x = startX;
    double y = rankTop[rankOf(from.index())] + boxHeight(from);
    path.append(Pictures.move(x, y));
    for (int rank = rankOf(from.index()) + 1; rank <= rankOf(to.index()); rank++) {
      boolean arrives = rank == rankOf(to.index());
      double next = arrives ? endX : laneX[column(rank)][lanes.laneOfWay().get(index)] + WAY / 2;
      x = descend(path, rank, x, next);
      if (!arrives) {
        path.append(Pictures.vertical(rankTop[rank] + rankHeight[rank]));
      }
    }
    path.append(Pictures.vertical(endY - 1));
    Element group =
        Element.of("g")
            .styled(way.skip() ? "way skip" : "way")
            .with("data-from", from.anchor())
            .with("data-to", to.anchor());
    group.add(Element.of("title", tooltip(way, from, to)));
    group.add(Element.of("path").with("d", path));
    group.add(
        Element.of("path")
            .styled("head")
            .with(
                "d",
                Pictures.move(endX - 4, endY - 7)
                    + Pictures.line(endX, endY)
                    + Pictures.line(endX + 4, endY - 7)));
    int operands = chip.into(to).size();
    group.add(
        Pictures.text(
                left(to) + 16 + 12 * (operands - 1) + 9,
                endY - 5 - 13 * (operands - 1 - port),
                label(way, from, operands > 1))
            .styled("rate"));
    return group;
  }

  /** Goes from the rank above down to {@code rank}, to {@code next}; gives where it is then. */
  private double descend(StringBuilder path, int rank, double x, double next) {
    if (rank % ranksPerColumn == 0) {
      // To the top of the next column: down, to the gutter, up, over, down.
      int column = column(rank);
      int track = tracks.merge(rank, 1, Integer::sum) - 1;
      double gutter = columnX[column] - GUTTER + 10 + 5 * (track % 5);
      path.append(Pictures.vertical(height - 12 + 3 * (track % 4)))
          .append(Pictures.horizontal(gutter))
          .append(Pictures.vertical(3 + 2 * (track % 4)))
          .append(Pictures.horizontal(next));
      return next;
    }
    if (Math.abs(x - next) > 0.01) {
      int track = tracks.merge(rank, 1, Integer::sum) - 1;
      path.append(Pictures.vertical(rankTop[rank - 1] + rankHeight[rank - 1] + 5 + 4 * (track % 3)))
          .append(Pictures.horizontal(next));
    }
    path.append(Pictures.vertical(rankTop[rank]));
    return next;
  }

  private String label(Chip.Way way, Chip.Station from, boolean several) {
    Link link = way.last();
    String text =
        (several ? "from " + (from.number() > 0 ? from.number() : Words.cut(from.title(), 8)) : "")
            + (several ? ": " : "")
            + Words.count(link.lanes(), "lane", "lanes")
            + ", "
            + (several ? "" : Words.count(link.beatsPerImage(), "beat", "beats") + ", ")
            + Words.percent(link.beatsPerImage(), chip.interval());
    String carriers =
        way.carriers().stream()
            .filter(block -> !(block instanceof Block.Fork))
            .map(PipelinePicture::sign)
            .collect(Collectors.joining(", "));
    return carriers.isEmpty() ? text : text + ", " + carriers;
  }

  private static String sign(Block block) {
    if (block instanceof Block.Fifo fifo) {
      return "FIFO " + Words.number(fifo.depthBeats());
    }
    if (block instanceof Block.LinkRegister register) {
      return register.stages() + (register.stages() == 1 ? " reg." : " regs.");
    }
    return block instanceof Block.Reorder reorder
        ? "reorder " + Words.number(reorder.ring().pixels())
        : Describe.kind(block);
  }

  private String tooltip(Chip.Way way, Chip.Station from, Chip.Station to) {
    Link link = way.last();
    String carriers =
        way.carriers().stream().map(Describe::carrier).collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "%s → %s%s%n%s, %s lanes of 8 bits, %s beats an image, %s order, busy %s of the time%s",
        from.label(),
        to.label(),
        way.skip() ? " (the layer's input again, read from its ring)" : "",
        Describe.shape(link.shape()),
        link.lanes(),
        Words.number(link.beatsPerImage()),
        link.order(),
        Words.percent(link.beatsPerImage(), chip.interval()),
        carriers.isEmpty() ? "" : "\nthrough " + carriers);
  }
}
