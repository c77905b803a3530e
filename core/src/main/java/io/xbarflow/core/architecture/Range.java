package io.xbarflow.core.architecture;

import static com.google.common.base.Preconditions.checkArgument;

import io.xbarflow.core.diagnostic.UserException;

/**
 * The values a number of the architecture may take.
 *
 * @param key its key in the architecture file, with dots between levels
 * @param least smallest legal value
 * @param most greatest legal value
 */
public record Range(String key, int least, int most) {
  /** Checks that the range is not empty. */
  public Range {
    checkArgument(least <= most, "%s from %s to %s", key, least, most);
  }

  /**
   * {@code value}, when it is in range.
   *
   * <p><i>Throws</i> {@link UserException} otherwise; {@code where} is the option or the place in
   * the file that gave it.
   */
  public int check(String where, long value) {
    if (value < least || value > most) {
      throw UserException.badInput(
          where,
          key + " is " + value,
          "a whole number from " + least + " to " + most,
          "Change the value.");
    }
    return (int) value;
  }

  /** {@code value}, when it is in range; anything else is the caller's bug. */
  int require(int value) {
    checkArgument(value >= least && value <= most, "%s is %s", key, value);
    return value;
  }
}
