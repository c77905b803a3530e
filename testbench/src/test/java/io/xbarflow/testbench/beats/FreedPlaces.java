package io.xbarflow.testbench.beats;

import java.util.Arrays;

/** When one reader of a ring gave back the places of one class: ever more places, ever later. */
final class FreedPlaces {
  private long[] places = new long[64];
  private long[] cycles = new long[64];
  private int size;
  private int next;

  /** All places before {@code place} are free from the cycle after {@code cycle} on. */
  void add(long place, long cycle) {
    if (size > 0 && places[size - 1] >= place) {
      return;
    }
    if (size == places.length) {
      places = Arrays.copyOf(places, 2 * size);
      cycles = Arrays.copyOf(cycles, 2 * size);
    }
    places[size] = place;
    cycles[size] = cycle;
    size++;
  }

  /** Whether it is known when all places before {@code place} are free; asked for ever more. */
  boolean knows(long place) {
    while (next < size && places[next] < place) {
      next++;
    }
    return place <= 0 || next < size;
  }

  /** The first cycle in which the places last asked for are free. */
  long cycleOf(long place) {
    return place <= 0 ? 0 : cycles[next] + 1;
  }

  /** Starts over for {@link #freedBefore}. */
  void rewind() {
    next = 0;
  }

  /** The places free in {@code cycle}; asked for ever later cycles. */
  long freedBefore(long cycle) {
    while (next < size && cycles[next] < cycle) {
      next++;
    }
    return next == 0 ? 0 : places[next - 1];
  }
}
