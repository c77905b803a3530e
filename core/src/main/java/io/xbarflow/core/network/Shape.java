package io.xbarflow.core.network;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * Shape of one image of a feature map; a vector is a 1 x 1 map.
 *
 * @param channels values per pixel
 * @param height rows
 * @param width columns; all three together have at most 2^31 - 1 values
 */
public record Shape(int channels, int height, int width) {
  /** Checks that every extent is positive. */
  public Shape {
    checkArgument(channels > 0, "channels %s", channels);
    checkArgument(height > 0, "height %s", height);
    checkArgument(width > 0, "width %s", width);
    checkArgument(
        (long) height * width <= Integer.MAX_VALUE / channels,
        "%s x %s x %s values, more than 2^31 - 1",
        channels,
        height,
        width);
  }

  /** Pixels of one image. */
  public int pixels() {
    return height * width;
  }

  /** Values of one image. */
  public int size() {
    return channels * height * width;
  }

  @Override
  public String toString() {
    return channels + "x" + height + "x" + width;
  }
}
