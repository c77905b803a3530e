package io.xbarflow.core.timing;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.mapping.Ring;
import io.xbarflow.core.network.Window;
import java.util.Optional;

/** Writer, window reader and optional skip reader of one activation memory. */
final class RingFetchTimes implements FetchTimes {
  private final Fetch fetch;
  private final Ring ring;
  private final Window reads;
  private final int rowsOfPatches;
  private final int lastColumn;
  private final int beatsPerPixel;
  private final int images;
  private final WrittenPixels written;
  private final RingPlaces places;
  private final FreedPlaces[] freed;
  private final long[][] placeAfterRow; // free once a row of patches is read, by row and class
  private final long[][] placeInRow; // free before the row's first column; -1: none of the class
  private final RingWriterTimes writer;
  private final Optional<PixelReaderTimes> skip;

  // the window reader: the next column, and the column register behind the memories
  private long image;
  private int row;
  private int column;
  private long lastIssue = -1;
  private long lastMove = -1;
  private boolean startsWindow = true; // the next column begins a window
  private int toWindow; // further columns until a window is complete

  private final WindowTimes windows = new WindowTimes();

  RingFetchTimes(
      Fetch fetch,
      int beatsPerPixel,
      int images,
      StreamTimes input,
      RingPlaces places,
      WrittenPixels written,
      Optional<PixelReaderTimes> skip,
      boolean measured) {
    this.fetch = fetch;
    this.ring = fetch.ring().orElseThrow();
    this.reads = fetch.reads();
    this.rowsOfPatches = fetch.patch().down(fetch.output());
    this.lastColumn = fetch.lastColumn();
    this.beatsPerPixel = beatsPerPixel;
    this.images = images;
    this.places = places;
    this.written = written;
    this.skip = skip;
    this.freed = RingWriterTimes.noneFreed(places.classes(), measured);
    ImmutableList.Builder<FreedPlaces[]> readers = ImmutableList.builder();
    readers.add(freed);
    skip.ifPresent(reader -> readers.add(reader.freed()));
    this.writer =
        new RingWriterTimes(
            places, fetch.input().pixels(), beatsPerPixel, input, readers.build(), measured);
    this.toWindow = columnsToFirst();
    this.placeAfterRow = new long[rowsOfPatches][freed.length];
    this.placeInRow = new long[rowsOfPatches][freed.length];
    findPlaces();
  }

  private int columnsToFirst() {
    return reads.extentWidth() - 1 - reads.padLeft();
  }

  @Override
  public WindowTimes windows() {
    return windows;
  }

  RingWriterTimes writer() {
    return writer;
  }

  @Override
  public boolean advance() {
    boolean moved = false;
    boolean again = true;
    while (again) {
      again = writer.advance();
      written.update();
      while (readColumn()) {
        again = true;
      }
      if (skip.isPresent()) {
        again |= skip.get().advance();
      }
      moved |= again;
    }
    return moved;
  }

  /**
   * Reads the next column. Its beats are issued one a cycle and move on a cycle later; the first
   * beat of a window waits in the column register until the window before it is taken.
   */
  private boolean readColumn() {
    if (image == images || (startsWindow && windows.waiting())) {
      return false;
    }
    long issue = Math.max(lastIssue + 1, lastMove);
    boolean inMap = column < fetch.input().width();
    if (inMap) {
      long needed = image * fetch.input().pixels() + neededPixel();
      if (!written.knows(needed)) {
        return false;
      }
      issue = Math.max(issue, written.cycleOf(needed) + 1);
    }
    long firstMove = issue + 1;
    if (startsWindow) {
      firstMove = Math.max(firstMove, windows.takenCycle());
    }
    int beats = inMap ? beatsPerPixel : 1;
    lastIssue = beats == 1 ? issue : firstMove + beats - 2;
    lastMove = firstMove + beats - 1;
    startsWindow = false;
    free(lastIssue);
    if (toWindow == 0) {
      windows.complete(lastMove);
      startsWindow = true;
      toWindow = reads.strideWidth();
    }
    toWindow--;
    nextColumn();
    return true;
  }

  /** The pixel that must be written before the column is read: no other it needs comes later. */
  private int neededPixel() {
    int height = fetch.input().height();
    int width = fetch.input().width();
    if (ring.memory() == ActivationMemoryPolicy.FRAME) {
      return places.streamIndex(height - 1, width - 1);
    }
    int bottom =
        Math.min(
            row * reads.strideHeight() - reads.padTop() + reads.extentHeight() - 1, height - 1);
    return places.streamIndex(
        bottom, ring.memory() == ActivationMemoryPolicy.ROWS ? width - 1 : column);
  }

  private int top(int ofRow) {
    return Math.max(0, ofRow * reads.strideHeight() - reads.padTop());
  }

  private void free(long cycle) {
    boolean rowDone = column == lastColumn;
    boolean imageDone = rowDone && row == rowsOfPatches - 1;
    if (ring.memory() == ActivationMemoryPolicy.FRAME ? !imageDone : !rowDone && wholeRows()) {
      return;
    }
    for (int rowClass = 0; rowClass < freed.length; rowClass++) {
      long image0 = image * places.imagePlaces(rowClass);
      if (rowDone) {
        freed[rowClass].add(image0 + placeAfterRow[row][rowClass], cycle);
      } else if (column < fetch.input().width() && placeInRow[row][rowClass] >= 0) {
        freed[rowClass].add(image0 + placeInRow[row][rowClass] + column + 1, cycle);
      }
    }
  }

  /** Finds the places of the first image that each row of patches gives up. */
  private void findPlaces() {
    for (int of = 0; of < rowsOfPatches; of++) {
      int nextTop = of == rowsOfPatches - 1 ? fetch.input().height() : top(of + 1);
      for (int rowClass = 0; rowClass < freed.length; rowClass++) {
        placeAfterRow[of][rowClass] = places.firstPlace(0, rowClass, nextTop, 0);
        placeInRow[of][rowClass] =
            places.firstRow(rowClass, top(of)) < nextTop
                ? places.firstPlace(0, rowClass, top(of), 0)
                : -1;
      }
    }
  }

  private boolean wholeRows() {
    return ring.memory() == ActivationMemoryPolicy.ROWS;
  }

  private void nextColumn() {
    if (column < lastColumn) {
      column++;
      return;
    }
    column = 0;
    toWindow = columnsToFirst();
    row++;
    if (row == rowsOfPatches) {
      row = 0;
      image++;
    }
  }
}
