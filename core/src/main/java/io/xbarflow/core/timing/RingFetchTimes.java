package io.xbarflow.core.timing;

import io.xbarflow.core.mapping.Fetch;
import java.util.ArrayDeque;

/** Writer, window reader and optional skip reader of one activation ring. */
final class RingFetchTimes implements FetchTimes {
  private final Fetch fetch;
  private final PixelCounter pixels;
  private final int beatsPerPixel;
  private final int images;
  private final BeatTimes input;
  private final BeatTimes skip; // null when there is none

  private final ArrayDeque<long[]> freedByWindows = new ArrayDeque<>(); // {places, cycle}
  private final ArrayDeque<long[]> freedBySkip = new ArrayDeque<>();
  private long placesFreedByWindows;
  private long placesFreedBySkip;
  private long cycleFreedByWindows = -1;
  private long cycleFreedBySkip = -1;

  // the window reader: position of the next read, and the column register behind the memories
  private long image;
  private int row;
  private int column;
  private int beat;
  private long lastIssue = -1;
  private long lastMove = -1;
  private boolean issued; // the latest issue has not moved on yet
  private boolean firstOfWindow; // the issued beat is the first of its window
  private boolean lastOfWindow;
  private boolean startsWindow = true; // the next issue begins a window

  private final WindowTimes windows = new WindowTimes();

  private int skipBeats;
  private long lastSkipIssue = -1;

  RingFetchTimes(Fetch fetch, int beatsPerPixel, int images, BeatTimes input, BeatTimes skip) {
    this.fetch = fetch;
    this.pixels = new PixelCounter(fetch);
    this.beatsPerPixel = beatsPerPixel;
    this.images = images;
    this.input = input;
    this.skip = skip;
  }

  @Override
  public WindowTimes windows() {
    return windows;
  }

  @Override
  public boolean advance() {
    boolean moved = false;
    boolean again = true;
    while (again) {
      again = write();
      again |= move();
      again |= issue();
      again |= readSkip();
      moved |= again;
    }
    return moved;
  }

  private boolean write() {
    int next = input.accepted();
    int perImage = fetch.input().pixels() * beatsPerPixel;
    if (next >= (long) perImage * images || input.crossed() < next) {
      return false;
    }
    long cycle = input.afterPrevious(next);
    if (next % beatsPerPixel == 0) {
      long place = pixels.place(next / perImage, next % perImage / beatsPerPixel);
      long needed = place - fetch.depthPixels() + 1;
      while (placesFreedByWindows < needed) {
        if (freedByWindows.isEmpty()) {
          return false;
        }
        long[] freed = freedByWindows.remove();
        placesFreedByWindows = freed[0];
        cycleFreedByWindows = freed[1];
      }
      cycle = Math.max(cycle, cycleFreedByWindows + 1);
      while (skip != null && placesFreedBySkip < needed) {
        if (freedBySkip.isEmpty()) {
          return false;
        }
        long[] freed = freedBySkip.remove();
        placesFreedBySkip = freed[0];
        cycleFreedBySkip = freed[1];
      }
      cycle = Math.max(cycle, cycleFreedBySkip + 1);
    }
    input.accept(cycle);
    return true;
  }

  /** The issued beat moves from the column register into the window register. */
  private boolean move() {
    if (!issued || (firstOfWindow && windows.waiting())) {
      return false;
    }
    long cycle = lastIssue + 1;
    if (firstOfWindow) {
      cycle = Math.max(cycle, windows.takenCycle());
    }
    lastMove = cycle;
    issued = false;
    if (lastOfWindow) {
      windows.complete(cycle);
    }
    return true;
  }

  private boolean issue() {
    if (issued || image == images) {
      return false;
    }
    long cycle = Math.max(lastIssue + 1, lastMove);
    boolean inMap = column < fetch.input().width();
    if (inMap && beat == 0) {
      long place = pixels.newest(image, row, column);
      int pixel = pixelAt(place);
      long lastBeat = (long) (pixel + 1) * beatsPerPixel - 1;
      if (input.crossed() <= lastBeat) {
        return false;
      }
      cycle = Math.max(cycle, input.crossing((int) lastBeat) + 1);
    }
    lastIssue = cycle;
    issued = true;
    firstOfWindow = startsWindow;
    startsWindow = false;
    beat++;
    lastOfWindow = false;
    if (beat == (inMap ? beatsPerPixel : 1)) {
      beat = 0;
      freedByWindows.add(new long[] {pixels.freed(image, row, column), cycle});
      int fromFirst = column - (fetch.window().extentWidth() - 1 - fetch.window().padLeft());
      if (fromFirst >= 0 && fromFirst % fetch.window().strideWidth() == 0) {
        lastOfWindow = true;
        startsWindow = true;
      }
      nextColumn();
    }
    return true;
  }

  private void nextColumn() {
    if (column < fetch.lastColumn()) {
      column++;
      return;
    }
    column = 0;
    row++;
    if (row == fetch.output().height()) {
      row = 0;
      image++;
    }
  }

  /** Pixel of the stream, counted over all images, at {@code place}. */
  private int pixelAt(long place) {
    long rows = place / fetch.pitchPixels();
    return (int) (rows * fetch.input().width() + place % fetch.pitchPixels());
  }

  private boolean readSkip() {
    if (skip == null
        || skipBeats >= (long) fetch.input().pixels() * beatsPerPixel * images
        || skip.crossed() < skipBeats) {
      return false;
    }
    int pixel = skipBeats / beatsPerPixel;
    int lastBeat = (pixel + 1) * beatsPerPixel - 1;
    if (input.crossed() <= lastBeat) {
      return false;
    }
    long cycle = Math.max(lastSkipIssue + 1, input.crossing(lastBeat) + 1);
    if (skipBeats > 0) {
      cycle = Math.max(cycle, skip.crossing(skipBeats - 1));
    }
    lastSkipIssue = cycle;
    skip.offer(cycle + 1);
    if (skipBeats % beatsPerPixel == beatsPerPixel - 1) {
      int perImage = fetch.input().pixels();
      freedBySkip.add(new long[] {pixels.place(pixel / perImage, pixel % perImage) + 1, cycle});
    }
    skipBeats++;
    return true;
  }
}
