package io.xbarflow.core.timing;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Times of the beats of one link. Of every beat its writer says from which cycle on it can be valid
 * (its lead) and its reader from which cycle on it can be taken (its room), each once the beat
 * before has crossed. It crosses in the first cycle that allows both.
 */
final class StreamTimes {
  private final long beatsPerImage;
  private final long total;
  private final Delays leads = new Delays();
  private final Delays rooms = new Delays();
  private final Delays crossings = new Delays();
  private final Bound[] both = {new Bound(leads, 0, 0), new Bound(rooms, 0, 0)};
  private final Delays.Cursor lastBeats = crossings.cursor();
  private final List<Long> imageEnds = new ArrayList<>();
  private long nextLastBeat;
  private Optional<StreamWatch> watch = Optional.empty();
  private BlockTimes writer = BlockTimes.none();
  private BlockTimes reader = BlockTimes.none();

  /** A link over which {@code images} times {@code beatsPerImage} beats go. */
  StreamTimes(long beatsPerImage, int images) {
    this.beatsPerImage = beatsPerImage;
    this.total = beatsPerImage * images;
    this.nextLastBeat = beatsPerImage - 1;
  }

  /**
   * Keeps a history in parts of {@code binCycles} cycles; to be called before anything is known.
   */
  void watch(long binCycles) {
    watch = Optional.of(new StreamWatch(leads, crossings, beatsPerImage, binCycles));
  }

  /** The history of a watched link. */
  StreamHistory history() {
    crossings();
    return watch.orElseThrow().history();
  }

  /** Sets the block that offers the beats. */
  void setWriter(BlockTimes block) {
    writer = block;
  }

  /** Sets the block that accepts the beats. */
  void setReader(BlockTimes block) {
    reader = block;
  }

  /** Beats of all images. */
  long total() {
    return total;
  }

  /** How often more became known of any beats. */
  long steps() {
    return leads.appended() + rooms.appended() + crossings.appended();
  }

  /** When beats can be valid. */
  Delays leads() {
    return leads;
  }

  /** When beats can be taken. */
  Delays rooms() {
    return rooms;
  }

  /** When beats cross, as far as it follows from what both ends have said. */
  Delays crossings() {
    if (Bound.extend(crossings, both, total)) {
      while (nextLastBeat < crossings.known()) {
        imageEnds.add(lastBeats.cycle(nextLastBeat));
        nextLastBeat += beatsPerImage;
      }
      lastBeats.at(crossings.known() - 1);
      watch.ifPresent(StreamWatch::update);
    }
    return crossings;
  }

  /** The writer's next {@code count} beats have at least delay {@code delay}. */
  void lead(long count, long delay) {
    leads.append(count, delay);
    reader.wake();
  }

  /** The writer's beats have the greatest delay of {@code bounds}, as far as known. */
  void lead(Bound[] bounds) {
    if (Bound.extend(leads, bounds, total)) {
      reader.wake();
    }
  }

  /** The reader's next {@code count} beats have at least delay {@code delay}. */
  void admit(long count, long delay) {
    rooms.append(count, delay);
    writer.wake();
  }

  /** The reader's beats have the greatest delay of {@code bounds}, as far as known. */
  boolean admit(Bound[] bounds) {
    boolean moved = Bound.extend(rooms, bounds, total);
    if (moved) {
      writer.wake();
    }
    return moved;
  }

  /** The cycles in which the last beats of images cross, as far as known. */
  ImmutableList<Long> imageEnds() {
    crossings();
    return ImmutableList.copyOf(imageEnds);
  }

  /** The cycle in which the last beat of the first image crosses; -1 while it is not known. */
  long firstImageEnd() {
    crossings();
    return imageEnds.isEmpty() ? -1 : imageEnds.get(0);
  }
}
