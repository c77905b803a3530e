package io.xbarflow.rtlgen.rtl;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.mapping.Ring;
import io.xbarflow.core.mapping.StreamOrder;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Window;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;

/**
 * The flow of pixels through an activation memory, without time: writer and readers go as far as
 * they can. It finds small depths with which they get to the end.
 */
final class FetchFlow {
  private static final int IMAGES = 3;

  private final Shape map;
  private final int classes;
  private final int[] writes; // raster index by place in the stream
  private final Optional<StreamOrder> repeated;
  private Window reads;
  private int down;
  private int across;

  FetchFlow(Shape map, StreamOrder order, Optional<StreamOrder> repeated) {
    this.map = map;
    this.classes = order.patchHeight();
    this.writes = order.pixels(map);
    this.repeated = repeated;
  }

  /** Adds a reader of {@code down} x {@code across} windows. */
  void windows(Window reads, int down, int across) {
    this.reads = reads;
    this.down = down;
    this.across = across;
  }

  /** A ring that is deep enough, now and then by more than it must. */
  Ring ring(ActivationMemoryPolicy policy, int banks, int pitch, Random random) {
    int[] slots = new int[classes];
    Arrays.fill(slots, 1);
    int stuck = stuckClass(policy, banks, pitch, slots);
    while (stuck >= 0) {
      slots[stuck]++;
      stuck = stuckClass(policy, banks, pitch, slots);
    }
    ImmutableList.Builder<Integer> depths = ImmutableList.builder();
    for (int slot : slots) {
      depths.add((slot + (random.nextInt(3) == 0 ? random.nextInt(4) : 0)) * banks);
    }
    return new Ring(policy, banks, pitch, depths.build());
  }

  private long place(int image, int row, int column, int pitch) {
    int rowClass = row % classes;
    int rows = (map.height() - rowClass + classes - 1) / classes;
    return ((long) image * rows + row / classes) * pitch + column;
  }

  /** Place of {@code column} in the first row from {@code row} on of a class. */
  private long first(int rowClass, int image, int row, int column, int pitch) {
    for (int y = row; y < map.height(); y++) {
      if (y % classes == rowClass) {
        return place(image, y, column, pitch);
      }
    }
    return place(image + 1, rowClass, 0, pitch);
  }

  /** Whether a class has a row in {@code from .. to - 1}. */
  private boolean holds(int rowClass, int from, int to) {
    for (int y = from; y < to; y++) {
      if (y % classes == rowClass) {
        return true;
      }
    }
    return false;
  }

  /** The class that has too little room; -1 when everything gets to its end. */
  private int stuckClass(ActivationMemoryPolicy policy, int banks, int pitch, int[] slots) {
    int total = map.pixels() * IMAGES;
    int written = 0;
    int windowImage = reads == null ? IMAGES : 0;
    int row = 0;
    int column = 0;
    int skipped = repeated.isPresent() ? 0 : total;
    int[] skips = repeated.isPresent() ? repeated.get().pixels(map) : new int[0];
    int[] number = new int[map.pixels()]; // in the stream, by raster index
    for (int i = 0; i < writes.length; i++) {
      number[writes[i]] = i;
    }
    long[] windowFree = new long[classes];
    long[] skipFree = new long[classes];
    if (windowImage == IMAGES) {
      Arrays.fill(windowFree, Long.MAX_VALUE / 2);
    }
    if (skipped == total) {
      Arrays.fill(skipFree, Long.MAX_VALUE / 2);
    }
    int lastColumn =
        reads == null
            ? 0
            : (across - 1) * reads.strideWidth() - reads.padLeft() + reads.extentWidth() - 1;
    while (true) {
      boolean moved = false;
      if (windowImage < IMAGES) {
        int bottom =
            Math.min(
                row * reads.strideHeight() - reads.padTop() + reads.extentHeight() - 1,
                map.height() - 1);
        int needed =
            policy == ActivationMemoryPolicy.FRAME
                ? map.pixels() - 1
                : number[
                    bottom * map.width()
                        + (policy == ActivationMemoryPolicy.ROWS
                            ? map.width() - 1
                            : Math.min(column, map.width() - 1))];
        if (column >= map.width() || windowImage * map.pixels() + needed < written) {
          moved = true;
          boolean end = column == lastColumn;
          boolean last = row == down - 1;
          int top = Math.max(0, row * reads.strideHeight() - reads.padTop());
          int next =
              last ? map.height() : Math.max(0, (row + 1) * reads.strideHeight() - reads.padTop());
          for (int c = 0; c < classes; c++) {
            if (end && (last || policy != ActivationMemoryPolicy.FRAME)) {
              windowFree[c] = first(c, windowImage, next, 0, pitch);
            } else if (!end
                && policy == ActivationMemoryPolicy.RING
                && column < map.width()
                && holds(c, top, next)) {
              windowFree[c] = first(c, windowImage, top, column + 1, pitch);
            }
          }
          column = end ? 0 : column + 1;
          row = end ? (last ? 0 : row + 1) : row;
          windowImage += end && last ? 1 : 0;
        }
      }
      if (skipped < total) {
        int image = skipped / map.pixels();
        int pixel = skips[skipped % map.pixels()];
        if (image * map.pixels() + number[pixel] < written) {
          moved = true;
          skipped++;
          int y = pixel / map.width();
          int x = pixel % map.width();
          int height = repeated.get().patchHeight();
          int top = y / height * height;
          int bottom = Math.min(top + height, map.height());
          boolean end = x == map.width() - 1;
          if (y == bottom - 1 && (end || (x + 1) % repeated.get().patchWidth() == 0)) {
            for (int c = 0; c < classes; c++) {
              if (end) {
                skipFree[c] = first(c, image, bottom, 0, pitch);
              } else if (holds(c, top, bottom)) {
                skipFree[c] = first(c, image, top, x + 1, pitch);
              }
            }
          }
        }
      }
      if (written < total) {
        int pixel = writes[written % map.pixels()];
        int c = pixel / map.width() % classes;
        long at = place(written / map.pixels(), pixel / map.width(), pixel % map.width(), pitch);
        long free = Math.min(windowFree[c], skipFree[c]);
        if (at - free < (long) slots[c] * banks) {
          moved = true;
          written++;
        } else if (!moved) {
          return c;
        }
      } else if (!moved) {
        return -1;
      }
    }
  }
}
