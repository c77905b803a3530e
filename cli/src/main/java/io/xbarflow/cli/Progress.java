package io.xbarflow.cli;

import com.google.common.base.Strings;
import io.xbarflow.core.text.Printable;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Shows how far long work is. On a terminal one line is rewritten in place; elsewhere every stage
 * gets a plain line at its end, and a long one also every few seconds.
 */
final class Progress {
  private static final long LIVE_INTERVAL_NANOS = 100_000_000L;
  private static final long PLAIN_INTERVAL_NANOS = 10_000_000_000L;
  private static final int STAGE_WIDTH = 9;
  private static final int LINE_WIDTH = 79;

  private final PrintWriter err;
  private final boolean live;
  private final LongSupplier nanoTime;
  private String stage = "";
  private long startNanos;
  private long shownNanos;
  private boolean lineOpen;

  Progress(Host host) {
    err = host.err();
    live = host.terminal();
    nanoTime = host.nanoTime();
  }

  /** A stage begins. */
  void start(String newStage) {
    stage = newStage;
    startNanos = nanoTime.getAsLong();
    shownNanos = startNanos;
    if (live) {
      show("...");
    }
  }

  /** What the stage is doing; may be called as often as one likes. */
  void update(String detail) {
    long now = nanoTime.getAsLong();
    if (now - shownNanos < (live ? LIVE_INTERVAL_NANOS : PLAIN_INTERVAL_NANOS)) {
      return;
    }
    shownNanos = now;
    if (live) {
      show(detail);
    } else {
      err.println(line(detail + " ..."));
    }
  }

  /** How much of the stage is done. */
  void update(long done, long total, String units) {
    update(done + " of " + total + " " + units);
  }

  /** The stage has ended; {@code summary} says what came of it. */
  void done(String summary) {
    clear();
    double seconds = (nanoTime.getAsLong() - startNanos) / 1e9;
    err.println(line(String.format(Locale.ROOT, "%s (%.1f s)", summary, seconds)));
    err.flush();
    stage = "";
  }

  /** Something the user should know about what was done. */
  void note(String text) {
    clear();
    err.println(Strings.padEnd("note", STAGE_WIDTH, ' ') + " " + Printable.of(text));
    err.flush();
  }

  /** Takes the live line away, so that something else can be printed. */
  void clear() {
    if (lineOpen) {
      err.print("\r\u001b[K");
      err.flush();
      lineOpen = false;
    }
  }

  private void show(String detail) {
    String line = line(detail);
    err.print("\r" + line.substring(0, Math.min(LINE_WIDTH, line.length())) + "\u001b[K");
    err.flush();
    lineOpen = true;
  }

  private String line(String detail) {
    return Strings.padEnd(stage, STAGE_WIDTH, ' ') + " " + Printable.of(detail);
  }
}
