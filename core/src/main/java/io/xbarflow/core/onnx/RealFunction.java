package io.xbarflow.core.onnx;

import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.tensor.HostQuantisation;
import java.util.Arrays;

/**
 * A function of a dequantised value, computed in float32 step by step as ONNX Runtime computes it,
 * maybe another one in every channel. There are only 256 quantised values, so it is a table, and a
 * chain of any length costs one table a step.
 */
final class RealFunction {
  /** Values that a quantised tensor can have. */
  static final int VALUES = 256;

  /** One float32 operation. */
  @FunctionalInterface
  interface Step {
    float apply(float x);
  }

  /** An operation on two values. */
  @FunctionalInterface
  interface Combination {
    float apply(float a, float b);
  }

  private final Quantisation domain;
  private final float[][] results; // of every channel, or of all
  private final boolean identity;

  private RealFunction(Quantisation domain, float[][] results, boolean identity) {
    this.domain = domain;
    this.results = results;
    this.identity = identity;
  }

  /** The dequantised value itself. */
  static RealFunction identity(Quantisation domain) {
    float[] reals = new float[VALUES];
    for (int i = 0; i < VALUES; i++) {
      reals[i] = HostQuantisation.dequantise(domain.min() + i, domain);
    }
    return new RealFunction(domain, new float[][] {reals}, true);
  }

  /** A constant of each channel, or of all; of a value quantised as that of this function. */
  RealFunction constants(float[] values) {
    float[][] constants = new float[values.length][VALUES];
    for (int channel = 0; channel < values.length; channel++) {
      Arrays.fill(constants[channel], values[channel]);
    }
    return new RealFunction(domain, constants, false);
  }

  boolean isIdentity() {
    return identity;
  }

  /** Whether channels may have different functions. */
  boolean perChannel() {
    return results.length > 1;
  }

  /** Results that it holds. */
  long size() {
    return (long) results.length * VALUES;
  }

  /** What it gives for the quantised value {@code x} of {@code channel}. */
  float of(int x, int channel) {
    return results[perChannel() ? channel : 0][x - domain.min()];
  }

  /** This function of the values that {@code origin} gives. */
  RealFunction of(OriginFunction origin) {
    float[][] composed = new float[Math.max(results.length, origin.functions())][VALUES];
    for (int channel = 0; channel < composed.length; channel++) {
      for (int i = 0; i < VALUES; i++) {
        composed[channel][i] = of(origin.of(origin.domain().min() + i, channel), channel);
      }
    }
    return new RealFunction(origin.domain(), composed, false);
  }

  /** This function, then {@code next}. */
  RealFunction then(Step next) {
    float[][] behind = new float[results.length][VALUES];
    for (int channel = 0; channel < results.length; channel++) {
      for (int i = 0; i < VALUES; i++) {
        behind[channel][i] = next.apply(results[channel][i]);
      }
    }
    return new RealFunction(domain, behind, false);
  }

  /** What {@code a} gives where this function is not 0, else what {@code b} gives. */
  RealFunction choice(RealFunction a, RealFunction b) {
    int channels = Math.max(results.length, Math.max(a.results.length, b.results.length));
    float[][] chosen = new float[channels][VALUES];
    for (int channel = 0; channel < channels; channel++) {
      for (int i = 0; i < VALUES; i++) {
        int x = domain.min() + i;
        chosen[channel][i] = of(x, channel) != 0 ? a.of(x, channel) : b.of(x, channel);
      }
    }
    return new RealFunction(domain, chosen, false);
  }

  /** {@code combination} of the results of this function and {@code other}. */
  RealFunction with(RealFunction other, Combination combination) {
    float[][] combined = new float[Math.max(results.length, other.results.length)][VALUES];
    for (int channel = 0; channel < combined.length; channel++) {
      float[] a = results[perChannel() ? channel : 0];
      float[] b = other.results[other.perChannel() ? channel : 0];
      for (int i = 0; i < VALUES; i++) {
        combined[channel][i] = combination.apply(a[i], b[i]);
      }
    }
    return new RealFunction(domain, combined, false);
  }
}
