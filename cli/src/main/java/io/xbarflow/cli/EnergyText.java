package io.xbarflow.cli;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.energy.EnergyEstimate;
import io.xbarflow.core.energy.EnergyEstimate.OfBlock;
import io.xbarflow.core.energy.EnergyEstimate.Parts;
import java.util.Locale;

/**
 * The energy of an image in words and as a Markdown table.
 *
 * @param energy of an image
 */
record EnergyText(EnergyEstimate energy) {
  private static final String HEADINGS =
      "| energy of an image, nJ | total | macros | memories | arithmetic | registers | clock | wires"
          + " |\n|:--|--:|--:|--:|--:|--:|--:|--:|\n";
  private static final double PICO_PER_NANO = 1000;

  /** The table: every block, then the sum. */
  String text() {
    StringBuilder text = new StringBuilder(HEADINGS);
    for (OfBlock block : energy.blocks()) {
      text.append(row(block.layer().orElse(block.block()), block.total(), block.parts()));
    }
    return text.append(row("all", energy.total(), energy.parts())).toString();
  }

  private static String row(String name, double total, Parts parts) {
    ImmutableList<Double> numbers =
        ImmutableList.of(
            total,
            parts.macros(),
            parts.memories(),
            parts.arithmetic(),
            parts.registers(),
            parts.clock(),
            parts.wires());
    StringBuilder row = new StringBuilder("| " + name + " |");
    for (double number : numbers) {
      row.append(String.format(Locale.ROOT, " %.3f |", number / PICO_PER_NANO));
    }
    return row.append('\n').toString();
  }

  /** The sum and the shares, in one line. */
  String line() {
    Parts parts = energy.parts();
    return String.format(
        Locale.ROOT,
        "about %.1f nJ an image (%s): macros %.0f %%, memories %.0f %%, arithmetic %.0f %%, clock"
            + " %.0f %%, links %.0f %%",
        energy.total() / PICO_PER_NANO,
        energy.table(),
        share(parts.macros()),
        share(parts.memories()),
        share(parts.arithmetic()),
        share(parts.clock()),
        share(parts.registers() + parts.wires()));
  }

  private double share(double part) {
    return energy.total() > 0 ? 100 * part / energy.total() : 0;
  }
}
