package io.xbarflow.core.timing;

import static com.google.common.base.Verify.verify;

/** When the pixels of a stream were written into a ring: the cycles of their last beats. */
final class WrittenPixels {
  private final StreamTimes input;
  private final Delays.Cursor crossings;
  private final int beatsPerPixel;
  private final long[] cycles; // of the latest pixels, in turn
  private final int mask;
  private long written;

  /** Of {@code input}; remembers {@code pixels} pixels. */
  WrittenPixels(StreamTimes input, int beatsPerPixel, long pixels) {
    this.input = input;
    this.crossings = input.crossings().cursor();
    this.beatsPerPixel = beatsPerPixel;
    this.cycles = new long[Math.toIntExact(Math.max(1, Long.highestOneBit(pixels - 1) << 1))];
    this.mask = cycles.length - 1;
  }

  /** Looks for pixels that were written since. */
  void update() {
    long crossed = input.crossings().known();
    for (long next = (written + 1) * beatsPerPixel; next <= crossed; next += beatsPerPixel) {
      cycles[(int) written & mask] = crossings.cycle(next - 1);
      written++;
    }
  }

  /** Whether it is known when {@code pixel}, counted over all images, was written. */
  boolean knows(long pixel) {
    return pixel < written;
  }

  /** The cycle in which {@code pixel} was written. */
  long cycleOf(long pixel) {
    verify(pixel < written && written - pixel <= cycles.length, "pixel %s of %s", pixel, written);
    return cycles[(int) pixel & mask];
  }
}
