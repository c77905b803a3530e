package io.xbarflow.testbench;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.tensor.Image;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The outcome of a co-simulation.
 *
 * @param report the figures, to be written as {@code cosim.json}
 * @param findings what is wrong, each one sentence or more for the user; empty when all is right
 * @param outputs what the chip gave, by tensor of a chip output; values that never came are 0
 * @param waveform the waveform around the first finding
 * @param simulatorCached whether the simulator needed no build
 */
public record CosimResult(
    CosimReport report,
    ImmutableList<String> findings,
    ImmutableMap<String, ImmutableList<Image>> outputs,
    Optional<Path> waveform,
    boolean simulatorCached) {

  /** Whether nothing is wrong. */
  public boolean passed() {
    return findings.isEmpty();
  }
}
