package io.xbarflow.core.timing;

import com.google.common.collect.ImmutableList;
import java.util.Arrays;

/** Writes the pixels of a stream into a ring once all its readers have given the place back. */
final class RingWriterTimes {
  private final RingPlaces places;
  private final int pixelsPerImage;
  private final int beatsPerPixel;
  private final StreamTimes input;
  private final FreedPlaces[][] readers; // of each reader, by class
  private final Delays.Cursor firstBeats; // stays at the beginning until the end
  private int index; // of the next pixel in its image
  private long image;

  /** Writes what {@code input} brings; {@code measured} when least depths are asked for. */
  RingWriterTimes(
      RingPlaces places,
      int pixelsPerImage,
      int beatsPerPixel,
      StreamTimes input,
      ImmutableList<FreedPlaces[]> readers,
      boolean measured) {
    this.places = places;
    this.pixelsPerImage = pixelsPerImage;
    this.beatsPerPixel = beatsPerPixel;
    this.input = input;
    this.readers = readers.toArray(FreedPlaces[][]::new);
    this.firstBeats = measured ? input.crossings().cursor() : null;
  }

  static FreedPlaces[] noneFreed(int classes, boolean measured) {
    FreedPlaces[] freed = new FreedPlaces[classes];
    for (int rowClass = 0; rowClass < classes; rowClass++) {
      freed[rowClass] = new FreedPlaces(measured);
    }
    return freed;
  }

  /** Computes what can be computed; whether anything was. */
  boolean advance() {
    boolean moved = false;
    while (admit()) {
      moved = true;
    }
    return moved;
  }

  /** The first beat of the next pixel waits for the place, the others for nothing. */
  private boolean admit() {
    long beat = input.rooms().known();
    if (beat == input.total()) {
      return false;
    }
    int rowClass = places.classOf(index);
    long needed = places.place(image, index) - places.depth(rowClass) + 1;
    long cycle = 0;
    for (FreedPlaces[] reader : readers) {
      if (!reader[rowClass].knows(needed)) {
        return false;
      }
      cycle = Math.max(cycle, reader[rowClass].cycleOf(needed));
    }
    input.admit(beatsPerPixel, cycle - beat);
    if (++index == pixelsPerImage) {
      index = 0;
      image++;
    }
    return true;
  }

  /** For every class the least depth with which no pixel would have been written later. */
  ImmutableList<Integer> leastDepths() {
    int[] peaks = new int[places.classes()];
    Arrays.fill(peaks, 1);
    for (FreedPlaces[] reader : readers) {
      for (FreedPlaces freed : reader) {
        freed.rewind();
      }
    }
    long beats = input.crossings().known() / beatsPerPixel * beatsPerPixel;
    long pixel = 0;
    for (long beat = 0; beat < beats; beat += beatsPerPixel) {
      int inImage = (int) (pixel % pixelsPerImage);
      int rowClass = places.classOf(inImage);
      long place = places.place(pixel / pixelsPerImage, inImage);
      long cycle = firstBeats.cycle(beat);
      for (FreedPlaces[] reader : readers) {
        long freed = reader[rowClass].freedBefore(cycle);
        peaks[rowClass] = (int) Math.max(peaks[rowClass], place + 1 - freed);
      }
      pixel++;
    }
    return Arrays.stream(peaks).boxed().collect(ImmutableList.toImmutableList());
  }
}
