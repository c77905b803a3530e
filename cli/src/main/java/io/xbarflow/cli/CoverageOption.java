package io.xbarflow.cli;

import picocli.CommandLine.Option;

/** The option for the coverage of the Verilog. */
final class CoverageOption {
  @Option(
      names = "--coverage",
      description =
          "Count how often every line and branch of the Verilog is executed: a table of the cells,"
              + " and coverage.json with what was not. Takes a simulator of its own.")
  private boolean coverage;

  /** Whether executions are counted. */
  boolean coverage() {
    return coverage;
  }
}
