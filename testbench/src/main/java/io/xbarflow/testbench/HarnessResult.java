package io.xbarflow.testbench;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;

/**
 * The file that {@code harness.cpp} writes.
 *
 * @param verdict how the run ended
 * @param cycles cycles simulated, from cycle 0 to the last useful beat
 * @param lastProgress cycle of the last useful beat
 * @param seconds wall-clock time of the simulation loop
 * @param violationCount violations of the stream protocol
 * @param violations the first of them
 * @param inputs what the chip said of the frames at its inputs
 * @param outputs what it said of those at its outputs
 * @param links what each link did
 */
record HarnessResult(
    Verdict verdict,
    long cycles,
    long lastProgress,
    double seconds,
    long violationCount,
    ImmutableList<Violation> violations,
    ImmutableList<CosimResult.InputFrames> inputs,
    ImmutableList<CosimResult.OutputFrames> outputs,
    ImmutableList<LinkResult> links) {

  /** How the run ended. */
  enum Verdict {
    DONE,
    DEADLOCK,
    ASSERTION,
    FINISHED_ITSELF
  }

  /** Kinds of protocol violation, each with what it means. */
  enum ViolationKind {
    VALID_DROPPED("valid fell before the beat was taken"),
    DATA_CHANGED("data changed before the beat was taken"),
    LAST_CHANGED("last changed before the beat was taken"),
    LAST_MISSING("last is not set on the image's final beat"),
    LAST_TOO_EARLY("last is set before the image's final beat"),
    EXTRA_BEAT("a beat came after the last image"),
    FRAME_STATUS_WRONG("the chip does not say which frames of its input are bad"),
    FRAME_MARK_WRONG("tuser does not mark just the images from bad frames"),
    UNUSED_LANE_NOT_ZERO("an unused lane of a partly filled beat is not 0");

    private final String meaning;

    ViolationKind(String meaning) {
      this.meaning = meaning;
    }

    String meaning() {
      return meaning;
    }
  }

  /** One violation; {@code image} is the image the link was carrying. */
  record Violation(ViolationKind kind, String link, long cycle, long image) {}

  /** One wrong value; {@code expected} and {@code got} are raw bytes, 0 to 255. */
  record Mismatch(int image, int row, int column, int channel, long cycle, int expected, int got) {}

  /**
   * What one link did.
   *
   * @param link its name
   * @param beats beats transferred
   * @param firstBeat cycle of the first
   * @param bitToggles data bits that change from beat to beat; before the first all are 0
   * @param values values compared
   * @param mismatches values that differ
   * @param done whether every beat of every image passed
   * @param valid its valid at the end of the run
   * @param ready its ready at the end of the run
   * @param imageEnds cycle of each image's last beat
   * @param first the first wrong values
   */
  record LinkResult(
      String link,
      long beats,
      long firstBeat,
      long bitToggles,
      long values,
      long mismatches,
      boolean done,
      boolean valid,
      boolean ready,
      ImmutableList<Long> imageEnds,
      ImmutableList<Mismatch> first) {}

  ImmutableMap<String, LinkResult> linksByName() {
    return Maps.uniqueIndex(links, LinkResult::link);
  }
}
