package io.xbarflow.mapper.choice;

import io.xbarflow.core.mapping.Patch;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Window;
import java.util.List;

/**
 * When the pixels of a map are done in the first image, in slots; one time per patch. Times never
 * fall from a pixel to one further right or further down, so that a window is there when its last
 * pixel is.
 */
final class MapTimes {
  private final Shape shape;
  private final Patch patch;
  private final int across;
  private final int[] done; // raster order of patches

  private MapTimes(Shape shape, Patch patch, int[] done) {
    this.shape = shape;
    this.patch = patch;
    this.across = patch.across(shape);
    this.done = done;
  }

  /** A map that is there from the start. */
  static MapTimes atOnce(Shape shape) {
    return new MapTimes(shape, new Patch(shape.height(), shape.width()), new int[1]);
  }

  /** Slot after which the whole map is done. */
  int last() {
    return done[done.length - 1];
  }

  /**
   * The output of a convolution of this map: patch x starts at {@code max(ready(x), start(x-1),
   * start(x-r)+d)}, where r is the number of copies and d the duration of an MVM in slots, and is
   * done d slots later.
   */
  MapTimes convolved(Shape output, Window window, LayerChoice choice, int duration) {
    Patch patches = choice.patch();
    int copies = choice.copies();
    int[] times = ready(output, patches, window);
    int previous = 0;
    for (int x = 0; x < times.length; x++) {
      int start = Math.max(times[x], previous);
      if (x >= copies) {
        start = Math.max(start, times[x - copies]);
      }
      previous = start;
      times[x] = start + duration;
    }
    return new MapTimes(output, patches, times);
  }

  /** The output of a pooling layer, which is done when its window is there. */
  MapTimes pooled(Shape output, Window window) {
    return new MapTimes(output, Patch.SINGLE, ready(output, Patch.SINGLE, window));
  }

  /** When the windows of all pixels inside the map of each patch are there. */
  private int[] ready(Shape output, Patch patches, Window window) {
    int[] rows =
        lastTaps(
            output.height(),
            patches.height(),
            window.strideHeight(),
            window.padTop(),
            window.kernelHeight(),
            window.dilationHeight(),
            shape.height());
    int[] columns =
        lastTaps(
            output.width(),
            patches.width(),
            window.strideWidth(),
            window.padLeft(),
            window.kernelWidth(),
            window.dilationWidth(),
            shape.width());
    for (int x = 0; x < columns.length; x++) {
      columns[x] = columns[x] < 0 ? -1 : columns[x] / patch.width();
    }
    int[] ready = new int[rows.length * columns.length];
    int next = 0;
    for (int row : rows) {
      int first = row / patch.height() * across;
      for (int column : columns) {
        ready[next++] = row < 0 || column < 0 ? 0 : done[first + column];
      }
    }
    return ready;
  }

  /**
   * For each patch along one axis, the last position inside the map that a window of it or of the
   * patches before it reads; -1 when they read padding only. A patch never waits for less than
   * those before it, because it starts after them.
   */
  private static int[] lastTaps(
      int outputs, int extent, int stride, int padding, int kernel, int dilation, int size) {
    int[] last = new int[(outputs + extent - 1) / extent];
    int reached = -1;
    for (int output = 0; output < outputs; output++) {
      for (int tap = 0; tap < kernel; tap++) {
        int position = output * stride - padding + tap * dilation;
        reached = position < size ? Math.max(reached, position) : reached;
      }
      last[output / extent] = reached;
    }
    return last;
  }

  /** A map of this shape whose pixels are done when those of both maps are. */
  MapTimes and(MapTimes that) {
    if (patch.equals(that.patch)) {
      int[] later = done.clone();
      for (int i = 0; i < later.length; i++) {
        later[i] = Math.max(later[i], that.done[i]);
      }
      return new MapTimes(shape, patch, later);
    }
    int[] later = new int[shape.pixels()];
    int next = 0;
    for (int y = 0; y < shape.height(); y++) {
      for (int x = 0; x < shape.width(); x++) {
        later[next++] = Math.max(at(y, x), that.at(y, x));
      }
    }
    return new MapTimes(shape, Patch.SINGLE, later);
  }

  /** The map that {@code layer} cuts from this one or pads, of {@code output}'s shape. */
  MapTimes reframed(Shape output, Layer.Reframe layer) {
    int[] given = new int[output.pixels()];
    for (int pixel = 0; pixel < given.length; pixel++) {
      int row = layer.firstRow() + pixel / output.width() * layer.rowStep();
      int column = layer.firstColumn() + pixel % output.width() * layer.columnStep();
      boolean inside = row >= 0 && row < shape.height() && column >= 0 && column < shape.width();
      given[pixel] = inside ? at(row, column) : at(0, 0);
    }
    return inStreamOrder(output, given);
  }

  /** Maps one below the other, or one beside the other, in a map of {@code output}'s shape. */
  static MapTimes joined(Shape output, List<MapTimes> maps, boolean rows) {
    int[] given = new int[output.pixels()];
    int first = 0;
    for (MapTimes map : maps) {
      for (int pixel = 0; pixel < map.shape.pixels(); pixel++) {
        int y = pixel / map.shape.width();
        int x = pixel % map.shape.width();
        int place = rows ? (first + y) * output.width() + x : y * output.width() + first + x;
        given[place] = map.at(y, x);
      }
      first += rows ? map.shape.height() : map.shape.width();
    }
    return inStreamOrder(output, given);
  }

  /** No pixel is done before the one that comes before it in raster order. */
  private static MapTimes inStreamOrder(Shape output, int[] given) {
    for (int pixel = 1; pixel < given.length; pixel++) {
      given[pixel] = Math.max(given[pixel], given[pixel - 1]);
    }
    return new MapTimes(output, Patch.SINGLE, given);
  }

  private int at(int y, int x) {
    return done[y / patch.height() * across + x / patch.width()];
  }
}
