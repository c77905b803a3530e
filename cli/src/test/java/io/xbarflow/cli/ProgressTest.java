package io.xbarflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.ImmutableMap;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ProgressTest {
  private final StringWriter err = new StringWriter();
  private final AtomicLong nanos = new AtomicLong();

  private Progress progress(boolean terminal) {
    return new Progress(
        new Host(
            new PrintWriter(new StringWriter()),
            new PrintWriter(err),
            ImmutableMap.of(),
            command -> Optional.empty(),
            terminal,
            nanos::get));
  }

  private void passMillis(long millis) {
    nanos.addAndGet(millis * 1_000_000);
  }

  @Test
  void terminalRewritesOneLine() {
    Progress progress = progress(true);
    progress.start("cosim");
    progress.update(1, 4, "images");
    passMillis(150);
    progress.update(2, 4, "images");
    passMillis(1850);
    progress.done("4 images");
    assertEquals(
        "\rcosim     ...\u001b[K\rcosim     2 of 4 images\u001b[K\r\u001b[K"
            + "cosim     4 images (2.0 s)\n",
        err.toString());
  }

  @Test
  void longLinesAreCutOnATerminal() {
    Progress progress = progress(true);
    progress.start("cosim");
    passMillis(150);
    progress.update("x".repeat(200));
    assertEquals(
        "\rcosim     ...\u001b[K\rcosim     " + "x".repeat(69) + "\u001b[K", err.toString());
  }

  @Test
  void elsewhereLinesArePlainAndRare() {
    Progress progress = progress(false);
    progress.start("cosim");
    passMillis(9_000);
    progress.update("building");
    passMillis(2_000);
    progress.update("building");
    passMillis(1_000);
    progress.clear();
    progress.done("4 images");
    assertEquals("cosim     building ...\ncosim     4 images (12.0 s)\n", err.toString());
  }
}
