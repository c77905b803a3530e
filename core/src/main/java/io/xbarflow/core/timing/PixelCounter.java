package io.xbarflow.core.timing;

import io.xbarflow.core.mapping.Fetch;

/**
 * Which place of the stream each step of a ring's fetch unit needs and which it gives back. Places
 * count pixels over all images, rows {@code pitch} apart. Fetch steps go over the output rows; in
 * each from column 0 to the last column that a window touches.
 */
final class PixelCounter {
  private final Fetch fetch;
  private final long placesPerImage;

  PixelCounter(Fetch fetch) {
    this.fetch = fetch;
    this.placesPerImage = (long) fetch.input().height() * fetch.pitchPixels();
  }

  /** Place of input pixel {@code pixel} of image {@code image}, pixels in raster order. */
  long place(long image, int pixel) {
    int width = fetch.input().width();
    return image * placesPerImage + (long) (pixel / width) * fetch.pitchPixels() + pixel % width;
  }

  /** The newest place that must be written before column {@code column} of {@code row} is read. */
  long newest(long image, int row, int column) {
    int last =
        Math.min(
            row * fetch.window().strideHeight()
                - fetch.window().padTop()
                + fetch.window().extentHeight()
                - 1,
            fetch.input().height() - 1);
    return image * placesPerImage + (long) last * fetch.pitchPixels() + column;
  }

  /** All places before the result are free after column {@code column} of {@code row} was read. */
  long freed(long image, int row, int column) {
    long base = image * placesPerImage;
    int top = top(row);
    if (column == fetch.lastColumn()) {
      return row == fetch.output().height() - 1
          ? base + placesPerImage
          : base + (long) top(row + 1) * fetch.pitchPixels();
    }
    boolean neededAgain = row < fetch.output().height() - 1 && top(row + 1) == top;
    return base
        + (long) top * fetch.pitchPixels()
        + (neededAgain ? 0 : Math.min(column + 1, fetch.input().width()));
  }

  private int top(int row) {
    return Math.max(0, row * fetch.window().strideHeight() - fetch.window().padTop());
  }
}
