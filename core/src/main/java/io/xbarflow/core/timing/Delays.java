package io.xbarflow.core.timing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One cycle for every beat of a stream, as far as known, kept as the beat's delay: its cycle less
 * its number. A link carries at most one beat a cycle, so the delays of a stream never fall; they
 * rise only where the stream pauses. Stored are these stairs and not the beats.
 */
final class Delays {
  private long[] beats = new long[8]; // where each stair begins
  private long[] delays = new long[8];
  private int stairs;
  private long known;
  private long appended; // times that more became known
  private final List<Cursor> cursors = new ArrayList<>();

  /** Beats known so far. */
  long known() {
    return known;
  }

  /** How often more became known. */
  long appended() {
    return appended;
  }

  /**
   * The delay of the next {@code count} beats is {@code delay}, or that of the beats before if that
   * is more.
   */
  void append(long count, long delay) {
    if (stairs == 0 || delay > delays[stairs - 1]) {
      if (stairs == beats.length) {
        makeRoom();
      }
      beats[stairs] = known;
      delays[stairs] = stairs == 0 ? Math.max(0, delay) : delay;
      stairs++;
    }
    known += count;
    appended++;
  }

  /** Drops the stairs that all cursors have left behind, or takes more memory. */
  private void makeRoom() {
    int passed = stairs - 1;
    for (Cursor cursor : cursors) {
      passed = Math.min(passed, cursor.stair);
    }
    if (passed < stairs / 2) {
      beats = Arrays.copyOf(beats, 2 * stairs);
      delays = Arrays.copyOf(delays, 2 * stairs);
      return;
    }
    stairs -= passed;
    System.arraycopy(beats, passed, beats, 0, stairs);
    System.arraycopy(delays, passed, delays, 0, stairs);
    for (Cursor cursor : cursors) {
      cursor.stair -= passed;
    }
  }

  /** Reads the stairs from the oldest that is left on; keeps those it has not left. */
  Cursor cursor() {
    Cursor cursor = new Cursor();
    cursors.add(cursor);
    return cursor;
  }

  /** A place on the stairs; it only goes up. */
  final class Cursor {
    private int stair;

    /** Delay of {@code beat}, which is known and not before the one asked for last. */
    long at(long beat) {
      while (stair + 1 < stairs && beats[stair + 1] <= beat) {
        stair++;
      }
      return delays[stair];
    }

    /** The first beat after the one asked for last that is not known to have the same delay. */
    long end() {
      return stair + 1 < stairs ? beats[stair + 1] : known;
    }

    /** Cycle of {@code beat}, which is known and not before the one asked for last. */
    long cycle(long beat) {
      return beat + at(beat);
    }
  }
}
