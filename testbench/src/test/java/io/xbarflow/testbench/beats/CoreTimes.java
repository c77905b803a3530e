package io.xbarflow.testbench.beats;

import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.mapping.Patch;

/**
 * A core behind its fetch unit: windows start on the copies of the array in turn, each result is
 * captured {@code computeCycles} later unless the one before it is still being sent, then leaves in
 * beats.
 */
final class CoreTimes {
  private final FetchTimes fetch;
  private final int computeCycles;
  private final int copies;
  private final int beatsPerPixel;
  private final int windowsPerImage;
  private final int[] pixelsOfWindow; // inside the map
  private final long total;
  private final ElasticPipe pipe;
  private final long[] startCycles; // of the windows not yet captured
  private final long[] captureCycles; // of each copy's latest window
  private int started;
  private int captured; // windows whose capture is known
  private long captureCycle; // of the window captured last
  private int sent; // windows whose beats have all entered the pipe
  private int sending; // window of the image whose beats enter the pipe
  private int beat;
  private long lastSent;

  CoreTimes(
      FetchTimes fetch,
      Fetch shape,
      int computeCycles,
      int copies,
      int beatsPerPixel,
      ElasticPipe pipe,
      int images) {
    this.fetch = fetch;
    this.computeCycles = computeCycles;
    this.copies = copies;
    this.beatsPerPixel = beatsPerPixel;
    this.pipe = pipe;
    this.windowsPerImage = shape.windows();
    this.total = (long) windowsPerImage * images;
    this.startCycles = new long[copies + 1];
    this.captureCycles = new long[copies];
    Patch patch = shape.patch();
    int across = patch.across(shape.output());
    this.pixelsOfWindow = new int[windowsPerImage];
    for (int window = 0; window < windowsPerImage; window++) {
      pixelsOfWindow[window] =
          Math.min(patch.height(), shape.output().height() - window / across * patch.height())
              * Math.min(patch.width(), shape.output().width() - window % across * patch.width());
    }
  }

  boolean advance() {
    boolean moved = false;
    boolean again = true;
    while (again) {
      again = fetch.advance();
      again |= start();
      again |= capture();
      again |= send();
      again |= pipe.advance();
      moved |= again;
    }
    return moved;
  }

  private boolean start() {
    if (started == total || !fetch.windows().waiting()) {
      return false;
    }
    long cycle = fetch.windows().completionCycle() + 1;
    int copy = started % windowsPerImage % copies;
    if (computeCycles == 0) {
      // A pooling core has no array: its window is captured as it starts.
      if (captured < started || sent < started) {
        return false;
      }
      cycle = started > 0 ? Math.max(cycle, lastSent) : cycle;
    } else {
      int before = windowBefore(started);
      if (before >= captured) {
        return false;
      }
      cycle = before >= 0 ? Math.max(cycle, captureCycles[copy]) : cycle;
    }
    startCycles[started % startCycles.length] = cycle;
    started++;
    fetch.windows().take(cycle);
    return true;
  }

  /** The window that the copy of {@code window} computed before it; -1 when there is none. */
  private int windowBefore(int window) {
    int inImage = window % windowsPerImage;
    if (inImage >= copies) {
      return window - copies;
    }
    int image = window / windowsPerImage - 1;
    int last = windowsPerImage - 1;
    return image < 0 ? -1 : image * windowsPerImage + last - Math.floorMod(last - inImage, copies);
  }

  private boolean capture() {
    if (captured == started || sent < captured) {
      return false;
    }
    captureCycle = startCycles[captured % startCycles.length] + computeCycles;
    if (captured > 0) {
      captureCycle = Math.max(captureCycle, lastSent);
    }
    captureCycles[captured % windowsPerImage % copies] = captureCycle;
    captured++;
    return true;
  }

  private boolean send() {
    if (sent == captured || !pipe.canEnter()) {
      return false;
    }
    pipe.enter(Math.max(pipe.earliestEntry(), captureCycle + 1));
    beat++;
    if (beat == beatsPerPixel * pixelsOfWindow[sending]) {
      beat = 0;
      sent++;
      sending = sending + 1 == windowsPerImage ? 0 : sending + 1;
      lastSent = pipe.lastEntry();
    }
    return true;
  }
}
