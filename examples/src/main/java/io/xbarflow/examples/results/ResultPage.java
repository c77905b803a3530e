package io.xbarflow.examples.results;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.mapping.Figures;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Results as a page of Markdown tables. */
final class ResultPage {
  private static final String INTRODUCTION =
      """
# Results

Written by `./verify --results`, which keeps its figures in `results.jsonl`. Each network is
mapped, generated and co-simulated by `./xbarflow` as a user would, one process for each
stage. Macros are 256 x 256. Every layer has one copy and computes one pixel an MVM, unless the
name ends in `@N`: then patches and copies are chosen for the least II within N macros. T is the
duration of an MVM in clock cycles. Reference networks have seeded weights (`examples/README.md`).
""";

  private final ImmutableList<ResultRow> rows;

  ResultPage(List<ResultRow> rows) {
    this.rows = ImmutableList.copyOf(rows);
  }

  /** The page. */
  String text() {
    return INTRODUCTION
        + "\n## Reached beside the bound\n\n"
        + "Each cell: what is reached, the bound of a perfect pipeline, their ratio. Cycles are\n"
        + "measured where the network was co-simulated, else predicted (in italics).\n\n"
        + reached()
        + "\n## Predicted and measured\n\n"
        + "Each cell of cycles: measured, predicted.\n\n"
        + measured()
        + "\n## Seconds and memory\n\n"
        + "Wall-clock seconds and the most MiB that the processes of a stage had at once. A stage\n"
        + "includes the start of the Java virtual machine; *golden* is `./xbarflow simulate`, and\n"
        + "beside it stands what the golden model takes for an image.\n\n"
        + costs();
  }

  private String reached() {
    ImmutableList.Builder<ImmutableList<String>> lines = ImmutableList.builder();
    lines.add(
        ImmutableList.of(
            "network", "T", "arrays", "II", "first image", "memory, KiB", "images/s at 1 GHz"));
    for (ResultRow row : rows) {
      lines.add(reached(row));
    }
    return table(lines.build());
  }

  private static ImmutableList<String> reached(ResultRow row) {
    String duration = Integer.toString(row.mvmCycles());
    if (row.predicted().isEmpty()) {
      return ImmutableList.of(row.network(), duration, failure(row.map()), "", "", "", "");
    }
    Optional<CosimFigures> cosim = row.cosim();
    Optional<Long> interval = cosim.flatMap(CosimFigures::cyclesPerImage);
    return ImmutableList.of(
        row.network(),
        duration,
        compared(row, figures -> Optional.of((long) figures.crossbars())),
        cycles(row, interval, Figures::cyclesPerImage),
        cycles(
            row,
            cosim.flatMap(CosimFigures::firstImageCycles),
            figures -> Optional.of(figures.firstImageCycles())),
        compared(
            row.predicted().get().activationMemoryBits() / 8192.0,
            row.bound().orElseThrow().activationMemoryBits() / 8192.0,
            "%.1f"),
        interval
            .or(() -> row.predicted().orElseThrow().cyclesPerImage())
            .map(cycles -> decimal("%.0f", 1e9 / cycles))
            .orElse(""));
  }

  private static String cycles(
      ResultRow row, Optional<Long> measured, Function<Figures, Optional<Long>> figure) {
    Optional<Long> bound = figure.apply(row.bound().orElseThrow());
    Optional<Long> value =
        measured.isPresent() ? measured : figure.apply(row.predicted().orElseThrow());
    if (value.isEmpty() || bound.isEmpty()) {
      return "";
    }
    String text = compared(value.get(), bound.get(), "%.0f");
    return measured.isPresent() ? text : "*" + text + "*";
  }

  private static String compared(ResultRow row, Function<Figures, Optional<Long>> figure) {
    return compared(
        figure.apply(row.predicted().orElseThrow()).orElseThrow(),
        figure.apply(row.bound().orElseThrow()).orElseThrow(),
        "%.0f");
  }

  private static String compared(double value, double bound, String format) {
    String text = String.format(Locale.ROOT, format + " / " + format, value, bound);
    return bound == 0 ? text : text + String.format(Locale.ROOT, " = %.3f", value / bound);
  }

  private String measured() {
    ImmutableList.Builder<ImmutableList<String>> lines = ImmutableList.builder();
    lines.add(
        ImmutableList.of("network", "T", "images", "cycles per image", "first image", "verdict"));
    for (ResultRow row : rows) {
      String duration = Integer.toString(row.mvmCycles());
      lines.add(
          row.cosim()
              .map(
                  cosim ->
                      ImmutableList.of(
                          row.network(),
                          duration,
                          Integer.toString(cosim.images()),
                          pair(cosim.cyclesPerImage(), cosim.predictedCyclesPerImage()),
                          pair(
                              cosim.firstImageCycles(),
                              Optional.of(cosim.predictedFirstImageCycles())),
                          verdict(cosim)))
              .orElseGet(() -> ImmutableList.of(row.network(), duration, "", "", "", reason(row))));
    }
    return table(lines.build());
  }

  private static String pair(Optional<Long> measured, Optional<Long> predicted) {
    return measured.map(String::valueOf).orElse("-")
        + ", "
        + predicted.map(String::valueOf).orElse("-");
  }

  private static String verdict(CosimFigures cosim) {
    String cycles =
        cosim
            .cycleExact()
            .map(exact -> exact ? "every cycle as predicted" : "CYCLES DIFFER")
            .orElse("cycles not compared");
    return cosim.bitExact()
        ? "every byte equal, " + cycles
        : cosim.mismatches() + " VALUES DIFFER, " + cycles;
  }

  /** Why there is no co-simulation: the first stage that did not end well. */
  private static String reason(ResultRow row) {
    return "not co-simulated: "
        + stages(row).stream()
            .filter(stage -> !stage.run().done())
            .findFirst()
            .map(stage -> stage.name() + " " + failure(stage.run()))
            .orElse("no figures");
  }

  private record Stage(String name, StageRun run) {}

  private static ImmutableList<Stage> stages(ResultRow row) {
    return ImmutableList.of(
        new Stage("import and map", row.map()),
        new Stage("generate", row.generate()),
        new Stage("Verilator build", row.build()),
        new Stage("simulation", row.simulate()));
  }

  private static String failure(StageRun run) {
    return switch (run.outcome()) {
      case DONE -> "done";
      case FAILED -> "failed: " + run.note();
      case STOPPED -> String.format(Locale.ROOT, "stopped after %.0f s", run.seconds());
      case NOT_RUN -> run.note();
    };
  }

  private String costs() {
    ImmutableList.Builder<ImmutableList<String>> lines = ImmutableList.builder();
    lines.add(
        ImmutableList.of(
            "network",
            "T",
            "import + map",
            "generate",
            "golden",
            "golden, s per image",
            "Verilator build",
            "simulate",
            "kHz",
            "revision"));
    for (ResultRow row : rows) {
      lines.add(
          ImmutableList.of(
              row.network(),
              Integer.toString(row.mvmCycles()),
              cost(row.map()),
              cost(row.generate()),
              cost(row.golden()),
              row.goldenSecondsPerImage().map(s -> decimal("%.2f", s)).orElse(""),
              cost(row.build()),
              cost(row.simulate()),
              row.cosim()
                  .filter(cosim -> cosim.simulateSeconds() > 0)
                  .map(
                      cosim ->
                          decimal("%.1f", cosim.simulatedCycles() / cosim.simulateSeconds() / 1e3))
                  .orElse(""),
              row.revision() + ", " + row.processors() + " processors"));
    }
    return table(lines.build());
  }

  private static String cost(StageRun run) {
    return switch (run.outcome()) {
      case DONE -> String.format(Locale.ROOT, "%.1f s, %d MiB", run.seconds(), run.peakMebibytes());
      case FAILED -> String.format(Locale.ROOT, "failed after %.1f s", run.seconds());
      case STOPPED ->
          String.format(
              Locale.ROOT, "stopped after %.0f s, %d MiB", run.seconds(), run.peakMebibytes());
      case NOT_RUN -> "not run";
    };
  }

  private static String decimal(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  /** The first column to the left, the others to the right. */
  private static String table(List<ImmutableList<String>> lines) {
    StringBuilder text = new StringBuilder();
    for (int line = 0; line < lines.size(); line++) {
      text.append(
          lines.get(line).stream()
              .map(cell -> cell.replace("|", "\\|").replace("\n", " "))
              .collect(Collectors.joining(" | ", "| ", " |\n")));
      if (line == 0) {
        text.append("|---").append("|--:".repeat(lines.get(0).size() - 1)).append("|\n");
      }
    }
    return text.toString();
  }
}
