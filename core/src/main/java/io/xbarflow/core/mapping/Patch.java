package io.xbarflow.core.mapping;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Window;

/**
 * A rectangle of output pixels that one MVM computes. Patches tile the output map in raster order
 * from its first pixel; those at the right and lower edge may reach beyond it.
 *
 * @param height output rows
 * @param width output columns
 */
public record Patch(int height, int width) {
  /** One pixel. */
  public static final Patch SINGLE = new Patch(1, 1);

  /** Checks the range. */
  public Patch {
    checkArgument(
        height > 0 && width > 0 && (long) height * width <= Integer.MAX_VALUE,
        "patch %s x %s",
        height,
        width);
  }

  /** Output pixels of a whole patch. */
  @JsonIgnore
  public int pixels() {
    return height * width;
  }

  /** Rows of patches that cover {@code output}. */
  public int down(Shape output) {
    return divideUp(output.height(), height);
  }

  /** Columns of patches that cover {@code output}. */
  public int across(Shape output) {
    return divideUp(output.width(), width);
  }

  /** Patches that cover {@code output}: MVMs of an image. */
  public int count(Shape output) {
    return down(output) * across(output);
  }

  /**
   * The input that one patch of a layer with {@code window} needs, as a window of its own: one
   * patch of the layer is one position of the result. Where the taps of the patch are evenly spaced
   * the result has just these; otherwise it has every row (column) between the first and the last.
   */
  public Window window(Window window) {
    int[] vertical =
        axis(window.kernelHeight(), window.strideHeight(), window.dilationHeight(), height);
    int[] horizontal =
        axis(window.kernelWidth(), window.strideWidth(), window.dilationWidth(), width);
    return new Window(
        vertical[0],
        horizontal[0],
        height * window.strideHeight(),
        width * window.strideWidth(),
        window.padTop(),
        window.padLeft(),
        window.padBottom(),
        window.padRight(),
        vertical[1],
        horizontal[1]);
  }

  /** Taps and their distance, along one axis, for {@code count} outputs. */
  private static int[] axis(int kernel, int stride, int dilation, int count) {
    if (count == 1) {
      return new int[] {kernel, dilation};
    }
    if (kernel == 1) {
      return new int[] {count, stride};
    }
    return new int[] {(count - 1) * stride + (kernel - 1) * dilation + 1, 1};
  }

  private static int divideUp(int dividend, int divisor) {
    return (dividend + divisor - 1) / divisor;
  }

  @Override
  public String toString() {
    return height + "x" + width;
  }
}
