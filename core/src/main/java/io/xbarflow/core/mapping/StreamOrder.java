package io.xbarflow.core.mapping;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.xbarflow.core.network.Shape;

/**
 * Order in which a link carries the pixels of a map: patch by patch, patches in raster order, the
 * pixels of a patch in raster order. Pixels of a patch beyond the map's edge are left out. Patches
 * of one pixel are raster order.
 *
 * @param patchHeight rows of a patch; 1 means raster order
 * @param patchWidth columns of a patch
 */
public record StreamOrder(int patchHeight, int patchWidth) {
  /** Row by row, left to right. */
  public static final StreamOrder RASTER = new StreamOrder(1, 1);

  /** Checks that raster order has one name. */
  public StreamOrder {
    checkArgument(
        ((patchHeight > 1 && patchWidth > 0) || (patchHeight == 1 && patchWidth == 1))
            && (long) patchHeight * patchWidth <= Integer.MAX_VALUE,
        "order of patches %sx%s: a patch of one row is raster order, 1x1",
        patchHeight,
        patchWidth);
  }

  /** The order in which patches of {@code patch} cover a map of {@code shape}. */
  public static StreamOrder of(Patch patch, Shape shape) {
    int height = Math.min(patch.height(), shape.height());
    return height == 1 || patch.width() >= shape.width()
        ? RASTER
        : new StreamOrder(height, patch.width());
  }

  /** Whether pixels come row by row. */
  @JsonIgnore
  public boolean raster() {
    return patchHeight == 1;
  }

  /** For every pixel of a map of {@code shape}, in the order of the stream, its raster index. */
  public int[] pixels(Shape shape) {
    int[] pixels = new int[shape.pixels()];
    int next = 0;
    for (int top = 0; top < shape.height(); top += patchHeight) {
      for (int left = 0; left < shape.width(); left += patchWidth) {
        for (int y = top; y < Math.min(top + patchHeight, shape.height()); y++) {
          for (int x = left; x < Math.min(left + patchWidth, shape.width()); x++) {
            pixels[next++] = y * shape.width() + x;
          }
        }
      }
    }
    return pixels;
  }

  @Override
  public String toString() {
    return raster() ? "raster" : "patches " + patchHeight + "x" + patchWidth;
  }
}
