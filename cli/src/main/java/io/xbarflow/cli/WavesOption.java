package io.xbarflow.cli;

import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.testbench.CycleWindow;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The option for a waveform when nothing is wrong. */
final class WavesOption {
  private static final Pattern WINDOW = Pattern.compile("(\\d{1,18})\\.\\.(\\d{1,18})");

  @Option(
      names = "--waves",
      paramLabel = "FROM..TO",
      description =
          "Also write a waveform of these clock cycles, with a view for GTKWave, to waves/ in the"
              + " output folder.")
  private String cycles;

  /** The cycles, when a waveform is asked for. */
  Optional<CycleWindow> window() {
    if (cycles == null) {
      return Optional.empty();
    }
    Matcher matcher = WINDOW.matcher(cycles);
    if (!matcher.matches() || Long.parseLong(matcher.group(1)) > Long.parseLong(matcher.group(2))) {
      throw UserException.badInput(
          "--waves",
          "'" + cycles + "'",
          "the first and the last clock cycle, such as 0..500",
          "Mend the value.");
    }
    return Optional.of(
        new CycleWindow(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2))));
  }
}
