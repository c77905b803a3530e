package io.xbarflow.mapper.choice;

/** Division of positive numbers. */
final class Division {
  private Division() {}

  /** {@code dividend / divisor}, rounded up. */
  static long up(long dividend, long divisor) {
    return (dividend + divisor - 1) / divisor;
  }
}
