package io.xbarflow.testbench.synth;

import com.google.common.collect.ImmutableList;
import java.util.Locale;

/** What a chip is synthesised for. */
public enum Target {
  /** Standard cells, timed by OpenSTA. */
  ASIC("OSU 0.18 um standard cells, typical, 1.8 V, 25 C", "yosys", "sta"),
  /** Lattice iCE40; the largest modules are placed and routed by nextpnr. */
  ICE40("Lattice iCE40", "yosys", "nextpnr-ice40"),
  /** Lattice ECP5. */
  ECP5("Lattice ECP5", "yosys"),
  /** Xilinx 7 series. */
  XILINX("Xilinx 7 series", "yosys");

  private final String technology;
  private final ImmutableList<String> programs;

  Target(String technology, String... programs) {
    this.technology = technology;
    this.programs = ImmutableList.copyOf(programs);
  }

  /** Name of its script, and what the user calls it. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What the cells are. */
  public String technology() {
    return technology;
  }

  /** Programs that it needs. */
  public ImmutableList<String> programs() {
    return programs;
  }
}
