package io.xbarflow.core.timing;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Follows the beats of one link as their cycles become known.
 *
 * <p>A beat is offered when its writer can, at the earliest the cycle after the beat before has
 * crossed; from then until it crosses it is held.
 */
final class StreamWatch {
  private final Delays crossings;
  private final Delays.Cursor crossing;
  private final Delays.Cursor lead;
  private final long beatsPerImage;
  private final long binCycles;
  private final List<Long> starts = new ArrayList<>();
  private final List<Long> ends = new ArrayList<>();
  private final List<Long> heldOfImages = new ArrayList<>();
  private int[] carried = new int[64];
  private int[] held = new int[64];
  private long seen;
  private long delayBefore;

  StreamWatch(Delays leads, Delays crossings, long beatsPerImage, long binCycles) {
    checkArgument(binCycles > 0, "parts of %s cycles", binCycles);
    this.crossings = crossings;
    this.crossing = crossings.cursor();
    this.lead = leads.cursor();
    this.beatsPerImage = beatsPerImage;
    this.binCycles = binCycles;
  }

  /** Takes in the beats that have become known. */
  void update() {
    long known = crossings.known();
    while (seen < known) {
      long delay = crossing.at(seen);
      long image = seen / beatsPerImage;
      // Beats up to here cross cycle by cycle and belong to one image.
      long end = Math.min(Math.min(crossing.end(), known), (image + 1) * beatsPerImage);
      long offered = Math.max(delayBefore, lead.at(seen));
      if (seen % beatsPerImage == 0) {
        starts.add(seen + delay);
        heldOfImages.add(0L);
      }
      if (offered < delay) {
        count(false, seen + offered, seen + delay);
        heldOfImages.set((int) image, heldOfImages.get((int) image) + delay - offered);
      }
      count(true, seen + delay, end + delay);
      if (end % beatsPerImage == 0) {
        ends.add(end - 1 + delay);
      }
      seen = end;
      delayBefore = delay;
    }
  }

  /** Counts the cycles from {@code from} up to {@code to} in the parts they belong to. */
  private void count(boolean crossed, long from, long to) {
    int last = Math.toIntExact((to - 1) / binCycles);
    if (last >= carried.length) {
      int room = Math.max(2 * carried.length, last + 1);
      carried = Arrays.copyOf(carried, room);
      held = Arrays.copyOf(held, room);
    }
    int[] bins = crossed ? carried : held;
    long at = from;
    while (at < to) {
      long next = Math.min(to, (at / binCycles + 1) * binCycles);
      bins[(int) (at / binCycles)] += (int) (next - at);
      at = next;
    }
  }

  /** What was seen. */
  StreamHistory history() {
    int bins = ends.isEmpty() ? 0 : Math.toIntExact(ends.get(ends.size() - 1) / binCycles) + 1;
    return new StreamHistory(
        ImmutableList.copyOf(starts),
        ImmutableList.copyOf(ends),
        ImmutableList.copyOf(heldOfImages),
        binCycles,
        parts(carried, bins),
        parts(held, bins));
  }

  private static ImmutableList<Integer> parts(int[] counts, int bins) {
    return Arrays.stream(counts, 0, bins).boxed().collect(ImmutableList.toImmutableList());
  }
}
