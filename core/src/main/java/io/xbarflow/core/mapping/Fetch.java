package io.xbarflow.core.mapping;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Window;

/**
 * How a core turns its input stream into windows.
 *
 * <p>{@link Kind#RING}: pixels wait in an activation memory of {@code depthPixels} places, spread
 * over {@code banks} memories so that one column of taps is read at once. Rows are {@code
 * pitchPixels} apart; the pixel at row Y (counted over all images) and column x has place {@code (Y
 * * pitchPixels + x) mod depthPixels} and stands in bank {@code place mod banks}.
 *
 * <p>{@link Kind#DIRECT}: windows do not overlap and have no padding (a 1 x 1 kernel or a kernel as
 * large as the map), so pixels go straight into the input register.
 *
 * @param kind ring or direct
 * @param input shape of the map read
 * @param output shape of the map written
 * @param window kernel, strides, padding, dilations
 * @param banks memories read side by side; 0 for direct
 * @param pitchPixels places from a pixel to the one below it; 0 for direct
 * @param depthPixels places in the ring, a multiple of {@code banks}; 0 for direct
 */
public record Fetch(
    Kind kind,
    Shape input,
    Shape output,
    Window window,
    int banks,
    int pitchPixels,
    int depthPixels) {

  /** Which fetch unit. */
  public enum Kind {
    /** A ring of pixels of the stream. */
    RING,
    /** No memory: the input register only. */
    DIRECT
  }

  /** Checks that the parts fit together. */
  public Fetch {
    if (kind == Kind.RING) {
      checkArgument(
          banks >= window.kernelHeight(),
          "%s banks for %s kernel rows",
          banks,
          window.kernelHeight());
      checkArgument(pitchPixels >= input.width(), "pitch %s for width %s", pitchPixels, input);
      checkArgument(
          depthPixels > 0 && depthPixels % banks == 0,
          "depth %s is not a multiple of %s banks",
          depthPixels,
          banks);
      boolean[] taken = new boolean[banks];
      for (int i = 0; i < window.kernelHeight(); i++) {
        int bank = Math.floorMod(i * window.dilationHeight() * pitchPixels, banks);
        checkArgument(
            !taken[bank], "kernel rows share a bank: pitch %s, %s banks", pitchPixels, banks);
        taken[bank] = true;
      }
    }
  }

  /** Pixels that one window holds, kernel rows times the columns kept. */
  @JsonIgnore
  public int windowPixels() {
    return kind == Kind.DIRECT ? window.taps() : window.kernelHeight() * window.extentWidth();
  }

  /** The last column that a row of windows reads; at or beyond the map's width it is padding. */
  @JsonIgnore
  public int lastColumn() {
    return (output.width() - 1) * window.strideWidth()
        - window.padLeft()
        + window.extentWidth()
        - 1;
  }

  /** The same fetch with another ring depth. */
  public Fetch withDepth(int depth) {
    return new Fetch(kind, input, output, window, banks, pitchPixels, depth);
  }
}
