package io.xbarflow.cli.page;

import com.google.common.collect.ImmutableList;
import io.xbarflow.sim.Deviation;
import io.xbarflow.sim.Simulation;
import java.util.Locale;

/** What the golden model found on images. */
final class SimulationSection {
  private SimulationSection() {}

  /** Accuracy and, with cores that are not exact, how far layers are from exact sums. */
  static Element of(Simulation.Report report) {
    Element section = Element.of("div");
    section.add(
        Element.of(
            "p",
            Words.count(report.images(), "image", "images")
                + " in Java, "
                + Words.significant(report.goldenImagesPerSecond())
                + " a second."
                + report
                    .accuracy()
                    .map(
                        accuracy ->
                            " Classified right: "
                                + Words.percent(accuracy.top1(), 1)
                                + " of "
                                + Words.number(accuracy.images())
                                + " (with exact sums "
                                + Words.percent(accuracy.idealTop1(), 1)
                                + ").")
                    .orElse("")));
    if (!report.deviations().isEmpty()) {
      section.add(deviations(report.deviations()));
    }
    return section;
  }

  private static Element deviations(ImmutableList<Deviation> deviations) {
    Table table =
        new Table(
            "Results beside those of exact sums",
            ImmutableList.of("layer", "values equal", "greatest difference, LSB", "rms, LSB"));
    for (Deviation each : deviations) {
      table.row(
          each.layer(),
          ImmutableList.of(
              Words.percent(each.equal(), 1),
              Words.number(each.greatest()),
              String.format(Locale.ROOT, "%.3f", each.rms())));
    }
    return table.element();
  }
}
