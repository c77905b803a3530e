package io.xbarflow.rtlgen.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.xbarflow.rtlgen.rtl.WindowGenerator.Cost;
import io.xbarflow.testsupport.LongRun;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The line buffer costs less than the published window generator, at a frame a map's pixels. */
final class WindowGeneratorTest {
  private static final Path DOCUMENT =
      Path.of(System.getProperty("xbarflow.root"), "docs", "synthesis.md");

  @TempDir Path folder;

  /** The figures of {@code docs/synthesis.md}; the message of a failure has the table to store. */
  @Test
  @LongRun
  void documentedTableIsWhatSynthesisGives() throws Exception {
    String table = new WindowGenerator(folder).table();
    String page = Files.readString(DOCUMENT);
    assertTrue(page.contains(table), () -> DOCUMENT + " should have\n" + table);
  }

  @Test
  void costsLessAtOnePixelACycle() throws Exception {
    Cost cost = new WindowGenerator(folder).cost(16, false);

    assertEquals(1024, cost.cyclesPerFrame(), cost::toString);
    assertTrue(cost.luts() < WindowGenerator.PUBLISHED.luts(), cost::toString);
    assertTrue(cost.memoryLuts() <= WindowGenerator.PUBLISHED.memoryLuts(), cost::toString);
    assertTrue(cost.flipFlops() < WindowGenerator.PUBLISHED.flipFlops(), cost::toString);
    assertEquals(0, cost.blockRams(), cost::toString);
  }

  @Test
  void framesFollowBackToBackAtRatesInBetween() throws Exception {
    Cost cost = new WindowGenerator(folder).cost(4, false);

    assertEquals(4096, cost.cyclesPerFrame(), cost::toString);
    assertTrue(cost.luts() < WindowGenerator.PUBLISHED.luts(), cost::toString);
    assertTrue(cost.blockRams() < WindowGenerator.PUBLISHED_SERIAL.blockRams(), cost::toString);
  }
}
