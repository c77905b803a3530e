package io.xbarflow.cli;

import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Range;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.mapper.MappingOptions;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that choose patches, copies, lanes and places. */
final class ChoiceOptions {
  private static final Range CROSSBARS = new Range("--crossbars", 1, 1_000_000);
  private static final Range SLOTS = new Range("--ii", 1, 1_000_000_000);
  private static final Range LANES = new Range("--lanes", 1, 65_536);

  @Option(
      names = "--crossbars",
      paramLabel = "N",
      description = "Budget of macros: the least initiation interval that N allow.")
  private Integer crossbars;

  @Option(
      names = "--ii",
      paramLabel = "SLOTS",
      description =
          "Initiation interval in slots (MVMs): the fewest macros that reach it; exit 2 if none do.")
  private Long slots;

  @Option(
      names = "--images-per-second",
      paramLabel = "X",
      description =
          "Throughput at the architecture's clock: the fewest macros that reach it; exit 2 if none do.")
  private Double imagesPerSecond;

  @Option(
      names = "--lanes",
      paramLabel = "N",
      defaultValue = "1",
      description = "Values per beat of every link, at least; fewer only where there are fewer.")
  private int lanes = 1;

  @Option(
      names = "--effort",
      paramLabel = "full|quick",
      defaultValue = "full",
      description = "full searches for places and least depths; quick takes the first that do.")
  private String effort = "full";

  /** What the options ask for on {@code architecture}; {@code memory} has policies by layer. */
  MappingOptions resolve(
      Architecture architecture, ImmutableMap<String, ActivationMemoryPolicy> memory) {
    int budgets =
        (crossbars == null ? 0 : 1) + (slots == null ? 0 : 1) + (imagesPerSecond == null ? 0 : 1);
    if (budgets > 1) {
      throw UserException.badInput(
          "--crossbars, --ii and --images-per-second",
          "more than one of them",
          "one budget",
          "Leave the others out.");
    }
    Optional<Integer> macros =
        Optional.ofNullable(crossbars).map(value -> CROSSBARS.check("--crossbars", value));
    Optional<Long> cycles =
        Optional.ofNullable(slots)
            .map(value -> (long) SLOTS.check("--ii", value) * architecture.mvmCycles());
    if (imagesPerSecond != null) {
      cycles = Optional.of(cyclesPerImage(architecture));
    }
    return new MappingOptions(
        macros, cycles, LANES.check("--lanes", lanes), memory, effortNamed(effort));
  }

  private long cyclesPerImage(Architecture architecture) {
    double cycles = Math.floor(architecture.clockMHz() * 1e6 / imagesPerSecond);
    if (!(imagesPerSecond > 0) || cycles < architecture.mvmCycles()) {
      throw UserException.badInput(
          "--images-per-second",
          String.valueOf(imagesPerSecond),
          String.format(
              Locale.ROOT,
              "more than 0 and at most %.0f: an MVM takes %d cycles at %s MHz",
              architecture.clockMHz() * 1e6 / architecture.mvmCycles(),
              architecture.mvmCycles(),
              architecture.clockMHz()),
          "Ask for fewer images, or take a faster architecture.");
    }
    return (long) cycles;
  }

  private static MappingOptions.Effort effortNamed(String word) {
    for (MappingOptions.Effort effort : MappingOptions.Effort.values()) {
      if (effort.word().equals(word)) {
        return effort;
      }
    }
    throw UserException.badInput(
        "--effort", "'" + word + "'", "full or quick", "Use one of these.");
  }
}
