package io.xbarflow.core.timing;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.mapping.Link;

/**
 * Concatenation by whole pixels: every operand's beats are taken as they come, but for the final
 * one of a pixel. That is taken when all operands offer theirs and the pixel before leaves; the
 * pixel then leaves in beats of its own.
 */
final class PixelConcatTimes implements BlockTimes.Recurrence {
  private final int[] beatsPerPixel; // of each operand
  private final StreamTimes[] operands;
  private final Delays.Cursor[] leads; // of each operand
  private final Delays.Cursor[] crossings; // of each operand
  private final int outputBeatsPerPixel;
  private final StreamTimes output;
  private final Delays.Cursor sent;
  private final long pixels; // of all images
  private long taken; // pixels
  private boolean collecting; // the beats before the next pixel's final ones are admitted

  PixelConcatTimes(
      ImmutableList<Link> from, Link to, ImmutableList<StreamTimes> operands, StreamTimes output) {
    this.beatsPerPixel = from.stream().mapToInt(Link::beatsPerPixel).toArray();
    this.operands = operands.toArray(StreamTimes[]::new);
    this.leads =
        operands.stream().map(operand -> operand.leads().cursor()).toArray(Delays.Cursor[]::new);
    this.crossings =
        operands.stream()
            .map(operand -> operand.crossings().cursor())
            .toArray(Delays.Cursor[]::new);
    this.outputBeatsPerPixel = to.beatsPerPixel();
    this.output = output;
    this.sent = output.crossings().cursor();
    this.pixels = output.total() / outputBeatsPerPixel;
  }

  @Override
  public void advance() {
    while (taken < pixels && take()) {
      taken++;
    }
  }

  /** Takes the next pixel; whether it is known when. */
  private boolean take() {
    if (!collecting) {
      for (int index = 0; index < operands.length; index++) {
        operands[index].admit(beatsPerPixel[index] - 1L, 0);
      }
      collecting = true;
    }
    long firstOut = taken * outputBeatsPerPixel;
    if (output.crossings().known() < firstOut) {
      return false;
    }
    long cycle = firstOut > 0 ? sent.cycle(firstOut - 1) : 0;
    for (int index = 0; index < operands.length; index++) {
      long last = (taken + 1) * beatsPerPixel[index] - 1;
      if (operands[index].leads().known() <= last || operands[index].crossings().known() < last) {
        return false;
      }
      cycle = Math.max(cycle, leads[index].cycle(last));
      if (last > 0) {
        cycle = Math.max(cycle, crossings[index].cycle(last - 1) + 1);
      }
    }
    for (int index = 0; index < operands.length; index++) {
      operands[index].admit(1, cycle - ((taken + 1) * beatsPerPixel[index] - 1));
    }
    output.lead(outputBeatsPerPixel, cycle + PipelineDepth.CONCAT - firstOut);
    collecting = false;
    return true;
  }
}
