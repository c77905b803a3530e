package io.xbarflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.ImmutableList;
import io.xbarflow.sim.Deviation;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The table of deviations. */
final class DeviationTableTest {

  @Test
  void aLineForEveryLayer() {
    DeviationTable table =
        new DeviationTable(
            ImmutableList.of(
                new Deviation(
                    "conv_1", Optional.of("pcm"), 16384, 0.5, 1.25, 7, Optional.of(31.44)),
                new Deviation("add", Optional.empty(), 10, 1, 0, 0, Optional.empty())));
    assertEquals(
        """
        | layer  | core | values | equal, % | rms, LSB | greatest, LSB | SNR, dB |
        |:-------|:-----|-------:|---------:|---------:|--------------:|--------:|
        | conv_1 | pcm  |  16384 |    50.00 |    1.250 |             7 |    31.4 |
        | add    |      |     10 |   100.00 |    0.000 |             0 |         |
        """,
        table.text());
    assertEquals("", new DeviationTable(ImmutableList.of()).text());
  }
}
