package io.xbarflow.core.timing;

import static com.google.common.base.Verify.verify;

import java.util.Arrays;

/**
 * Times of the beats of one link. A beat is offered (valid) from one cycle on and can be accepted
 * (ready) from another; it crosses in the later of the two.
 */
final class BeatTimes {
  private long[] offers = new long[256];
  private long[] accepts = new long[256];
  private int offered;
  private int accepted;

  /** Beats whose offer is known. */
  int offered() {
    return offered;
  }

  /** Beats whose acceptance is known. */
  int accepted() {
    return accepted;
  }

  /** Beats whose crossing is known. */
  int crossed() {
    return Math.min(offered, accepted);
  }

  /** The first cycle in which the next beat is valid. */
  void offer(long cycle) {
    if (offered == offers.length) {
      offers = Arrays.copyOf(offers, 2 * offered);
    }
    offers[offered++] = cycle;
  }

  /** The first cycle in which the next beat is taken if it is valid. */
  void accept(long cycle) {
    if (accepted == accepts.length) {
      accepts = Arrays.copyOf(accepts, 2 * accepted);
    }
    accepts[accepted++] = cycle;
  }

  long offerOf(int beat) {
    verify(beat < offered, "offer of beat %s is not known", beat);
    return offers[beat];
  }

  /** The cycle in which {@code beat} crosses. */
  long crossing(int beat) {
    verify(beat < crossed(), "beat %s has not crossed", beat);
    return Math.max(offers[beat], accepts[beat]);
  }

  /** The first cycle after the crossing of the beat before {@code beat}. */
  long afterPrevious(int beat) {
    return beat == 0 ? 0 : crossing(beat - 1) + 1;
  }
}
