package io.xbarflow.core.timing;

import io.xbarflow.core.mapping.StreamOrder;
import io.xbarflow.core.network.Shape;

/** Reads every pixel of a ring once, in an order of its own: a skip port or a reorder memory. */
final class PixelReaderTimes {
  private final RingPlaces places;
  private final Shape map;
  private final StreamOrder order;
  private final int[] pixels;
  private final int beatsPerPixel;
  private final int[] streamIndex; // of every pixel in the order read, its place in the input
  private final long total; // pixels
  private final WrittenPixels written;
  private final StreamTimes output;
  private final Delays.Cursor crossings;
  private final FreedPlaces[] freed;
  private long led; // pixels whose beats are offered as soon as they can
  private long done; // pixels whose reading is known
  private int ledInImage;
  private int doneInImage;
  private long ledImage;
  private long doneImage;

  PixelReaderTimes(
      RingPlaces places,
      Shape map,
      StreamOrder order,
      int beatsPerPixel,
      int images,
      WrittenPixels written,
      StreamTimes output,
      boolean measured) {
    this.places = places;
    this.map = map;
    this.order = order;
    this.pixels = order.pixels(map);
    this.beatsPerPixel = beatsPerPixel;
    this.total = (long) pixels.length * images;
    this.written = written;
    this.output = output;
    this.crossings = output.crossings().cursor();
    this.streamIndex = new int[pixels.length];
    for (int index = 0; index < pixels.length; index++) {
      streamIndex[index] =
          places.streamIndex(pixels[index] / map.width(), pixels[index] % map.width());
    }
    this.freed = RingWriterTimes.noneFreed(places.classes(), measured);
  }

  FreedPlaces[] freed() {
    return freed;
  }

  /** Computes what can be computed; whether anything was. */
  boolean advance() {
    boolean moved = false;
    while (lead()) {
      moved = true;
    }
    while (read()) {
      moved = true;
    }
    return moved;
  }

  /** The beats of a written pixel are issued the cycle after and offered one cycle later. */
  private boolean lead() {
    if (led == total) {
      return false;
    }
    long pixel = ledImage * pixels.length + streamIndex[ledInImage];
    if (!written.knows(pixel)) {
      return false;
    }
    output.lead(beatsPerPixel, written.cycleOf(pixel) + 2 - led * beatsPerPixel);
    led++;
    if (++ledInImage == pixels.length) {
      ledInImage = 0;
      ledImage++;
    }
    return true;
  }

  /** A beat is issued when the one before it leaves; with its last beat a pixel is read. */
  private boolean read() {
    long before = (done + 1) * beatsPerPixel - 2; // the beat before the last of the pixel
    if (done == led || output.crossings().known() <= before) {
      return false;
    }
    long cycle = written.cycleOf(doneImage * pixels.length + streamIndex[doneInImage]) + 1;
    if (before >= 0) {
      cycle = Math.max(cycle, crossings.cycle(before));
    }
    free(pixels[doneInImage] / map.width(), pixels[doneInImage] % map.width(), cycle);
    done++;
    if (++doneInImage == pixels.length) {
      doneInImage = 0;
      doneImage++;
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
        freed[rowClass].add(places.firstPlace(doneImage, rowClass, bottom, 0), cycle);
      } else if (places.firstRow(rowClass, top) < bottom) {
        freed[rowClass].add(places.firstPlace(doneImage, rowClass, top, column + 1), cycle);
      }
    }
  }
}
