package io.xbarflow.rtlgen.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.xbarflow.rtlgen.rtl.WindowGenerator.Cost;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The line buffer costs less than the published window generator, at a frame a map's pixels. */
final class WindowGeneratorTest {
  @TempDir Path folder;

  /** Prints the table of {@code docs/synthesis.md} when it is asked for. */
  @Test
  void table() throws Exception {
    if (Boolean.getBoolean("xbarflow.windows")) {
      System.out.print(new WindowGenerator(folder).table());
    }
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
