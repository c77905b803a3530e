package io.xbarflow.core.tensor;

import io.xbarflow.core.network.HostStep;
import io.xbarflow.core.network.Quantisation;

/**
 * QLinearSoftmax as ONNX Runtime computes it: exponentials from a table of 256 float32 values whose
 * greatest entry stands for the greatest operand, added one after the other; results beyond the
 * type wrap around, such as a share of 1 in steps of 1/256.
 *
 * <p>Source: com.microsoft QLinearSoftmax-1 of ONNX Runtime 1.20, compared value by value.
 */
final class QuantisedSoftmax {
  private static final int VALUES = 256;

  /** What the table keeps below the greatest float32 for the sum, as a logarithm. */
  private static final double RESERVE = 5;

  private QuantisedSoftmax() {}

  /**
   * The results of all slices.
   *
   * <p>Shape: {@code values} is [outer, length, inner] in C order.
   */
  static float[] of(
      float[] values, int length, int inner, boolean signed, HostStep.QuantisedSoftmax step) {
    float[] table = table(step.scale(), length);
    Quantisation to = step.to();
    float steps = (float) Math.floor(1 / step.to().scale());
    float[] result = new float[values.length];
    for (int slice = 0; slice < values.length / length; slice++) {
      int start = slice / inner * inner * length + slice % inner;
      int greatest = Integer.MIN_VALUE;
      for (int i = 0; i < length; i++) {
        greatest = Math.max(greatest, (int) values[start + i * inner]);
      }
      int shift = VALUES - 1 - greatest;
      float sum = 0;
      for (int i = 0; i < length; i++) {
        sum += table[(int) values[start + i * inner] + shift];
      }
      for (int i = 0; i < length; i++) {
        int at = start + i * inner;
        int share = (int) Math.rint(table[(int) values[at] + shift] * steps / sum);
        int shifted = share + to.zeroPoint();
        result[at] = signed ? (byte) shifted : shifted & (VALUES - 1);
      }
    }
    return result;
  }

  private static float[] table(float scale, int length) {
    double room = Math.max(0, Math.log(Float.MAX_VALUE / length) - RESERVE) / scale;
    float[] table = new float[VALUES];
    for (int i = 0; i < VALUES; i++) {
      table[i] = (float) Math.exp((i - (VALUES - 1) + room) * scale);
    }
    return table;
  }
}
