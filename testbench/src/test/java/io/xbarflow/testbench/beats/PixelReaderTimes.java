package io.xbarflow.testbench.beats;

import io.xbarflow.core.mapping.StreamOrder;
import io.xbarflow.core.network.Shape;

/** Reads every pixel of a ring once, in an order of its own: a skip port or a reorder memory. */
final class PixelReaderTimes {
  private final RingPlaces places;
  private final Shape map;
  private final StreamOrder order;
  private final int[] pixels;
  private final int beatsPerPixel;
  private final long total;
  private final BeatTimes input;
  private final BeatTimes output;
  private final FreedPlaces[] freed;
  private final int[] lastBeatOf; // of every pixel in the order read, its last beat in the input
  private int beats;
  private int beat; // of the pixel under way
  private int pixel; // the one under way, in the order read
  private long image;
  private int imageBeats; // of the images before
  private long lastIssue = -1;

  PixelReaderTimes(
      RingPlaces places,
      Shape map,
      StreamOrder order,
      int beatsPerPixel,
      int images,
      BeatTimes input,
      BeatTimes output) {
    this.places = places;
    this.map = map;
    this.order = order;
    this.pixels = order.pixels(map);
    this.beatsPerPixel = beatsPerPixel;
    this.total = (long) pixels.length * beatsPerPixel * images;
    this.input = input;
    this.output = output;
    this.lastBeatOf = new int[pixels.length];
    for (int index = 0; index < pixels.length; index++) {
      int written = places.streamIndex(pixels[index] / map.width(), pixels[index] % map.width());
      lastBeatOf[index] = (written + 1) * beatsPerPixel - 1;
    }
    this.freed = RingWriterTimes.noneFreed(places.classes());
  }

  FreedPlaces[] freed() {
    return freed;
  }

  boolean advance() {
    boolean moved = false;
    while (read()) {
      moved = true;
    }
    return moved;
  }

  private boolean read() {
    if (beats == total || output.crossed() < beats) {
      return false;
    }
    int lastBeat = imageBeats + lastBeatOf[pixel];
    if (input.crossed() <= lastBeat) {
      return false;
    }
    long cycle = Math.max(lastIssue + 1, input.crossing(lastBeat) + 1);
    if (beats > 0) {
      cycle = Math.max(cycle, output.crossing(beats - 1));
    }
    lastIssue = cycle;
    output.offer(cycle + 1);
    beats++;
    if (++beat == beatsPerPixel) {
      beat = 0;
      free(pixels[pixel] / map.width(), pixels[pixel] % map.width(), cycle);
      if (++pixel == pixels.length) {
        pixel = 0;
        image++;
        imageBeats += pixels.length * beatsPerPixel;
      }
    }
    return true;
  }

  /**
   * With the last pixel of a patch the patch's columns are free, unless rows below it share them.
   */
  private void free(int row, int column, long cycle) {
    int top = row / order.patchHeight() * order.patchHeight();
    int bottom = Math.min(top + order.patchHeight(), map.height());
    boolean lastColumn = column == map.width() - 1;
    boolean patchDone = row == bottom - 1 && (lastColumn || (column + 1) % order.patchWidth() == 0);
    if (!patchDone) {
      return;
    }
    for (int rowClass = 0; rowClass < places.classes(); rowClass++) {
      if (lastColumn) {
        freed[rowClass].add(places.firstPlace(image, rowClass, bottom, 0), cycle);
      } else if (places.firstRow(rowClass, top) < bottom) {
        freed[rowClass].add(places.firstPlace(image, rowClass, top, column + 1), cycle);
      }
    }
  }
}
