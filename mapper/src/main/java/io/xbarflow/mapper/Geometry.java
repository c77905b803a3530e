package io.xbarflow.mapper;

import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Window;

/** Chooses the fetch unit of a windowed layer and the least ring that can work. */
final class Geometry {
  private Geometry() {}

  /**
   * The fetch unit of layer {@code layer}, with the least ring depth that holds a column of taps.
   *
   * @throws UserException when a window lies wholly in the padding
   */
  static Fetch fetch(String layer, Shape input, Shape output, Window window) {
    if (isDirect(input, window)) {
      return new Fetch(Fetch.Kind.DIRECT, input, output, window, 0, 0, 0);
    }
    checkPadding(layer, input, output, window);
    int banks = window.kernelHeight();
    int pitch = input.width();
    // The rows of taps must fall on different banks; a pitch coprime to the banks does it, unless
    // the dilation shares a factor with them.
    while (gcd(window.dilationHeight(), banks) != 1 && banks > 1) {
      banks++;
    }
    while (gcd(pitch, banks) != 1) {
      pitch++;
    }
    int least = (window.kernelHeight() - 1) * window.dilationHeight() * pitch + 1;
    int depth = (least + banks - 1) / banks * banks;
    return new Fetch(Fetch.Kind.RING, input, output, window, banks, pitch, depth);
  }

  /** Whether windows are single pixels or the whole map, so that no pixel is in two of them. */
  static boolean isDirect(Shape input, Window window) {
    boolean frame =
        window.dilationHeight() == 1
            && window.dilationWidth() == 1
            && window.kernelHeight() == input.height()
            && window.kernelWidth() == input.width();
    return !window.padded() && (window.taps() == 1 || frame);
  }

  private static void checkPadding(String layer, Shape input, Shape output, Window window) {
    int lastRow = (output.height() - 1) * window.strideHeight() - window.padTop();
    int lastColumn = (output.width() - 1) * window.strideWidth() - window.padLeft();
    if (window.padTop() >= window.extentHeight()
        || window.padLeft() >= window.extentWidth()
        || lastRow >= input.height()
        || lastColumn >= input.width()) {
      throw UserException.badInput(
          "layer " + layer,
          "a window that lies wholly in the padding (" + window + " on " + input + ")",
          "padding smaller than the kernel",
          "Drop the rows or columns of output that see only padding.");
    }
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
