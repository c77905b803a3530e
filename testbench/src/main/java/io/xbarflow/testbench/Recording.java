package io.xbarflow.testbench;

import com.google.common.collect.ImmutableList;

/** What a simulator can record besides its result; each makes it slower. */
public enum Recording {
  /** Nothing. */
  NOTHING(ImmutableList.of(), ImmutableList.of()),
  /** Waveforms. */
  WAVES(ImmutableList.of("--trace"), ImmutableList.of("verilated_vcd_c.cpp")),
  /** How often each line and branch was executed. */
  COVERAGE(ImmutableList.of("--coverage-line"), ImmutableList.of("verilated_cov.cpp"));

  private final ImmutableList<String> options;
  private final ImmutableList<String> runtime;

  Recording(ImmutableList<String> options, ImmutableList<String> runtime) {
    this.options = options;
    this.runtime = runtime;
  }

  /** Options of Verilator. */
  ImmutableList<String> options() {
    return options;
  }

  /** Sources of Verilator's run time that it needs besides those that all need. */
  ImmutableList<String> runtime() {
    return runtime;
  }

  /** Macros for the C++ compiler, as Verilator's own makefiles define them. */
  ImmutableList<String> defines() {
    return ImmutableList.of(
        "-DVM_COVERAGE=" + (this == COVERAGE ? 1 : 0),
        "-DVM_TRACE=" + (this == WAVES ? 1 : 0),
        "-DVM_TRACE_FST=0",
        "-DVM_TRACE_VCD=" + (this == WAVES ? 1 : 0));
  }
}
