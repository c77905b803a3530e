package io.xbarflow.cli.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.network.Network;
import io.xbarflow.sim.Simulation;
import io.xbarflow.testbench.CosimReport;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The page {@code report.html}: what a chip is, what it reaches and what was proven.
 *
 * @param folder output folder, in which the page stands
 * @param network the network
 * @param mapping the chip
 * @param cosim the verdict of the co-simulation, if there was one
 * @param simulation what the Java models found, if they were run
 * @param headline the table of results: headings, then rows
 * @param others further artefacts by file name, shown as they are
 */
public record ReportPage(
    Path folder,
    Network network,
    Mapping mapping,
    Optional<CosimReport> cosim,
    Optional<Simulation.Report> simulation,
    ImmutableList<ImmutableList<String>> headline,
    ImmutableMap<String, JsonNode> others) {

  /** Copies the table. */
  public ReportPage {
    headline =
        headline.stream().map(ImmutableList::copyOf).collect(ImmutableList.toImmutableList());
  }

  /** The page. */
  public String html() {
    Chip chip = Chip.of(network, mapping);
    Timeline timeline = Timeline.of(chip);
    LayerTables tables = new LayerTables(chip, timeline);
    Page page = new Page(mapping.model() + " on " + mapping.architecture().name() + " · xbarflow");
    page.header(
        Element.of("h1", mapping.model()),
        Element.of("p", facts(chip)).styled("facts"),
        Verdict.banner(cosim));
    page.section("results", "Reached beside the bound", headlineTable(), note(cosim.isPresent()));
    page.section("pipeline", "Pipeline", Page.figure(PipelinePicture.of(chip), PIPELINE));
    page.section("floorplan", "Floorplan", Page.figure(Floorplan.of(chip), FLOORPLAN));
    page.section(
        "timeline",
        "First images",
        Page.figure(timeline.picture(), Verdict.timelineCaption(cosim)),
        legend(),
        tables.times());
    page.section("arrays", "Crossbars", tables.arrays());
    page.section("memory", "Memory", tables.memory());
    cosim.ifPresent(report -> page.section("proof", "Verification", Verdict.table(chip, report)));
    simulation.ifPresent(
        report -> page.section("simulation", "Java models", SimulationSection.of(report)));
    others.forEach(
        (file, json) ->
            page.section(
                file.replaceAll("[^A-Za-z0-9]+", "-"),
                JsonTables.heading(file),
                JsonTables.of(json).toArray()));
    LayerCard card = new LayerCard(network, chip, VerilogFiles.of(folder), cosim);
    List<Element> cards = chip.stations().stream().map(card::of).toList();
    page.section("layers", "Layers", Element.of("div").styled("cards").addAll(cards));
    return page.script("report.js").html();
  }

  private static final String PIPELINE =
      "Boxes are layers: number and name, operator, result, array, and how much of an image's"
          + " cycles it computes. Arrows are streams: lanes of 8 bits, beats an image, how much of"
          + " the cycles carry a beat, and what buffers there are. Dashed: the input of a layer"
          + " again, read from its ring.";

  private static final String FLOORPLAN =
      "Macros on the grid, each with the number of its layer. Lines are streams between arrays, the"
          + " wider the more bits an image.";

  private String facts(Chip chip) {
    Architecture architecture = mapping.architecture();
    return String.format(
        Locale.ROOT,
        "%s on %s: macros of %d × %d, %s, MVM of %s, %d MHz, memory policy %s. Model SHA-256 %s.",
        Words.count(chip.layers().size(), "layer", "layers"),
        architecture.name(),
        architecture.crossbarRows(),
        architecture.crossbarColumns(),
        Words.count(mapping.prediction().crossbars(), "macro", "macros"),
        Words.count(architecture.mvmCycles(), "cycle", "cycles"),
        architecture.clockMHz(),
        architecture.memory().word(),
        mapping.modelSha256().substring(0, Math.min(16, mapping.modelSha256().length())));
  }

  private Element headlineTable() {
    List<String> headings = headline.get(0).subList(1, headline.get(0).size());
    Table table =
        new Table(
            "Reached, predicted and bound",
            ImmutableList.<String>builder().add("quantity").addAll(headings).build());
    for (ImmutableList<String> row : headline.subList(1, headline.size())) {
      table.row(row.get(0), row.subList(1, row.size()).stream().map(Words::grouped).toList());
    }
    return table.element();
  }

  private Element note(boolean measured) {
    int clock = mapping.architecture().clockMHz();
    return Element.of(
            "p",
            measured
                ? "Reached is measured in the Verilog, or counted. "
                : "Nothing was measured yet: run cosim. ",
            "Bound is a pipeline whose digital logic costs no time and whose buffers hold no pixel"
                + " too many. At "
                + clock
                + " MHz the first image takes "
                + Words.time(mapping.prediction().firstImageCycles(), clock)
                + ", every further one "
                + Words.time(Chip.of(network, mapping).interval(), clock)
                + ".")
        .styled("note");
  }

  private static Element legend() {
    return Element.of(
            "p",
            key("carried", "beats of results leave; full height is one in every cycle"),
            key("held", "a beat waits for the next layer (stall)"),
            key("image", "from the first to the last beat of an image"))
        .styled("legend");
  }

  private static Element key(String style, String meaning) {
    return Element.of(
        "span",
        Element.of(
                "svg",
                Pictures.rectangle(0, 0, 22, 12)
                    .styled(style.equals("image") ? "image odd" : style))
            .with("width", 22)
            .with("height", 12)
            .with("aria-hidden", "true"),
        " " + meaning);
  }
}
