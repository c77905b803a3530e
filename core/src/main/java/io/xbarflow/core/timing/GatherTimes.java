package io.xbarflow.core.timing;

import io.xbarflow.core.mapping.Link;

/**
 * A pixel is collected while the one before it is sent: its last beat is taken once that one has
 * gone, in the cycle of its last beat at the earliest; its first beat is offered one cycle later.
 */
final class GatherTimes implements BlockTimes.Recurrence {
  private final int beatsIn; // of a pixel
  private final int beatsOut;
  private final StreamTimes input;
  private final StreamTimes output;
  private final Delays.Cursor taken;
  private final Delays.Cursor sent;
  private long admitted; // pixels
  private long offered; // pixels

  GatherTimes(Link from, Link to, StreamTimes input, StreamTimes output) {
    this.beatsIn = from.beatsPerPixel();
    this.beatsOut = to.beatsPerPixel();
    this.input = input;
    this.output = output;
    this.taken = input.crossings().cursor();
    this.sent = output.crossings().cursor();
  }

  @Override
  public void advance() {
    boolean moved = true;
    while (moved) {
      moved = admit();
      moved |= offer();
    }
  }

  /** The last beat of a pixel, and the first ones of the next. */
  private boolean admit() {
    if (input.rooms().known() == 0 && beatsIn > 1) {
      input.admit(beatsIn - 1, 0);
    }
    long last = (admitted + 1) * beatsIn - 1; // beat
    long before = admitted * beatsOut; // beats of the output
    if (last >= input.total() || output.crossings().known() < before) {
      return false;
    }
    long cycle = before == 0 ? 0 : sent.cycle(before - 1);
    input.admit(1, cycle - last);
    admitted++;
    if (last + 1 < input.total() && beatsIn > 1) {
      input.admit(beatsIn - 1, 0);
    }
    return true;
  }

  private boolean offer() {
    long last = (offered + 1) * beatsIn - 1; // beat
    if (input.crossings().known() <= last) {
      return false;
    }
    output.lead(beatsOut, taken.cycle(last) + 1 - offered * beatsOut);
    offered++;
    return true;
  }
}
