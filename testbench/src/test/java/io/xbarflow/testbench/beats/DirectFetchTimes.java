package io.xbarflow.testbench.beats;

import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.mapping.Patch;

/**
 * Beats that go straight into the input register, where pixels between the strides are dropped, or
 * through a line buffer.
 */
final class DirectFetchTimes implements FetchTimes {
  private final int beatsPerPixel;
  private final int total;
  private final BeatTimes input;
  private final boolean[] completes; // a window, by place in the stream of one image
  private final WindowTimes windows = new WindowTimes();
  private int seen; // beats whose crossing was looked at
  private int beat; // of the pixel to be looked at
  private int pixel; // of the image, to be looked at

  DirectFetchTimes(Fetch fetch, int beatsPerPixel, int images, BeatTimes input) {
    this.beatsPerPixel = beatsPerPixel;
    this.total = fetch.input().pixels() * beatsPerPixel * images;
    this.input = input;
    int[] pixels = fetch.order().pixels(fetch.input());
    this.completes = new boolean[pixels.length];
    for (int index = 0; index < pixels.length; index++) {
      int row = pixels[index] / fetch.input().width();
      int column = pixels[index] % fetch.input().width();
      if (fetch.lineBuffer()) {
        completes[index] = completesOverlapping(fetch, row, column);
      } else {
        completes[index] =
            fetch.window().taps() > 1
                ? index == pixels.length - 1
                : completesPatch(fetch, row, column);
      }
    }
  }

  /** Whether some window has its lower right corner there. */
  private static boolean completesOverlapping(Fetch fetch, int row, int column) {
    for (int y = 0; y < fetch.output().height(); y++) {
      for (int x = 0; x < fetch.output().width(); x++) {
        if (y * fetch.window().strideHeight() + fetch.window().kernelHeight() - 1 == row
            && x * fetch.window().strideWidth() + fetch.window().kernelWidth() - 1 == column) {
          return true;
        }
      }
    }
    return false;
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
    boolean moved = false;
    boolean again = true;
    while (again) {
      again = accept();
      again |= look();
      moved |= again;
    }
    return moved;
  }

  private boolean accept() {
    int next = input.accepted();
    if (next >= total || next > seen || windows.waiting()) {
      return false;
    }
    long cycle = input.afterPrevious(next);
    input.accept(Math.max(cycle, windows.takenCycle()));
    return true;
  }

  private boolean look() {
    if (seen >= input.crossed()) {
      return false;
    }
    if (++beat == beatsPerPixel) {
      beat = 0;
      if (completes[pixel]) {
        windows.complete(input.crossing(seen));
      }
      pixel = pixel + 1 == completes.length ? 0 : pixel + 1;
    }
    seen++;
    return true;
  }
}
