package io.xbarflow.core.timing;

/** How full the memory of a FIFO gets. */
final class FifoPeak {
  private final Delays written;
  private final Delays.Cursor writes; // stays at the beginning, so that nothing is forgotten
  private final Bound[] reads;

  FifoPeak(StreamTimes input, StreamTimes output) {
    this.written = input.crossings();
    this.writes = written.cursor();
    // A beat is read the cycle after its write, or when the beat before leaves the register.
    this.reads = new Bound[] {new Bound(written, 0, 1), new Bound(output.crossings(), 1, -1)};
  }

  /** Most beats in the memory at once, counting a beat until the cycle after it was read. */
  int peakBeats() {
    Delays readDelays = new Delays();
    Delays.Cursor read = readDelays.cursor();
    Bound.extend(readDelays, reads, written.known());
    long peak = 0;
    long gone = 0;
    long beat = 0;
    while (beat < written.known()) {
      // Beats of one stair follow each other cycle by cycle: the memory is fullest with the last.
      long delay = writes.at(beat);
      beat = writes.end();
      long cycle = beat - 1 + delay;
      while (gone < readDelays.known()) {
        long before = Math.min(cycle - read.at(gone), read.end());
        if (before <= gone) {
          break;
        }
        gone = before;
      }
      peak = Math.max(peak, beat - gone);
    }
    return (int) peak;
  }
}
