package io.xbarflow.sim.campaign;

import io.xbarflow.core.network.Quantisation;

/** Random scales and zero points: calibrated, powers of two, off centre and extreme. */
final class Quantisations {
  private static final float SMALLEST = 1e-30f;
  private static final float GREATEST = 1e30f;

  private Quantisations() {}

  /** A quantisation for real values from about {@code low} to {@code high}. */
  static Quantisation draw(Choices choices, boolean signed, double low, double high) {
    double least = Math.min(low, 0);
    double span = Math.max(Math.max(high, 0) - least, 1e-30);
    int kind = choices.draw(60);
    // Scales far from what the values need are rarer than the other kinds.
    kind = kind < 20 ? kind : kind % 19;
    double calibrated = span / 255 * Math.exp(kind == 0 ? 0 : 0.7 * choices.spread());
    int min = signed ? Byte.MIN_VALUE : 0;
    int centre = (int) Math.round(Math.max(0, Math.min(255, -least / calibrated)));
    int anywhere = choices.draw(256);
    double scale =
        switch (kind) {
          case 0 -> 1;
          case 13, 14 -> Math.scalb(1.0, Math.getExponent(calibrated));
          case 18 -> Math.scalb(calibrated, choices.between(0, 24) - 12);
          case 19 -> Math.scalb(calibrated, choices.between(0, 140) - 70);
          default -> calibrated;
        };
    int zero =
        switch (kind) {
          case 0 -> -min;
          case 15, 16, 18, 19 -> anywhere;
          case 17 -> anywhere < 128 ? 0 : 255;
          default -> centre;
        };
    if (kind == 0 && !signed) {
      zero = 0;
    }
    return new Quantisation(
        Math.max(SMALLEST, Math.min(GREATEST, (float) scale)), min + zero, signed);
  }
}
