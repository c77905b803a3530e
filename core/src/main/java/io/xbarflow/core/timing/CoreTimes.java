package io.xbarflow.core.timing;

import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.mapping.Patch;

/**
 * A core behind its fetch unit: windows start on the copies of the array in turn, each result is
 * captured {@code computeCycles} later unless the one before it is still being sent, then leaves in
 * beats.
 */
final class CoreTimes implements BlockTimes.Recurrence {
  private final FetchTimes fetch;
  private final int computeCycles;
  private final int copies;
  private final int beatsPerPixel;
  private final int windowsPerImage;
  private final int[] pixelsOfWindow; // inside the map
  private final long total;
  private final StreamTimes output;
  private final int stages; // of the pipe behind the array
  private final Bound room; // in the pipe, by beat of the output
  private final long[] startCycles; // of the windows not yet captured
  private final long[] captureCycles; // of each copy's latest window
  private int started;
  private int captured; // windows whose capture is known
  private long captureCycle; // of the window captured last
  private int sent; // windows whose beats have all entered the pipe
  private long sentBeats;
  private int sending; // window of the image whose beats enter the pipe
  private long lastSent; // cycle in which the last beat of the window before entered

  CoreTimes(
      FetchTimes fetch,
      Fetch shape,
      int computeCycles,
      int copies,
      int beatsPerPixel,
      StreamTimes output,
      int stages,
      int images) {
    this.fetch = fetch;
    this.computeCycles = computeCycles;
    this.copies = copies;
    this.beatsPerPixel = beatsPerPixel;
    this.output = output;
    this.stages = stages;
    this.room = new Bound(output.rooms(), stages, -stages);
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

  @Override
  public void advance() {
    boolean again = true;
    while (again) {
      again = fetch.advance();
      again |= start();
      again |= capture();
      again |= send();
    }
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
    output.lead(beats(sending), captureCycle + 1 + stages - sentBeats);
    return true;
  }

  /** Beats of window {@code window} of an image. */
  private long beats(int window) {
    return (long) beatsPerPixel * pixelsOfWindow[window];
  }

  /** The beats of the captured window enter the pipe one a cycle as there is room. */
  private boolean send() {
    if (sent == captured) {
      return false;
    }
    long last = sentBeats + beats(sending) - 1;
    if (room.known() <= last) {
      return false;
    }
    lastSent = last + Math.max(captureCycle + 1 - sentBeats, room.at(last));
    sentBeats = last + 1;
    sent++;
    sending = sending + 1 == windowsPerImage ? 0 : sending + 1;
    return true;
  }
}
