package io.xbarflow.core.timing;

/**
 * A bound on delays: beat {@code n} has at least the delay of beat {@code n - lag} of another
 * sequence plus {@code offset}. The first {@code lag} beats are not bound.
 */
final class Bound {
  private final Delays of;
  private final Delays.Cursor cursor;
  private final long lag;
  private final long offset;

  Bound(Delays of, long lag, long offset) {
    this.of = of;
    this.cursor = of.cursor();
    this.lag = lag;
    this.offset = offset;
  }

  /** Beats of which the bound is known. */
  long known() {
    return of.known() + lag;
  }

  /** The least delay of {@code beat}; asked for ever later beats. */
  long at(long beat) {
    return beat < lag ? 0 : cursor.at(beat - lag) + offset;
  }

  /** The first beat after the one asked for last that may have another bound. */
  long end(long beat) {
    return beat < lag ? lag : cursor.end() + lag;
  }

  /**
   * Appends to {@code delays} the greatest of {@code bounds} for all of {@code total} beats of
   * which they are known; whether there was one.
   */
  static boolean extend(Delays delays, Bound[] bounds, long total) {
    long limit = total;
    for (Bound bound : bounds) {
      limit = Math.min(limit, bound.known());
    }
    boolean moved = false;
    while (delays.known() < limit) {
      long beat = delays.known();
      long delay = 0;
      long end = limit;
      for (Bound bound : bounds) {
        delay = Math.max(delay, bound.at(beat));
        end = Math.min(end, bound.end(beat));
      }
      delays.append(end - beat, delay);
      moved = true;
    }
    return moved;
  }
}
