package io.xbarflow.cli;

import com.google.common.base.Strings;
import com.google.common.collect.ImmutableList;
import io.xbarflow.core.synthesis.CriticalPath;
import io.xbarflow.core.synthesis.ModuleSynthesis;
import io.xbarflow.core.synthesis.Resources;
import io.xbarflow.core.synthesis.Synthesis;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What synthesis found, a line for each module, as a Markdown table that also reads well as plain
 * text.
 *
 * @param synthesis what it found
 */
record SynthTable(Synthesis synthesis) {

  /** The table, then the total, the critical path and what the figures mean. */
  String text() {
    boolean asic = synthesis.target().equals("asic");
    List<ImmutableList<String>> lines = new ArrayList<>();
    lines.add(
        asic
            ? ImmutableList.of(
                "module",
                "instances",
                "cells",
                "flip-flops",
                "RAM bits",
                "area um2",
                "path ns",
                "from",
                "to")
            : ImmutableList.of(
                "module",
                "instances",
                "LUTs",
                "flip-flops",
                "RAM bits",
                "RAM blocks",
                "DSPs",
                "levels",
                "path ns",
                "from",
                "to"));
    for (ModuleSynthesis module : synthesis.modules()) {
      lines.add(
          line(module.name(), module.instances() + "", module.own(), module.criticalPath(), asic));
    }
    lines.add(line("total", "", synthesis.total(), synthesis.criticalPath(), asic));
    StringBuilder text = new StringBuilder();
    for (int line = 0; line < lines.size(); line++) {
      append(text, lines, line);
    }
    text.append(synthesis.technology()).append("; ").append(synthesis.tools()).append('\n');
    text.append("Paths: ").append(synthesis.timing()).append('\n');
    synthesis
        .criticalPath()
        .flatMap(CriticalPath::nanoseconds)
        .ifPresent(
            period ->
                text.append(
                    String.format(
                        Locale.ROOT,
                        "Critical path %.2f ns: at most %.1f MHz (the constraints ask for %.3f"
                            + " ns)%n",
                        period,
                        1000 / period,
                        synthesis.clockNanoseconds())));
    return text.toString();
  }

  private static ImmutableList<String> line(
      String name, String instances, Resources own, Optional<CriticalPath> path, boolean asic) {
    String from = path.map(CriticalPath::from).orElse("");
    String to = path.map(CriticalPath::to).orElse("");
    return asic
        ? ImmutableList.of(
            name,
            instances,
            own.cells() + "",
            own.flipFlops() + "",
            own.ramBits() + "",
            String.format(Locale.ROOT, "%.0f", own.areaSquareMicrons()),
            period(path),
            from,
            to)
        : ImmutableList.of(
            name,
            instances,
            own.luts() + "",
            own.flipFlops() + "",
            own.ramBits() + "",
            own.blockRams() + "",
            own.dsps() + "",
            path.map(found -> found.levels() + "").orElse(""),
            period(path),
            from,
            to);
  }

  private static String period(Optional<CriticalPath> path) {
    return path.flatMap(CriticalPath::nanoseconds)
        .map(period -> String.format(Locale.ROOT, "%.2f", period))
        .orElse("");
  }

  private static void append(StringBuilder text, List<ImmutableList<String>> lines, int line) {
    int columns = lines.get(0).size();
    for (int column = 0; column < columns; column++) {
      String cell = lines.get(line).get(column);
      boolean words = column == 0 || column >= columns - 2;
      int width = width(lines, column);
      text.append("| ")
          .append(words ? Strings.padEnd(cell, width, ' ') : Strings.padStart(cell, width, ' '))
          .append(' ');
    }
    text.append("|\n");
    if (line == 0) {
      for (int column = 0; column < columns; column++) {
        boolean words = column == 0 || column >= columns - 2;
        text.append(words ? "|:" : "|-")
            .append("-".repeat(width(lines, column)))
            .append(words ? '-' : ':');
      }
      text.append("|\n");
    }
  }

  private static int width(List<ImmutableList<String>> lines, int column) {
    return lines.stream().mapToInt(cells -> cells.get(column).length()).max().orElse(0);
  }
}
