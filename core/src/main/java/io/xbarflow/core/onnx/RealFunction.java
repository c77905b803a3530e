package io.xbarflow.core.onnx;

/**
 * A function of one value, computed in float32 step by step as ONNX Runtime computes it, maybe
 * another one in every channel.
 */
final class RealFunction {
  /** One float32 operation on a value of {@code channel}. */
  @FunctionalInterface
  interface Step {
    float apply(float x, int channel);
  }

  /** An operation on two values. */
  @FunctionalInterface
  interface Combination {
    float apply(float a, float b);
  }

  /** The value itself. */
  static final RealFunction IDENTITY = new RealFunction((x, channel) -> x, false);

  private final Step step;
  private final boolean perChannel;

  private RealFunction(Step step, boolean perChannel) {
    this.step = step;
    this.perChannel = perChannel;
  }

  /** A constant of each channel. */
  static RealFunction constants(float[] values) {
    float[] copy = values.clone();
    return copy.length == 1
        ? new RealFunction((x, channel) -> copy[0], false)
        : new RealFunction((x, channel) -> copy[channel], true);
  }

  boolean isIdentity() {
    return this == IDENTITY;
  }

  /** Whether channels may have different functions. */
  boolean perChannel() {
    return perChannel;
  }

  float apply(float x, int channel) {
    return step.apply(x, channel);
  }

  /** This function, then {@code next}, which is the same in every channel. */
  RealFunction then(Step next) {
    return new RealFunction(
        (x, channel) -> next.apply(step.apply(x, channel), channel), perChannel);
  }

  /** {@code combination} of the results of this function and {@code other}. */
  RealFunction with(RealFunction other, Combination combination) {
    return new RealFunction(
        (x, channel) -> combination.apply(step.apply(x, channel), other.step.apply(x, channel)),
        perChannel || other.perChannel);
  }
}
