package io.xbarflow.core.onnx;

/**
 * Sigmoid and Tanh as ONNX Runtime's x86-64 kernels compute them: the quotient of two polynomials
 * of x squared in float32, with fused multiply-add.
 *
 * <p>Source: ONNX Sigmoid-13, Tanh-13; the coefficients define what the kernels compute.
 */
final class RationalFunctions {
  private static final float[] SIGMOID_NUMERATOR = {
    4.37031e-11f, 1.1562732e-7f, 6.085749e-5f, 8.513771e-3f, 2.4828795e-1f
  };
  private static final float[] SIGMOID_DENOMINATOR = {
    6.1024737e-13f, 5.7610214e-9f, 6.291068e-6f, 1.7019882e-3f, 1.1681765e-1f, 9.931519e-1f
  };
  private static final float SIGMOID_RANGE = 18;

  private static final float[] TANH_NUMERATOR = {
    -2.7607684e-16f,
    2.000188e-13f,
    -8.604672e-11f,
    5.1222973e-8f,
    1.48572235e-5f,
    6.3726195e-4f,
    4.8935246e-3f
  };
  private static final float[] TANH_DENOMINATOR = {
    1.1982584e-6f, 1.1853471e-4f, 2.2684347e-3f, 4.893525e-3f
  };
  private static final float TANH_RANGE = 9;

  private RationalFunctions() {}

  /** 1 / (1 + exp(-x)). */
  static float sigmoid(float x) {
    float odd = quotient(x, SIGMOID_RANGE, SIGMOID_NUMERATOR, SIGMOID_DENOMINATOR);
    return Math.min(Math.max(odd + 0.5f, 0), 1);
  }

  /** The hyperbolic tangent. */
  static float tanh(float x) {
    return quotient(x, TANH_RANGE, TANH_NUMERATOR, TANH_DENOMINATOR);
  }

  private static float quotient(float x, float range, float[] numerator, float[] denominator) {
    float clamped = Math.min(Math.max(x, -range), range);
    float square = clamped * clamped;
    return polynomial(numerator, square) * clamped / polynomial(denominator, square);
  }

  /** Highest power first. */
  private static float polynomial(float[] coefficients, float x) {
    float sum = coefficients[0];
    for (int i = 1; i < coefficients.length; i++) {
      sum = Math.fma(sum, x, coefficients[i]);
    }
    return sum;
  }
}
