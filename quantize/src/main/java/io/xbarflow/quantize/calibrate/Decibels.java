package io.xbarflow.quantize.calibrate;

/** Ratios of powers. */
public final class Decibels {
  private Decibels() {}

  /** {@code 10 * log10(signal / error)}; infinite without an error, 0 dB without either. */
  public static double of(double signal, double error) {
    if (error == 0) {
      return signal == 0 ? 0 : Double.POSITIVE_INFINITY;
    }
    return 10 * Math.log10(signal / error);
  }
}
