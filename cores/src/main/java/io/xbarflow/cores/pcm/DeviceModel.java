package io.xbarflow.cores.pcm;

/**
 * Statistics of a phase-change device, conductances in units of the greatest one, g_max = 25 uS.
 *
 * <p><i>Source:</i> V. Joshi et al., "Accurate deep neural network inference using computational
 * phase-change memory", Nature Communications 11:2473 (2020); S. R. Nandakumar et al.,
 * "Phase-change memory models for deep learning training and inference", ICECS 2019; the constants
 * are those of PCMLikeNoiseModel in the IBM Analog Hardware Acceleration Kit.
 */
final class DeviceModel {
  /** Greatest conductance in microsiemens. */
  static final double GREATEST_MICROSIEMENS = 25;

  /** Time of the first reading after programming, in seconds. */
  static final double FIRST_READING_SECONDS = 20;

  /** Width of a reading, in seconds. */
  static final double READING_SECONDS = 250e-9;

  private DeviceModel() {}

  /** Standard deviation of what a device programmed to {@code target} (above 0) takes. */
  static double programmingSigma(double target) {
    double microsiemens = (-1.1731 * target + 1.9650) * target + 0.26348;
    return Math.max(microsiemens, 0) / GREATEST_MICROSIEMENS;
  }

  /** Mean of the drift exponent of a device programmed to {@code target}. */
  static double driftMean(double target) {
    return clamp(-0.0155 * StrictMath.log(target) + 0.0244, 0.049, 0.1);
  }

  /** Standard deviation of the drift exponent of a device programmed to {@code target}. */
  static double driftSigma(double target) {
    return clamp(-0.0125 * StrictMath.log(target) - 0.0059, 0.008, 0.045);
  }

  /** What a conductance is multiplied by until {@code seconds} after programming. */
  static double driftFactor(double exponent, double seconds) {
    return seconds <= FIRST_READING_SECONDS
        ? 1
        : StrictMath.pow(seconds / FIRST_READING_SECONDS, -exponent);
  }

  /**
   * Standard deviation of a reading {@code seconds} after programming to {@code target}, as a part
   * of the conductance at that time.
   */
  static double readSigma(double target, double seconds) {
    double flicker = Math.min(0.0088 / StrictMath.pow(target, 0.65), 0.2);
    double time = Math.max(seconds, FIRST_READING_SECONDS);
    return flicker
        * StrictMath.sqrt(StrictMath.log((time + READING_SECONDS) / (2 * READING_SECONDS)));
  }

  private static double clamp(double value, double least, double most) {
    return Math.max(least, Math.min(most, value));
  }
}
