package io.xbarflow.cli.page;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.mapping.Figures;
import io.xbarflow.mapper.explore.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The page {@code explore.html}: the points of a sweep as plots that can be filtered, and those
 * that no other beats as a table with the command of each.
 *
 * @param model file name of the network
 * @param architecture the hardware for what was not varied
 * @param points the points that have a mapping
 * @param tried how many points were tried
 */
public record ExplorePage(
    String model, Architecture architecture, ImmutableList<Tried> points, int tried) {

  /** Most points in a plot; those of the front are always there. */
  private static final int MOST_SHOWN = 4000;

  /** Copies the list. */
  public ExplorePage {
    points = ImmutableList.copyOf(points);
  }

  /**
   * A point with a mapping.
   *
   * @param outcome what became of it
   * @param front whether no other point beats it
   * @param command what reproduces it, with the output folder left as OUT
   */
  public record Tried(Outcome outcome, boolean front, String command) {
    Figures figures() {
      return outcome.prediction().orElseThrow();
    }

    long cyclesPerImage() {
      return figures().cyclesPerImage().orElse(figures().firstImageCycles());
    }
  }

  /** The page. */
  public String html() {
    List<Tried> shown = shown();
    Page page = new Page("Exploration of " + model + " · xbarflow");
    long front = points.stream().filter(Tried::front).count();
    page.header(
        Element.of("h1", "Exploration of " + model),
        Element.of(
                "p",
                String.format(
                    Locale.ROOT,
                    "%s tried around architecture %s at %d MHz, %s with a mapping, %s that no other"
                        + " point%s beats.%s",
                    Words.count(tried, "point", "points"),
                    architecture.name(),
                    architecture.clockMHz(),
                    Words.number(points.size()),
                    Words.number(front),
                    points.stream().anyMatch(point -> !point.outcome().point().physics().isEmpty())
                        ? " with the same parameters of core types"
                        : "",
                    shown.size() < points.size()
                        ? " The plots show "
                            + Words.number(shown.size())
                            + " of them, all of the front."
                        : ""))
            .styled("facts"));
    if (points.isEmpty()) {
      page.section(
          "plots",
          "Plots",
          Element.of("p", "No point has a mapping; explore.jsonl has the reasons."));
      return page.html();
    }
    page.section("plots", "What the points reach", filters(shown), plots(shown), legend());
    page.section("front", "Points that no other beats", table(shown));
    return page.data("points", Artefacts.toJsonLine(shown.stream().map(this::datum).toList()))
        .script("explore.js")
        .html();
  }

  /** The points of the front, and of the others evenly as many as there is room for. */
  private List<Tried> shown() {
    List<Tried> others = points.stream().filter(point -> !point.front()).toList();
    List<Tried> front = points.stream().filter(Tried::front).toList();
    int room = Math.max(0, MOST_SHOWN - front.size());
    List<Tried> shown = new ArrayList<>();
    for (int i = 0; i < Math.min(room, others.size()); i++) {
      shown.add(others.get((int) ((long) i * others.size() / Math.min(room, others.size()))));
    }
    shown.addAll(front);
    return shown;
  }

  // Choices.

  private static Map<String, String> choices(Tried point) {
    Map<String, String> choices = new LinkedHashMap<>();
    choices.put("macro", point.outcome().point().crossbar().toString());
    choices.put("memory", point.outcome().point().memory().word());
    choices.put("lanes, at least", String.valueOf(point.outcome().point().lanes()));
    choices.put("cycles of an MVM", String.valueOf(point.outcome().point().mvmCycles()));
    choices.putAll(point.outcome().point().physics());
    return choices;
  }

  /** The values of every choice that has several. */
  private static Map<String, Set<String>> varied(List<Tried> shown) {
    Map<String, Set<String>> varied = new LinkedHashMap<>();
    for (Tried point : shown) {
      choices(point)
          .forEach(
              (name, value) ->
                  varied.computeIfAbsent(name, unused -> new LinkedHashSet<>()).add(value));
    }
    varied.values().removeIf(values -> values.size() < 2);
    return varied;
  }

  private static Element filters(List<Tried> shown) {
    Element form = Element.of("form").styled("filters").with("aria-label", "Filters");
    form.add(
        Element.of(
            "fieldset",
            Element.of("legend", "show"),
            box("front", "yes", false, "only the front")));
    varied(shown)
        .forEach(
            (name, values) -> {
              Element set = Element.of("fieldset", Element.of("legend", name));
              values.forEach(value -> set.add(box(name, value, true, value)));
              form.add(set);
            });
    form.add(
        Element.of("output", Words.count(shown.size(), "point", "points")).with("id", "shown"));
    return form;
  }

  private static Element box(String name, String value, boolean checked, String label) {
    Element box =
        Element.of("input")
            .with("type", "checkbox")
            .with("name", name)
            .with("value", value)
            .with("autocomplete", "off");
    return Element.of("label", checked ? box.with("checked", "checked") : box, " " + label);
  }

  /** What the script knows of a point. */
  private Map<String, Object> datum(Tried point) {
    Map<String, Object> datum = new LinkedHashMap<>();
    datum.put("front", point.front());
    datum.put("choices", choices(point));
    datum.put("text", text(point));
    return datum;
  }

  private String text(Tried point) {
    Figures figures = point.figures();
    StringBuilder text = new StringBuilder();
    text.append(Words.count(figures.crossbars(), "macro", "macros"))
        .append(", ")
        .append(Words.number(Math.round(perSecond(point))))
        .append(" images/s (")
        .append(Words.number(point.cyclesPerImage()))
        .append(" cycles)\nfirst image ")
        .append(Words.time(figures.firstImageCycles(), architecture.clockMHz()))
        .append(" (")
        .append(Words.number(figures.firstImageCycles()))
        .append(" cycles), activation memory ")
        .append(Words.bits(figures.activationMemoryBits()));
    point.outcome().quality().ifPresent(quality -> text.append('\n').append(words(quality)));
    return text.append('\n').append(point.outcome().point().words()).toString();
  }

  private static String words(Outcome.Quality quality) {
    return quality.top1().map(top1 -> "right " + Words.percent(top1, 1) + ", ").orElse("")
        + "equal to exact sums "
        + Words.percent(quality.equal(), 1)
        + String.format(Locale.ROOT, ", rms %.3f LSB", quality.rms());
  }

  private double perSecond(Tried point) {
    return architecture.clockMHz() * 1e6 / point.cyclesPerImage();
  }

  // Plots.

  private Element plots(List<Tried> shown) {
    Element plots = Element.of("div").styled("plots");
    plots.add(
        plot(
            shown,
            new Scatter.Axis("macros", true, point -> point.figures().crossbars()),
            new Scatter.Axis("images per second", true, this::perSecond)));
    plots.add(
        plot(
            shown,
            new Scatter.Axis(
                "activation memory, bits",
                true,
                point -> (double) point.figures().activationMemoryBits()),
            new Scatter.Axis("images per second", true, this::perSecond)));
    plots.add(
        plot(
            shown,
            new Scatter.Axis(
                "first image, µs",
                true,
                point -> (double) point.figures().firstImageCycles() / architecture.clockMHz()),
            new Scatter.Axis("images per second", true, this::perSecond)));
    plots.add(
        plot(
            shown,
            new Scatter.Axis("macros", true, point -> point.figures().crossbars()),
            new Scatter.Axis(
                "activation memory, bits",
                true,
                point -> (double) point.figures().activationMemoryBits())));
    for (String parameter : numericPhysics(shown)) {
      boolean labelled =
          shown.stream()
              .anyMatch(point -> quality(point).flatMap(Outcome.Quality::top1).isPresent());
      plots.add(
          plot(
              shown,
              new Scatter.Axis(
                  parameter,
                  false,
                  point -> Double.parseDouble(point.outcome().point().physics().get(parameter))),
              new Scatter.Axis(
                  labelled ? "classified right, %" : "values equal to exact sums, %",
                  false,
                  point -> quality(point).map(each -> 100 * score(each)).orElse(Double.NaN))));
    }
    return plots;
  }

  private static Element plot(List<Tried> shown, Scatter.Axis across, Scatter.Axis up) {
    return Element.of(
        "figure",
        new Scatter(shown, across, up).picture(),
        Element.of("figcaption", up.name() + " against " + across.name()));
  }

  private static Optional<Outcome.Quality> quality(Tried point) {
    return point.outcome().quality();
  }

  private static double score(Outcome.Quality quality) {
    return quality.top1().orElse(quality.equal());
  }

  /** Parameters of core types that vary, are numbers, and were judged on images. */
  private static List<String> numericPhysics(List<Tried> shown) {
    Map<String, Set<String>> values = new TreeMap<>();
    for (Tried point : shown) {
      if (quality(point).isPresent()) {
        point
            .outcome()
            .point()
            .physics()
            .forEach(
                (name, value) ->
                    values.computeIfAbsent(name, unused -> new LinkedHashSet<>()).add(value));
      }
    }
    values
        .values()
        .removeIf(
            each ->
                each.size() < 2
                    || !each.stream().allMatch(value -> value.matches("-?\\d+(\\.\\d+)?")));
    return List.copyOf(values.keySet());
  }

  private static Element legend() {
    return Element.of(
            "p",
            key("point front", "no other point beats it in all figures together"),
            key("point", "another point"),
            Element.of("span", "Point at one for its figures; press it for its row in the table."))
        .styled("legend");
  }

  private static Element key(String style, String meaning) {
    return Element.of(
        "span",
        Element.of(
                "svg", Element.of("circle").with("cx", 6).with("cy", 6).with("r", 5).styled(style))
            .with("width", 12)
            .with("height", 12)
            .with("aria-hidden", "true"),
        " " + meaning);
  }

  // Table.

  private Element table(List<Tried> shown) {
    boolean judged = shown.stream().anyMatch(point -> quality(point).isPresent());
    boolean labelled =
        shown.stream().anyMatch(point -> quality(point).flatMap(Outcome.Quality::top1).isPresent());
    ImmutableList.Builder<String> headings = ImmutableList.builder();
    headings.add("images per second", "cycles per image", "first image", "memory, bits", "macros");
    if (labelled) {
      headings.add("right");
    }
    if (judged) {
      headings.add("equal");
    }
    headings.add("command");
    Table table = new Table("The front, fastest first", headings.build());
    shown.stream()
        .filter(Tried::front)
        .sorted((a, b) -> Long.compare(a.cyclesPerImage(), b.cyclesPerImage()))
        .forEach(
            point -> {
              ImmutableList.Builder<Object> cells = ImmutableList.builder();
              cells
                  .add(Words.number(point.cyclesPerImage()))
                  .add(Words.time(point.figures().firstImageCycles(), architecture.clockMHz()))
                  .add(Words.number(point.figures().activationMemoryBits()))
                  .add(Words.number(point.figures().crossbars()));
              if (labelled) {
                cells.add(
                    quality(point)
                        .flatMap(Outcome.Quality::top1)
                        .map(top1 -> Words.percent(top1, 1))
                        .orElse(""));
              }
              if (judged) {
                cells.add(quality(point).map(each -> Words.percent(each.equal(), 1)).orElse(""));
              }
              cells.add(command(point));
              table.row(
                  Element.of("tr")
                      .with("id", "point-" + shown.indexOf(point))
                      .with("data-point", shown.indexOf(point)),
                  Words.number(Math.round(perSecond(point))),
                  cells.build());
            });
    return table.element();
  }

  private static Element command(Tried point) {
    return Element.of(
            "span",
            Element.of("button", "copy")
                .with("type", "button")
                .with("data-command", "./" + point.command()),
            " ",
            Element.of("code", "./" + point.command()))
        .styled("command");
  }
}
