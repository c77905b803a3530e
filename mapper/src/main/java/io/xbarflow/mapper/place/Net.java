package io.xbarflow.mapper.place;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

/**
 * A stream from one place to another.
 *
 * @param from where it leaves
 * @param to where it goes
 * @param bitsPerImage what it carries for an image, at least 0
 */
public record Net(Terminal from, Terminal to, long bitsPerImage) {
  /** Bits of one net at most; keeps sums of bits times distance within a {@code long}. */
  public static final long MOST_BITS = 1L << 40;

  /** Checks the range. */
  public Net {
    requireNonNull(from, "from");
    requireNonNull(to, "to");
    checkArgument(bitsPerImage >= 0 && bitsPerImage <= MOST_BITS, "net of %s bits", bitsPerImage);
  }
}
