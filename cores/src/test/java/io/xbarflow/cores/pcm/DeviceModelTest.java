package io.xbarflow.cores.pcm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** The device statistics at points computed by hand from the published formulas. */
final class DeviceModelTest {
  private static final double SMALL = 1e-9;

  @Test
  void programmingNoiseFollowsThePolynomial() {
    assertEquals((0.26348 + 1.9650 - 1.1731) / 25, DeviceModel.programmingSigma(1), SMALL);
    assertEquals((0.26348 + 0.98250 - 0.293275) / 25, DeviceModel.programmingSigma(0.5), SMALL);
  }

  @Test
  void driftExponentsAreClamped() {
    assertEquals(0.049, DeviceModel.driftMean(1), SMALL);
    assertEquals(0.1, DeviceModel.driftMean(1 / 256.0), SMALL);
    assertEquals(0.0155 * 3 + 0.0244, DeviceModel.driftMean(Math.exp(-3)), SMALL);
    assertEquals(0.008, DeviceModel.driftSigma(1), SMALL);
    assertEquals(0.0125 * 3 - 0.0059, DeviceModel.driftSigma(Math.exp(-3)), SMALL);
    assertEquals(0.045, DeviceModel.driftSigma(1 / 128.0), SMALL);
  }

  @Test
  void driftBeginsTwentySecondsAfterProgramming() {
    assertEquals(1, DeviceModel.driftFactor(0.05, 20));
    assertEquals(0.1, DeviceModel.driftFactor(0.5, 2000), SMALL);
  }

  @Test
  void readNoiseGrowsWithTheLogarithmOfTime() {
    double early = Math.sqrt(Math.log((20 + 250e-9) / 500e-9));
    assertEquals(0.0088 * early, DeviceModel.readSigma(1, 0), SMALL);
    assertEquals(0.2 * early, DeviceModel.readSigma(1 / 128.0, 20), SMALL);
    double late = Math.sqrt(Math.log((1e6 + 250e-9) / 500e-9));
    assertEquals(0.0088 * late, DeviceModel.readSigma(1, 1e6), SMALL);
  }
}
