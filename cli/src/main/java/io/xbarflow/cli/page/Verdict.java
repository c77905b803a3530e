package io.xbarflow.cli.page;

import com.google.common.collect.ImmutableList;
import io.xbarflow.testbench.CosimReport;
import java.util.Optional;

/** What was proven, in words and as a table. */
final class Verdict {
  private Verdict() {}

  /** One sentence, with a sign. */
  static Element banner(Optional<CosimReport> cosim) {
    if (cosim.isEmpty()) {
      return banner(
          "open", "Not yet verified", "All figures are predictions; xbarflow cosim compares them.");
    }
    CosimReport report = cosim.get();
    String values =
        Words.number(values(report))
            + " values on "
            + Words.count(report.layers().size(), "stream", "streams")
            + " over "
            + Words.count(report.images(), "image", "images");
    if (!report.bitExact() || report.protocolViolations() > 0) {
      return banner(
          "bad",
          "Verification failed",
          "Of "
              + values
              + " "
              + Words.number(report.mismatches())
              + " differ from the golden model; "
              + Words.count(
                  report.protocolViolations(), "protocol violation", "protocol violations")
              + ".");
    }
    if (report.cycleExact().equals(Optional.of(false))) {
      return banner(
          "bad",
          "Cycles are not as predicted",
          values + " equal the golden model, but images end in other cycles than predicted.");
    }
    return banner(
        "good",
        "Verified",
        "The Verilog is bit-exact: "
            + values
            + " equal the golden model. "
            + (report.cycleExact().isPresent()
                ? "Every image ended on every stream in the predicted clock cycle."
                : "Cycles were not compared: streams paused at random."));
  }

  private static Element banner(String style, String word, String sentence) {
    String sign = style.equals("good") ? "✓ " : style.equals("bad") ? "✗ " : "○ ";
    return Element.of("p", Element.of("strong", sign + word + "."), " " + sentence)
        .styled("verdict " + style)
        .with("id", "verdict");
  }

  private static long values(CosimReport report) {
    return report.layers().stream().mapToLong(CosimReport.Boundary::values).sum();
  }

  /** What the timeline shows and whether it is more than a prediction. */
  static String timelineCaption(Optional<CosimReport> cosim) {
    boolean measured = cosim.flatMap(CosimReport::cycleExact).equals(Optional.of(true));
    return "When the results of the first four images leave each layer, by the timing model. "
        + (measured
            ? "The ends of images were measured in the Verilog and are equal to the cycle."
            : "No co-simulation has confirmed it yet.");
  }

  /** Every stream that was compared. */
  static Element table(Chip chip, CosimReport report) {
    Table table =
        new Table(
            "Streams compared with the golden model",
            ImmutableList.of(
                "stream",
                "given by",
                "values compared",
                "values that differ",
                "image 1 ends in cycle",
                "last image ends in cycle",
                "verdict"));
    for (CosimReport.Boundary boundary : report.layers()) {
      Optional<Chip.Station> station =
          chip.layers().stream()
              .filter(each -> each.block().orElseThrow().name().equals(boundary.block()))
              .findFirst();
      ImmutableList<Long> ends = boundary.imageEndCycles();
      table.row(
          boundary.link(),
          ImmutableList.of(
              station.<Object>map(LayerTables::link).orElse(boundary.block()),
              Words.number(boundary.values()),
              Words.number(boundary.mismatches()),
              ends.isEmpty() ? "never" : Words.number(ends.get(0)),
              ends.size() < report.images() ? "never" : Words.number(ends.get(ends.size() - 1)),
              boundary.mismatches() > 0
                  ? "✗ differs"
                  : ends.size() < report.images() ? "✗ incomplete" : "✓ equal"));
    }
    return table.element();
  }
}
