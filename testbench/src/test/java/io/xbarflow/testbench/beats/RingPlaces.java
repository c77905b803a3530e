package io.xbarflow.testbench.beats;

import io.xbarflow.core.mapping.Ring;
import io.xbarflow.core.mapping.StreamOrder;
import io.xbarflow.core.network.Shape;

/** Where the pixels of a stream stand in a ring; places count over all images, class by class. */
final class RingPlaces {
  private final Ring ring;
  private final Shape map;
  private final int classes;
  private final long[] imagePlaces; // of each class
  private final int[] classOf; // by place in the stream of one image
  private final int[] placeOf;
  private final int[] streamIndex; // by raster index

  RingPlaces(Ring ring, Shape map, StreamOrder order) {
    this.ring = ring;
    this.map = map;
    this.classes = ring.classes();
    this.imagePlaces = new long[classes];
    for (int rowClass = 0; rowClass < classes; rowClass++) {
      imagePlaces[rowClass] = (long) ring.rows(rowClass, map.height()) * ring.pitchPixels();
    }
    int[] pixels = order.pixels(map);
    this.classOf = new int[pixels.length];
    this.placeOf = new int[pixels.length];
    this.streamIndex = new int[pixels.length];
    for (int index = 0; index < pixels.length; index++) {
      int row = pixels[index] / map.width();
      classOf[index] = row % classes;
      placeOf[index] = row / classes * ring.pitchPixels() + pixels[index] % map.width();
      streamIndex[pixels[index]] = index;
    }
  }

  int classes() {
    return classes;
  }

  /** Places of one image in {@code rowClass}. */
  long imagePlaces(int rowClass) {
    return imagePlaces[rowClass];
  }

  /** Class of the pixel that comes as number {@code index} of its image. */
  int classOf(int index) {
    return classOf[index];
  }

  /** Place of the pixel that comes as number {@code index} of image {@code image}. */
  long place(long image, int index) {
    return image * imagePlaces[classOf[index]] + placeOf[index];
  }

  /** Number in its image's stream of the pixel in {@code row} and {@code column}. */
  int streamIndex(int row, int column) {
    return streamIndex[row * map.width() + column];
  }

  /** First row from {@code row} on that is in class {@code rowClass}. */
  int firstRow(int rowClass, int row) {
    int behind = (row - rowClass) % classes;
    return row < rowClass ? rowClass : behind == 0 ? row : row + classes - behind;
  }

  /** Place of {@code column} in the first row from {@code row} on of {@code rowClass}. */
  long firstPlace(long image, int rowClass, int row, int column) {
    int first = firstRow(rowClass, row);
    return first >= map.height()
        ? (image + 1) * imagePlaces[rowClass]
        : image * imagePlaces[rowClass] + (long) (first / classes) * ring.pitchPixels() + column;
  }

  /** Places in the ring of {@code rowClass}. */
  int depth(int rowClass) {
    return ring.depthPixels().get(rowClass);
  }
}
