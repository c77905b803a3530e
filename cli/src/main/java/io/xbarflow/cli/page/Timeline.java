package io.xbarflow.cli.page;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.timing.StreamHistory;
import io.xbarflow.core.timing.TimingModel;
import java.util.Locale;

/**
 * The first images on their way through the layers, one row a layer: when its results leave, and
 * when they wait for the layer behind.
 *
 * @param chip the chip
 * @param histories of its links
 */
record Timeline(Chip chip, ImmutableMap<String, StreamHistory> histories) {
  /** Images that are timed; the distance of the last two is that of the steady state. */
  static final int IMAGES = 5;

  private static final int SHOWN = 4;
  private static final int BINS = 320;
  private static final double LABELS = 172;
  private static final double PLOT = 930;
  private static final double HEAD = 44;
  private static final double FOOT = 26;

  /** Times the first images. */
  static Timeline of(Chip chip) {
    Mapping mapping = chip.mapping();
    long cycles = mapping.prediction().firstImageCycles() + (SHOWN - 1) * chip.interval();
    long bin = Math.max(1, (cycles + BINS - 1) / BINS);
    return new Timeline(chip, TimingModel.watch(mapping, IMAGES, bin));
  }

  /** The history of the link on which {@code station} gives its results. */
  StreamHistory of(Chip.Station station) {
    return histories.get(chip.output(station).name());
  }

  /** Cycle after the last beat of {@code image} at the outputs. */
  long imageEnd(int image) {
    return chip.mapping().outputs().stream()
        .mapToLong(port -> histories.get(port.link()).imageEnds().get(image) + 1)
        .max()
        .orElseThrow();
  }

  /** Cycles from the end of an image to the end of the next, at the end of what is timed. */
  long interval() {
    return imageEnd(IMAGES - 1) - imageEnd(IMAGES - 2);
  }

  /** The rows: inputs and layers. */
  private ImmutableList<Chip.Station> rows() {
    return chip.stations().stream()
        .filter(station -> !station.anchor().startsWith("output"))
        .collect(ImmutableList.toImmutableList());
  }

  private double rowHeight() {
    return rows().size() > 40 ? 15 : 20;
  }

  private long cycles() {
    return imageEnd(SHOWN - 1);
  }

  private double x(double cycle) {
    return LABELS + Math.min(PLOT, PLOT * cycle / cycles());
  }

  private double x(long cycle) {
    return x((double) cycle);
  }

  /** The picture. */
  Element picture() {
    double bottom = HEAD + rows().size() * rowHeight();
    double width = LABELS + PLOT + 14;
    Element svg =
        Element.of("svg")
            .with("width", width)
            .with("height", bottom + FOOT)
            .with("viewBox", Pictures.box(0, 0, width, bottom + FOOT))
            .with("role", "img")
            .with("aria-label", "When the first images leave each layer");
    svg.add(hatching());
    axis(svg, bottom);
    double top = HEAD;
    for (Chip.Station station : rows()) {
      svg.add(row(station, top));
      top += rowHeight();
    }
    phases(svg, bottom);
    return svg;
  }

  private static Element hatching() {
    return Element.of(
        "defs",
        Element.of(
                "pattern",
                Pictures.rectangle(0, 0, 4, 4).styled("held-ground"),
                Element.of("path").with("d", "M0 4L4 0M-1 1L1 -1M3 5L5 3").styled("held-line"))
            .with("id", "held")
            .with("width", 4)
            .with("height", 4)
            .with("patternUnits", "userSpaceOnUse"));
  }

  private void axis(Element svg, double bottom) {
    long step = tick(cycles() / 8.0);
    for (long cycle = 0; cycle <= cycles(); cycle += step) {
      svg.add(
          Element.of("path")
              .with("d", Pictures.move(x(cycle), HEAD) + Pictures.vertical(bottom + 4))
              .styled("grid"));
      svg.add(
          Pictures.text(x(cycle), bottom + 18, Words.number(cycle))
              .styled(cycle == 0 ? "axis" : "axis middle"));
    }
    svg.add(Pictures.text(LABELS - 8, bottom + 18, "clock cycle").styled("axis right"));
  }

  /** A round number of at least {@code least}. */
  static long tick(double least) {
    long power = 1;
    while (true) {
      for (int factor : new int[] {1, 2, 5}) {
        if (factor * power >= least) {
          return factor * power;
        }
      }
      power *= 10;
    }
  }

  /** Marks above the rows: when each image is done. */
  private void phases(Element svg, double bottom) {
    double before = x(0);
    for (int image = 0; image < SHOWN; image++) {
      double end = x(imageEnd(image));
      svg.add(
          Element.of("path")
              .with("d", Pictures.move(end, 22) + Pictures.vertical(bottom))
              .styled("done"));
      String text =
          image == 0
              ? "fill: image 1 done after " + Words.number(imageEnd(0))
              : "image "
                  + (image + 1)
                  + ": "
                  + Words.number(imageEnd(image) - imageEnd(image - 1))
                  + " later";
      svg.add(
          Element.of("path")
              .with(
                  "d",
                  Pictures.move(before + 1, 34)
                      + Pictures.vertical(28)
                      + Pictures.horizontal(end - 1)
                      + Pictures.vertical(34))
              .styled("phase"));
      svg.add(Pictures.text((before + end) / 2, 20, text).styled("axis middle"));
      before = end;
    }
  }

  private Element row(Chip.Station station, double top) {
    StreamHistory history = of(station);
    double height = rowHeight() - 4;
    Element group =
        Element.of("a")
            .with("href", "#" + station.anchor())
            .styled("row")
            .with("data-layer", station.anchor());
    group.add(Element.of("title", tooltip(station, history)));
    group.add(Pictures.rectangle(0, top, LABELS + PLOT, rowHeight()).styled("hit"));
    group.add(
        Pictures.text(LABELS - 8, top + rowHeight() - 6, Words.cut(station.label(), 22))
            .styled("label right"));
    for (int image = 0; image < SHOWN; image++) {
      double start = x(history.imageStarts().get(image));
      double end = x(history.imageEnds().get(image) + 1);
      if (start < LABELS + PLOT) {
        group.add(
            Pictures.rectangle(start, top + 2, Math.max(0.8, end - start), height)
                .styled(image % 2 == 0 ? "image even" : "image odd"));
      }
    }
    group.add(area(history, history.carried(), null, top + 2, height).styled("carried"));
    group.add(area(history, history.held(), history.carried(), top + 2, height).styled("held"));
    return group;
  }

  /** What {@code counts} are of the cycles of each part, standing on {@code below}. */
  private Element area(
      StreamHistory history,
      ImmutableList<Integer> counts,
      ImmutableList<Integer> below,
      double top,
      double height) {
    StringBuilder path = new StringBuilder();
    long bin = history.binCycles();
    for (int part = 0; part < counts.size() && part * bin < cycles(); part++) {
      if (counts.get(part) == 0) {
        continue;
      }
      int from = part;
      while (part + 1 < counts.size()
          && counts.get(part + 1).equals(counts.get(part))
          && (below == null || below.get(part + 1).equals(below.get(part)))) {
        part++;
      }
      double share = (double) counts.get(from) / bin;
      double ground = below == null ? 0 : (double) below.get(from) / bin;
      double y = Math.max(0, top + height * (1 - ground - share));
      double low = top + height * (1 - ground);
      path.append(Pictures.move(x(from * (double) bin), low))
          .append(Pictures.vertical(Math.min(y, low - 1.5)))
          .append(Pictures.horizontal(x((part + 1) * (double) bin)))
          .append(Pictures.vertical(low))
          .append('Z');
    }
    return Element.of("path").with("d", path);
  }

  private String tooltip(Chip.Station station, StreamHistory history) {
    int last = IMAGES - 1;
    return String.format(
        Locale.ROOT,
        "%s%nimage 1 leaves in cycles %s to %s%nsteady state, of %s cycles: %s carry a beat, in %s"
            + " a beat waits",
        station.label(),
        Words.number(history.imageStarts().get(0)),
        Words.number(history.imageEnds().get(0)),
        Words.number(interval()),
        Words.number(chip.output(station).beatsPerImage()),
        Words.number(history.heldCycles().get(last)));
  }
}
