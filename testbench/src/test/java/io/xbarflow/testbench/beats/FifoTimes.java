package io.xbarflow.testbench.beats;

import java.util.Arrays;

/**
 * FIFO of a memory and an output register: a beat can be read the cycle after it was written and is
 * offered one cycle later; a place is free the cycle after it was read.
 */
final class FifoTimes {
  private final int depth;
  private final int total;
  private final BeatTimes input;
  private final BeatTimes output;
  private long[] reads = new long[64];
  private int read;

  FifoTimes(int depth, int total, BeatTimes input, BeatTimes output) {
    this.depth = depth;
    this.total = total;
    this.input = input;
    this.output = output;
  }

  /** Most beats in the memory at once, counting a beat until the cycle after it was read. */
  int peakBeats() {
    int peak = 0;
    int gone = 0;
    for (int beat = 0; beat < input.crossed(); beat++) {
      while (gone < read && reads[gone] < input.crossing(beat)) {
        gone++;
      }
      peak = Math.max(peak, beat - gone + 1);
    }
    return peak;
  }

  boolean advance() {
    boolean moved = false;
    boolean again = true;
    while (again) {
      again = accept();
      again |= read();
      moved |= again;
    }
    return moved;
  }

  private boolean accept() {
    int beat = input.accepted();
    if (beat == total || input.crossed() < beat || beat - depth >= read) {
      return false;
    }
    long cycle = input.afterPrevious(beat);
    input.accept(beat < depth ? cycle : Math.max(cycle, reads[beat - depth] + 1));
    return true;
  }

  private boolean read() {
    if (read >= input.crossed() || output.crossed() < read) {
      return false;
    }
    long cycle = input.crossing(read) + 1;
    if (read > 0) {
      cycle = Math.max(cycle, Math.max(reads[read - 1] + 1, output.crossing(read - 1)));
    }
    if (read == reads.length) {
      reads = Arrays.copyOf(reads, 2 * read);
    }
    reads[read] = cycle;
    read++;
    output.offer(cycle + 1);
    return true;
  }
}
