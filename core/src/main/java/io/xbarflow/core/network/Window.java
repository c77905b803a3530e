package io.xbarflow.core.network;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * Sliding window of a convolution or pooling layer. Tap (i, j) of output pixel (oy, ox) reads input
 * row {@code oy * strideHeight - padTop + i * dilationHeight} and column {@code ox * strideWidth -
 * padLeft + j * dilationWidth}.
 *
 * @param kernelHeight taps vertically
 * @param kernelWidth taps horizontally
 * @param strideHeight rows between output pixels
 * @param strideWidth columns between output pixels
 * @param padTop rows of padding above
 * @param padLeft columns of padding to the left
 * @param padBottom rows of padding below
 * @param padRight columns of padding to the right
 * @param dilationHeight rows between taps
 * @param dilationWidth columns between taps
 */
public record Window(
    int kernelHeight,
    int kernelWidth,
    int strideHeight,
    int strideWidth,
    int padTop,
    int padLeft,
    int padBottom,
    int padRight,
    int dilationHeight,
    int dilationWidth) {

  /** Most rows or columns of a window from its first to its last tap, of a stride, of a padding. */
  public static final int GREATEST = 1 << 28;

  /** Checks the ranges. */
  public Window {
    checkArgument(kernelHeight > 0 && kernelWidth > 0, "kernel %s x %s", kernelHeight, kernelWidth);
    checkArgument(strideHeight > 0 && strideWidth > 0, "stride %s x %s", strideHeight, strideWidth);
    checkArgument(
        dilationHeight > 0 && dilationWidth > 0, "dilation %s x %s", dilationHeight, dilationWidth);
    checkArgument(
        padTop >= 0 && padLeft >= 0 && padBottom >= 0 && padRight >= 0,
        "padding %s %s %s %s",
        padTop,
        padLeft,
        padBottom,
        padRight);
    checkArgument(
        Math.max(
                Math.max(extent(kernelHeight, dilationHeight), extent(kernelWidth, dilationWidth)),
                Math.max(
                    Math.max(strideHeight, strideWidth),
                    Math.max(Math.max(padTop, padLeft), Math.max(padBottom, padRight))))
            <= GREATEST,
        "a window, stride or padding of more than %s rows or columns",
        GREATEST);
    checkArgument(
        (long) kernelHeight * kernelWidth <= Integer.MAX_VALUE,
        "kernel %s x %s has more than 2^31 - 1 taps",
        kernelHeight,
        kernelWidth);
  }

  private static long extent(int kernel, int dilation) {
    return (kernel - 1L) * dilation + 1;
  }

  /** A dense window without padding that covers {@code height x width} pixels once. */
  public static Window frame(int height, int width) {
    return new Window(height, width, 1, 1, 0, 0, 0, 0, 1, 1);
  }

  /** Rows from the first to the last tap. */
  public int extentHeight() {
    return (kernelHeight - 1) * dilationHeight + 1;
  }

  /** Columns from the first to the last tap. */
  public int extentWidth() {
    return (kernelWidth - 1) * dilationWidth + 1;
  }

  /** Taps. */
  public int taps() {
    return kernelHeight * kernelWidth;
  }

  /** Whether any padding is set. */
  public boolean padded() {
    return padTop + padLeft + padBottom + padRight > 0;
  }
}
