package io.xbarflow.testbench.beats;

import static com.google.common.base.Verify.verify;

/**
 * Times of the beats of one link. A beat is offered (valid) from one cycle on and can be accepted
 * (ready) from another; it crosses in the later of the two. Neither end is ever more than one beat
 * ahead of the crossings.
 */
final class BeatTimes {
  private final long[] crossings;
  private int crossed;
  private long offer; // of the next beat, when known
  private boolean offerKnown;
  private long acceptance; // of the next beat, when known
  private boolean acceptanceKnown;
  private BlockTimes writer = BlockTimes.none();
  private BlockTimes reader = BlockTimes.none();

  /** A link over which {@code total} beats go. */
  BeatTimes(int total) {
    crossings = new long[total];
  }

  /** Sets the block that offers the beats. */
  void setWriter(BlockTimes block) {
    writer = block;
  }

  /** Sets the block that accepts the beats. */
  void setReader(BlockTimes block) {
    reader = block;
  }

  /** Beats whose offer is known. */
  int offered() {
    return offerKnown ? crossed + 1 : crossed;
  }

  /** Beats whose acceptance is known. */
  int accepted() {
    return acceptanceKnown ? crossed + 1 : crossed;
  }

  /** Beats whose crossing is known. */
  int crossed() {
    return crossed;
  }

  /** The first cycle in which the next beat is valid. */
  void offer(long cycle) {
    verify(!offerKnown, "beat %s is offered twice", crossed);
    reader.wake();
    if (acceptanceKnown) {
      acceptanceKnown = false;
      crossings[crossed++] = Math.max(cycle, acceptance);
    } else {
      offer = cycle;
      offerKnown = true;
    }
  }

  /** The first cycle in which the next beat is taken if it is valid. */
  void accept(long cycle) {
    verify(!acceptanceKnown, "beat %s is accepted twice", crossed);
    writer.wake();
    if (offerKnown) {
      offerKnown = false;
      crossings[crossed++] = Math.max(cycle, offer);
    } else {
      acceptance = cycle;
      acceptanceKnown = true;
    }
  }

  /** The first cycle in which the beat that crosses next is valid. */
  long offerOfNext() {
    verify(offerKnown, "offer of beat %s is not known", crossed);
    return offer;
  }

  /** The cycle in which {@code beat} crosses. */
  long crossing(int beat) {
    verify(beat < crossed, "beat %s has not crossed", beat);
    return crossings[beat];
  }

  /** The first cycle after the crossing of the beat before {@code beat}. */
  long afterPrevious(int beat) {
    return beat == 0 ? 0 : crossing(beat - 1) + 1;
  }
}
