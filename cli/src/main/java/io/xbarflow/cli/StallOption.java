package io.xbarflow.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/** The option for random stalls in co-simulation. */
final class StallOption {
  @Option(
      names = "--stall-seed",
      paramLabel = "S",
      description =
          "Pause at random at the input and hold the output back at random. Cycles are then not"
              + " compared. Without it the streams never pause.")
  private Long seed;

  /** The seed, when stalls are asked for. */
  Optional<Long> seed() {
    return Optional.ofNullable(seed);
  }
}
