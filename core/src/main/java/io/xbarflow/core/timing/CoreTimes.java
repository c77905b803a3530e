package io.xbarflow.core.timing;

import io.xbarflow.core.mapping.Link;

/**
 * A core behind its fetch unit: windows start, the result is captured {@code computeCycles} later
 * unless the one before it is still being sent, then leaves in beats.
 */
final class CoreTimes {
  private final FetchTimes fetch;
  private final int computeCycles;
  private final int beatsPerPixel;
  private final int pixels;
  private final ElasticPipe pipe;
  private int started;
  private long startCycle;
  private int captured; // windows whose capture is known
  private long captureCycle; // of the window captured last
  private int sent; // windows whose beats have all entered the pipe
  private int beat;
  private long lastSent;

  CoreTimes(FetchTimes fetch, int computeCycles, Link output, ElasticPipe pipe, int images) {
    this.fetch = fetch;
    this.computeCycles = computeCycles;
    this.beatsPerPixel = output.beatsPerPixel();
    this.pixels = output.shape().pixels() * images;
    this.pipe = pipe;
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
    if (started == pixels || captured < started || !fetch.windows().waiting()) {
      return false;
    }
    // A pooling core has no array: its window is captured as it starts.
    if (computeCycles == 0 && sent < started) {
      return false;
    }
    long cycle = fetch.windows().completionCycle() + 1;
    if (started > 0) {
      cycle = Math.max(cycle, computeCycles == 0 ? lastSent : captureCycle);
    }
    startCycle = cycle;
    started++;
    fetch.windows().take(cycle);
    return true;
  }

  private boolean capture() {
    if (captured == started || sent < captured) {
      return false;
    }
    captureCycle = startCycle + computeCycles;
    if (captured > 0) {
      captureCycle = Math.max(captureCycle, lastSent);
    }
    captured++;
    return true;
  }

  private boolean send() {
    if (sent == captured || !pipe.canEnter()) {
      return false;
    }
    pipe.enter(Math.max(pipe.earliestEntry(), captureCycle + 1));
    beat++;
    if (beat == beatsPerPixel) {
      beat = 0;
      sent++;
      lastSent = pipe.lastEntry();
    }
    return true;
  }
}
