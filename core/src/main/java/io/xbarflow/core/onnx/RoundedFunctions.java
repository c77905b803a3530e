package io.xbarflow.core.onnx;

/**
 * Smooth functions evaluated in float64 and rounded once to float32. The error before rounding is a
 * few units of float64, so that the nearest float32 comes out unless the value lies within some
 * 2^-50 of the middle between two.
 */
final class RoundedFunctions {
  /** From here on the continued fraction of erfc converges in {@link #FRACTIONS} steps. */
  private static final double TAIL = 2;

  private static final int FRACTIONS = 120;
  private static final double GELU_CUBE = 0.044715;

  private RoundedFunctions() {}

  static float exp(float x) {
    return (float) StrictMath.exp(x);
  }

  static float log(float x) {
    return (float) StrictMath.log(x);
  }

  static float sin(float x) {
    return (float) StrictMath.sin(x);
  }

  static float cos(float x) {
    return (float) StrictMath.cos(x);
  }

  static float pow(float base, float exponent) {
    return (float) StrictMath.pow(base, exponent);
  }

  /** {@code scale * (exp(x / width) - 1)} below 0, {@code positive * x} above. */
  static float elu(float x, float positive, double scale, float width) {
    return (float) (x > 0 ? (double) positive * x : scale * StrictMath.expm1((double) x / width));
  }

  /** log(1 + exp(x)). */
  static float softplus(float x) {
    return (float) softplus((double) x);
  }

  private static double softplus(double x) {
    return Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
  }

  /** x * tanh(log(1 + exp(x))). */
  static float mish(float x) {
    return Float.isInfinite(x) ? Math.max(x, 0) : (float) (x * StrictMath.tanh(softplus(x)));
  }

  static float softsign(float x) {
    return (float) (x / (1 + (double) Math.abs(x)));
  }

  static float erf(float x) {
    return (float) (1 - erfc(x));
  }

  /** x * (1 + erf(x / sqrt(2))) / 2. */
  static float gelu(float x) {
    return Float.isInfinite(x) ? Math.max(x, 0) : (float) (x * erfc(-x / Math.sqrt(2)) / 2);
  }

  /** x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))) / 2. */
  static float geluByTanh(float x) {
    double argument = Math.sqrt(2 / Math.PI) * (x + GELU_CUBE * x * x * (double) x);
    return Float.isInfinite(x) ? Math.max(x, 0) : (float) (x / (1 + StrictMath.exp(-2 * argument)));
  }

  /** 1 - erf(x). */
  private static double erfc(double x) {
    if (x < TAIL) {
      return x < -TAIL ? 2 - erfc(-x) : 1 - erf(x);
    }
    // x + (1/2) / (x + (2/2) / (x + (3/2) / ...)), from its end.
    double fraction = x;
    for (int i = FRACTIONS; i > 0; i--) {
      fraction = x + i / 2.0 / fraction;
    }
    return StrictMath.exp(-x * x) / (fraction * Math.sqrt(Math.PI));
  }

  /** The series with terms of one sign, for arguments near 0. */
  private static double erf(double x) {
    double term = x;
    double sum = x;
    for (int i = 1; Math.abs(term) > Math.abs(sum) * 1e-17; i++) {
      term *= 2 * x * x / (2 * i + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * StrictMath.exp(-x * x) * sum;
  }
}
