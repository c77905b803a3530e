package io.xbarflow.core.timing;

import java.util.Arrays;

/** When one reader of a ring gave back the places of one class: ever more places, ever later. */
final class FreedPlaces {
  private final boolean keepsAll; // for a second pass
  private long[] places = new long[16];
  private long[] cycles = new long[16];
  private int size;
  private int next;

  /** Nothing freed yet; {@code keepsAll} allows {@link #rewind}. */
  FreedPlaces(boolean keepsAll) {
    this.keepsAll = keepsAll;
  }

  /** All places before {@code place} are free from the cycle after {@code cycle} on. */
  void add(long place, long cycle) {
    if (size > 0 && places[size - 1] >= place) {
      return;
    }
    if (size == places.length) {
      makeRoom();
    }
    places[size] = place;
    cycles[size] = cycle;
    size++;
  }

  private void makeRoom() {
    if (keepsAll || next < size / 2) {
      places = Arrays.copyOf(places, 2 * size);
      cycles = Arrays.copyOf(cycles, 2 * size);
      return;
    }

    int passed = Math.min(next, size - 1);
    size -= passed;
    next -= passed;
    System.arraycopy(places, passed, places, 0, size);
    System.arraycopy(cycles, passed, cycles, 0, size);
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
