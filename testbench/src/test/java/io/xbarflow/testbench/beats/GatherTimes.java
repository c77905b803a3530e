package io.xbarflow.testbench.beats;

import io.xbarflow.core.mapping.Link;

/**
 * A pixel is collected while the one before it is sent: its last beat is taken once that one has
 * gone, in the cycle of its last beat at the earliest; its first beat is offered one cycle later.
 */
final class GatherTimes {
  private final int beatsIn;
  private final int beatsOut;
  private final int pixels;
  private final BeatTimes input;
  private final BeatTimes output;

  GatherTimes(Link from, Link to, BeatTimes input, BeatTimes output, int images) {
    this.beatsIn = from.beatsPerPixel();
    this.beatsOut = to.beatsPerPixel();
    this.pixels = from.shape().pixels() * images;
    this.input = input;
    this.output = output;
  }

  boolean advance() {
    boolean moved = false;
    boolean again = true;
    while (again) {
      again = accept();
      again |= offer();
      moved |= again;
    }
    return moved;
  }

  private boolean accept() {
    int beat = input.accepted();
    if (beat != input.crossed() || beat == pixels * beatsIn) {
      return false;
    }
    int sent = beat / beatsIn * beatsOut; // beats of the pixels before this one
    boolean waits = beat % beatsIn == beatsIn - 1 && sent > 0;
    if (waits && output.crossed() < sent) {
      return false;
    }
    long earliest = waits ? output.crossing(sent - 1) : 0;
    input.accept(Math.max(input.afterPrevious(beat), earliest));
    return true;
  }

  private boolean offer() {
    int beat = output.offered();
    int complete = (beat / beatsOut + 1) * beatsIn; // beats until its pixel is complete
    if (beat != output.crossed() || beat == pixels * beatsOut || input.crossed() < complete) {
      return false;
    }
    output.offer(Math.max(output.afterPrevious(beat), input.crossing(complete - 1) + 1));
    return true;
  }
}
