package io.xbarflow.testbench.beats;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.mapping.Link;

/**
 * Concatenation by whole pixels: the beats of every operand are taken as they come, a pixel's final
 * ones together, once all are on offer and the pixel before leaves.
 */
final class PixelConcatTimes {
  private final ImmutableList<Link> links;
  private final ImmutableList<BeatTimes> operands;
  private final int outputBeatsPerPixel;
  private final BeatTimes output;
  private int taken; // pixels
  private long takenCycle; // of the latest

  PixelConcatTimes(
      ImmutableList<Link> links, ImmutableList<BeatTimes> operands, Link to, BeatTimes output) {
    this.links = links;
    this.operands = operands;
    this.outputBeatsPerPixel = to.beatsPerPixel();
    this.output = output;
  }

  boolean advance() {
    boolean moved = false;
    boolean again = true;
    while (again) {
      again = collect();
      again |= take();
      again |= send();
      moved |= again;
    }
    return moved;
  }

  private int lastBeat(int operand) {
    return (taken + 1) * links.get(operand).beatsPerPixel() - 1;
  }

  private boolean collect() {
    boolean moved = false;
    for (int index = 0; index < operands.size(); index++) {
      BeatTimes operand = operands.get(index);
      while (operand.accepted() == operand.crossed() && operand.crossed() < lastBeat(index)) {
        operand.accept(operand.afterPrevious(operand.crossed()));
        moved = true;
      }
    }
    return moved;
  }

  private boolean take() {
    if (output.crossed() < taken * outputBeatsPerPixel) {
      return false;
    }
    long cycle = taken > 0 ? output.crossing(output.crossed() - 1) : 0;
    for (int index = 0; index < operands.size(); index++) {
      BeatTimes operand = operands.get(index);
      if (operand.crossed() < lastBeat(index) || operand.offered() == operand.crossed()) {
        return false;
      }
      cycle = Math.max(cycle, operand.offerOfNext());
    }
    for (BeatTimes operand : operands) {
      operand.accept(cycle);
    }
    takenCycle = cycle;
    taken++;
    return true;
  }

  private boolean send() {
    int beat = output.crossed();
    if (beat == taken * outputBeatsPerPixel || output.offered() > beat) {
      return false;
    }
    output.offer(Math.max(takenCycle + 1, output.afterPrevious(beat)));
    return true;
  }
}
