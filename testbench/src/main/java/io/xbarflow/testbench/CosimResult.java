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
 * @param inputFrames what the chip said of the frames at its inputs
 * @param outputFrames what it said of those at its outputs
 * @param waveform the waveform around the first finding
 * @param coverage what was executed, when that was asked for
 * @param simulatorCached whether the simulator needed no build
 */
public record CosimResult(
    CosimReport report,
    ImmutableList<String> findings,
    ImmutableMap<String, ImmutableList<Image>> outputs,
    ImmutableList<InputFrames> inputFrames,
    ImmutableList<OutputFrames> outputFrames,
    Optional<Path> waveform,
    Optional<Coverage> coverage,
    boolean simulatorCached) {

  /**
   * Frames of a wrong length at a chip input, as the chip counts them.
   *
   * @param link its link
   * @param badFrames how many there were
   * @param firstBadFrame number of the first, 0 when there was none
   */
  public record InputFrames(String link, long badFrames, long firstBadFrame) {}

  /**
   * Frames of a chip output.
   *
   * @param link its link
   * @param markedFrames those that were marked as computed from a bad frame
   */
  public record OutputFrames(String link, ImmutableList<Long> markedFrames) {}

  /** Whether nothing is wrong. */
  public boolean passed() {
    return findings.isEmpty();
  }
}
