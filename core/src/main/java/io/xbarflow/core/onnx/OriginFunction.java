package io.xbarflow.core.onnx;

import io.xbarflow.core.network.Quantisation;
import java.util.function.IntBinaryOperator;

/** The integers of a quantised tensor as a function of those of another, maybe one a channel. */
final class OriginFunction {
  private final String origin;
  private final Quantisation domain;
  private final int[][] values; // of every channel, or of all

  private OriginFunction(String origin, Quantisation domain, int[][] values) {
    this.origin = origin;
    this.domain = domain;
    this.values = values;
  }

  /** {@code origin}, quantised by {@code domain}, as a function of itself. */
  static OriginFunction identity(String origin, Quantisation domain) {
    int[] integers = new int[RealFunction.VALUES];
    for (int i = 0; i < integers.length; i++) {
      integers[i] = domain.min() + i;
    }
    return new OriginFunction(origin, domain, new int[][] {integers});
  }

  /** The tensor that it is a function of. */
  String origin() {
    return origin;
  }

  /** How the origin is quantised. */
  Quantisation domain() {
    return domain;
  }

  /** Channels that have a function of their own; 1 when all have the same. */
  int functions() {
    return values.length;
  }

  /** The integer for {@code x} of {@code channel} of the origin. */
  int of(int x, int channel) {
    return values[values.length == 1 ? 0 : channel][x - domain.min()];
  }

  /** This function, then {@code next} of a value and its channel, of {@code functions} channels. */
  OriginFunction then(IntBinaryOperator next, int functions) {
    int[][] behind = new int[Math.max(values.length, functions)][RealFunction.VALUES];
    for (int channel = 0; channel < behind.length; channel++) {
      for (int i = 0; i < RealFunction.VALUES; i++) {
        behind[channel][i] = next.applyAsInt(of(domain.min() + i, channel), channel);
      }
    }
    return new OriginFunction(origin, domain, behind);
  }
}
