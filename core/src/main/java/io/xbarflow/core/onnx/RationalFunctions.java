package io.xbarflow.core.onnx;

/**
 * Sigmoid and Tanh as ONNX Runtime's x86-64 kernels compute them: the quotient of two polynomials of
 * x squared in float32, with fused multiply-add.
 *
 * <p>Source: ONNX Sigmoid-13, Tanh-13; the coefficients define what the kernels compute.
 */
final class RationalFunctions {
  private static final float[] SIGMOID_NUMERATOR = {
    4.37031012579801e-11f,
    1.15627324459942e-07f,
    6.08574864600143e-05f,
    8.51377133304701e-03f,
    2.48287947061529e-01f
  };
  private static final float[] SIGMOID_DENOMINATOR = {
    6.10247389755681e-13f,
    5.76102136993427e-09f,
    6.29106785017040e-06f,
    1.70198817374094e-03f,
    1.16817656904453e-01f,
    9.93151921023180e-01f
  };
  private static final float SIGMOID_RANGE = 18;

  private static final float[] TANH_NUMERATOR = {
    -2.76076847742355e-16f,
    2.00018790482477e-13f,
    -8.60467152213735e-11f,
    5.12229709037114e-08f,
    1.48572235717979e-05f,
    6.37261928875436e-04f,
    4.89352455891786e-03f
  };
  private static final float[] TANH_DENOMINATOR = {
    1.19825839466702e-06f, 1.18534705686654e-04f, 2.26843463243900e-03f, 4.89352518554385e-03f
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
