package io.xbarflow.testbench.beats;

import com.google.common.collect.ImmutableList;

/** Writes the pixels of a stream into a ring once all its readers have given the place back. */
final class RingWriterTimes {
  private final RingPlaces places;
  private final int pixelsPerImage;
  private final int beatsPerPixel;
  private final long total;
  private final BeatTimes input;
  private final FreedPlaces[][] readers; // of each reader, by class
  private int beat; // of the pixel under way
  private int index; // of that pixel in its image
  private long image;

  RingWriterTimes(
      RingPlaces places,
      int pixelsPerImage,
      int beatsPerPixel,
      int images,
      BeatTimes input,
      ImmutableList<FreedPlaces[]> readers) {
    this.places = places;
    this.pixelsPerImage = pixelsPerImage;
    this.beatsPerPixel = beatsPerPixel;
    this.total = (long) pixelsPerImage * beatsPerPixel * images;
    this.input = input;
    this.readers = readers.toArray(FreedPlaces[][]::new);
  }

  static FreedPlaces[] noneFreed(int classes) {
    FreedPlaces[] freed = new FreedPlaces[classes];
    for (int rowClass = 0; rowClass < classes; rowClass++) {
      freed[rowClass] = new FreedPlaces();
    }
    return freed;
  }

  boolean advance() {
    boolean moved = false;
    while (write()) {
      moved = true;
    }
    return moved;
  }

  private boolean write() {
    int next = input.accepted();
    if (next == total || input.crossed() < next) {
      return false;
    }
    long cycle = input.afterPrevious(next);
    if (beat == 0) {
      int rowClass = places.classOf(index);
      long needed = places.place(image, index) - places.depth(rowClass) + 1;
      for (FreedPlaces[] reader : readers) {
        if (!reader[rowClass].knows(needed)) {
          return false;
        }
        cycle = Math.max(cycle, reader[rowClass].cycleOf(needed));
      }
    }
    input.accept(cycle);
    if (++beat == beatsPerPixel) {
      beat = 0;
      if (++index == pixelsPerImage) {
        index = 0;
        image++;
      }
    }
    return true;
  }

  /** For every class the least depth with which no pixel would have been written later. */
  ImmutableList<Integer> leastDepths() {
    int[] peaks = new int[places.classes()];
    java.util.Arrays.fill(peaks, 1);
    for (FreedPlaces[] reader : readers) {
      for (FreedPlaces freed : reader) {
        freed.rewind();
      }
      int pixels = input.crossed() / beatsPerPixel;
      for (int pixel = 0; pixel < pixels; pixel++) {
        int inImage = pixel % pixelsPerImage;
        int rowClass = places.classOf(inImage);
        long place = places.place(pixel / pixelsPerImage, inImage);
        long freed = reader[rowClass].freedBefore(input.crossing(pixel * beatsPerPixel));
        peaks[rowClass] = (int) Math.max(peaks[rowClass], place + 1 - freed);
      }
    }
    return java.util.Arrays.stream(peaks).boxed().collect(ImmutableList.toImmutableList());
  }
}
