package io.xbarflow.core.timing;

import io.xbarflow.core.mapping.Fetch;

/** Beats that go straight into the input register; pixels between the strides are dropped. */
final class DirectFetchTimes implements FetchTimes {
  private final Fetch fetch;
  private final int beatsPerPixel;
  private final int images;
  private final BeatTimes input;
  private final WindowTimes windows = new WindowTimes();
  private int gathered; // pixels of the window under way
  private int seen; // beats whose crossing was looked at

  DirectFetchTimes(Fetch fetch, int beatsPerPixel, int images, BeatTimes input) {
    this.fetch = fetch;
    this.beatsPerPixel = beatsPerPixel;
    this.images = images;
    this.input = input;
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
    if (next >= (long) fetch.input().pixels() * beatsPerPixel * images
        || next > seen
        || windows.waiting()) {
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
    int perImage = fetch.input().pixels() * beatsPerPixel;
    int pixel = seen % perImage / beatsPerPixel;
    boolean lastBeat = seen % beatsPerPixel == beatsPerPixel - 1;
    if (lastBeat && kept(pixel)) {
      gathered++;
      if (gathered == fetch.window().taps()) {
        gathered = 0;
        windows.complete(input.crossing(seen));
      }
    }
    seen++;
    return true;
  }

  private boolean kept(int pixel) {
    if (fetch.window().taps() > 1) {
      return true;
    }
    int row = pixel / fetch.input().width();
    int column = pixel % fetch.input().width();
    return row % fetch.window().strideHeight() == 0
        && column % fetch.window().strideWidth() == 0
        && row / fetch.window().strideHeight() < fetch.output().height()
        && column / fetch.window().strideWidth() < fetch.output().width();
  }
}
