package io.xbarflow.cli.page;

import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.CrossbarArray;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.testbench.CosimReport;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The section of one station: everything that is known of it. */
final class LayerCard {
  private final Network network;
  private final Chip chip;
  private final ImmutableMap<String, VerilogFiles.Instance> verilog;
  private final ImmutableMap<String, CosimReport.Boundary> boundaries;

  LayerCard(
      Network network,
      Chip chip,
      ImmutableMap<String, VerilogFiles.Instance> verilog,
      Optional<CosimReport> cosim) {
    this.network = network;
    this.chip = chip;
    this.verilog = verilog;
    ImmutableMap.Builder<String, CosimReport.Boundary> byLink = ImmutableMap.builder();
    cosim.ifPresent(report -> report.layers().forEach(each -> byLink.put(each.link(), each)));
    boundaries = byLink.buildOrThrow();
  }

  /** The section of {@code station}. */
  Element of(Chip.Station station) {
    Element facts = Element.of("dl");
    facts(station)
        .forEach((name, value) -> facts.add(Element.of("dt", name), Element.of("dd", value)));
    Element heading = Element.of("h3", station.number() == 0 ? port(station) : station.label());
    return Element.of("section", heading, facts)
        .with("id", station.anchor())
        .styled("card")
        .with("data-layer", station.anchor())
        .with("style", "--hue:" + Pictures.hue(station.number()));
  }

  private static String port(Chip.Station station) {
    return (station.anchor().startsWith("input") ? "Input " : "Output ") + station.title();
  }

  private Map<String, Object> facts(Chip.Station station) {
    Map<String, Object> facts = new LinkedHashMap<>();
    station.layer().ifPresent(layer -> addLayer(facts, station, layer));
    if (station.layer().isEmpty()) {
      Link link = chip.output(station);
      facts.put("tensor", station.title() + ", " + values(link.tensor()));
    }
    station.core().ifPresent(core -> addCore(facts, core));
    station.block().ifPresent(block -> addVerilog(facts, block));
    Element in = Element.of("ul");
    chip.into(station).forEach(way -> in.add(Element.of("li", way(way, true))));
    Element out = Element.of("ul");
    chip.outOf(station).forEach(way -> out.add(Element.of("li", way(way, false))));
    if (!chip.into(station).isEmpty()) {
      facts.put("takes", in);
    }
    if (!chip.outOf(station).isEmpty()) {
      facts.put("gives", out);
    }
    verdict(station).ifPresent(text -> facts.put("co-simulation", text));
    return facts;
  }

  private void addLayer(Map<String, Object> facts, Chip.Station station, Layer layer) {
    facts.put("ONNX node", layer.name());
    facts.put("operator", Describe.operator(station));
    facts.put("result", layer.output() + ", " + values(layer.output()));
    if (layer instanceof Layer.Convolution convolution) {
      facts.put(
          "weights",
          Words.number(convolution.weights().length())
              + " of 8 bits, "
              + (convolution.weightScales().size() == 1 ? "one scale" : "a scale per channel")
              + "; results clamped to "
              + convolution.clampMin()
              + " … "
              + convolution.clampMax());
    }
  }

  private String values(String tensor) {
    Quantisation quantisation = network.tensor(tensor).quantisation();
    return String.format(
        Locale.ROOT,
        "%s %s, scale %.6g, zero point %d",
        Describe.shape(network.tensor(tensor).shape()),
        quantisation.signed() ? "int8" : "uint8",
        quantisation.scale(),
        quantisation.zeroPoint());
  }

  private void addCore(Map<String, Object> facts, Block.ImcCore core) {
    CrossbarArray array = core.array();
    facts.put(
        "array",
        String.format(
            Locale.ROOT,
            "%s of %d × %d, %s, %d × %d output pixels an MVM of %s",
            Words.count(array.macros(), "macro", "macros"),
            array.core().macro().rows(),
            array.core().macro().columns(),
            Words.count(array.copies(), "copy", "copies"),
            core.fetch().patch().height(),
            core.fetch().patch().width(),
            Words.count(array.core().macro().mvmCycles(), "cycle", "cycles")));
    String parameters =
        array.core().parameters().entrySet().stream()
            .map(each -> each.getKey() + " " + each.getValue())
            .collect(Collectors.joining(", "));
    facts.put(
        "core type", array.core().type() + (parameters.isEmpty() ? "" : " (" + parameters + ")"));
    facts.put(
        "places (row, column)",
        Words.cut(
            array.places().stream()
                .map(place -> "(" + place.row() + ", " + place.column() + ")")
                .collect(Collectors.joining(" ")),
            120));
    facts.put(
        "activation memory",
        core.fetch()
            .ring()
            .map(
                ring ->
                    ring.memory().word()
                        + ": "
                        + Words.count(ring.pixels(), "pixel", "pixels")
                        + " of "
                        + core.fetch().input().channels()
                        + " bytes in "
                        + Words.count((long) ring.banks() * ring.classes(), "bank", "banks"))
            .orElse("none: pixels go straight into the input register"));
  }

  private void addVerilog(Map<String, Object> facts, Block block) {
    VerilogFiles.Instance instance = verilog.get(block.name());
    if (instance != null) {
      facts.put(
          "Verilog",
          Element.of(
              "span",
              Element.of("a", instance.file()).with("href", instance.file()),
              ", instance u_" + block.name() + " in ",
              Element.of("a", VerilogFiles.TOP).with("href", VerilogFiles.TOP),
              " line " + instance.line()));
    }
  }

  private Element way(Chip.Way way, boolean in) {
    Chip.Station other = chip.stations().get(in ? way.from() : way.to());
    Link link = in ? way.last() : way.first();
    String carriers =
        way.carriers().stream().map(Describe::carrier).collect(Collectors.joining(", "));
    return Element.of(
        "span",
        in ? "from " : "to ",
        LayerTables.link(other),
        String.format(
            Locale.ROOT,
            ": %s%s, %s of 8 bits, %s an image, %s order, busy %s%s",
            link.name(),
            way.skip() ? " (its own input again, from the ring)" : "",
            Words.count(link.lanes(), "lane", "lanes"),
            Words.count(link.beatsPerImage(), "beat", "beats"),
            link.order(),
            Words.percent(link.beatsPerImage(), chip.interval()),
            carriers.isEmpty() ? "" : ", through " + carriers));
  }

  private Optional<String> verdict(Chip.Station station) {
    CosimReport.Boundary boundary = boundaries.get(chip.output(station).name());
    return boundary == null
        ? Optional.empty()
        : Optional.of(
            Words.number(boundary.values())
                + " values compared, "
                + (boundary.mismatches() == 0
                    ? "all equal"
                    : Words.number(boundary.mismatches()) + " DIFFER"));
  }
}
