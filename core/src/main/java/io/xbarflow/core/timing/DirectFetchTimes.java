package io.xbarflow.core.timing;

import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.mapping.Patch;
import java.util.stream.IntStream;

/**
 * Beats that go straight into the input register or through a line buffer; each takes a cycle, and
 * only the last pixel of a window has to wait for the window before.
 */
final class DirectFetchTimes implements FetchTimes {
  private final int beatsPerPixel;
  private final int pixelsPerImage;
  private final int[] completing; // pixels that complete a window, places in an image's stream
  private final StreamTimes input;
  private final Delays.Cursor crossings;
  private final WindowTimes windows = new WindowTimes();
  private int next; // in completing
  private long imageBeats; // of the images before

  DirectFetchTimes(Fetch fetch, int beatsPerPixel, StreamTimes input) {
    this.beatsPerPixel = beatsPerPixel;
    this.input = input;
    this.crossings = input.crossings().cursor();
    int[] pixels = fetch.order().pixels(fetch.input());
    this.pixelsPerImage = pixels.length;
    this.completing =
        IntStream.range(0, pixels.length)
            .filter(
                index ->
                    completes(
                        fetch,
                        index == pixels.length - 1,
                        pixels[index] / fetch.input().width(),
                        pixels[index] % fetch.input().width()))
            .toArray();
  }

  private static boolean completes(Fetch fetch, boolean last, int row, int column) {
    if (fetch.lineBuffer()) {
      return fetch.completesWindow(row, column);
    }
    return fetch.window().taps() > 1 ? last : completesPatch(fetch, row, column);
  }

  private static boolean completesPatch(Fetch fetch, int row, int column) {
    int strideHeight = fetch.window().strideHeight();
    int strideWidth = fetch.window().strideWidth();
    int y = row / strideHeight;
    int x = column / strideWidth;
    int height = fetch.output().height();
    int width = fetch.output().width();
    if (row % strideHeight != 0 || column % strideWidth != 0 || y >= height || x >= width) {
      return false;
    }
    Patch patch = fetch.patch();
    return (y == height - 1 || (y + 1) % patch.height() == 0)
        && (x == width - 1 || (x + 1) % patch.width() == 0);
  }

  @Override
  public WindowTimes windows() {
    return windows;
  }

  @Override
  public boolean advance() {
    boolean moved = admit();
    moved |= complete();
    return moved;
  }

  /** The beats of the next window are taken from the cycle on in which the one before is. */
  private boolean admit() {
    long beat = input.rooms().known();
    long end = Math.min(windowEnd(), input.total());
    if (windows.waiting() || beat >= end) {
      return false;
    }
    input.admit(end - beat, windows.takenCycle() - beat);
    return true;
  }

  private boolean complete() {
    long end = windowEnd();
    if (windows.waiting() || end > input.total() || input.crossings().known() < end) {
      return false;
    }
    windows.complete(crossings.cycle(end - 1));
    if (++next == completing.length) {
      next = 0;
      imageBeats += (long) pixelsPerImage * beatsPerPixel;
    }
    return true;
  }

  /** Beats to the last one of the window under way; more than all behind the last window. */
  private long windowEnd() {
    return imageBeats + (completing[next] + 1L) * beatsPerPixel;
  }
}
