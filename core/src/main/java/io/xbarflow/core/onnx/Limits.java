package io.xbarflow.core.onnx;

import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.Shape;
import java.util.List;
import java.util.Locale;

/**
 * The largest models that are read. Every size that a file states is checked here before anything
 * is computed with it; within these limits no product of sizes leaves {@code int}, unless {@link
 * #product} forms it. docs/operators.md lists them.
 */
final class Limits {
  /** Bytes of a file. */
  static final long FILE_BYTES = 640L << 20;

  /** Bytes of a file that are no values of tensors: nodes, names, attributes, dimensions. */
  static final long STRUCTURE_BYTES = 16L << 20;

  /** Bytes that the file and all that is computed from it may take together. */
  static final long MEMORY_BYTES = 832L << 20;

  /** Nodes of a graph. */
  static final int NODES = 100_000;

  /** Graph inputs that are not stored. */
  static final int INPUTS = 256;

  /** Graph outputs. */
  static final int OUTPUTS = 1024;

  /** Layers of the network. */
  static final int LAYERS = 2048;

  /** Axes of a tensor. */
  static final int RANK = 16;

  /** Values of a stored tensor. */
  static final int STORED_VALUES = 1 << 29;

  /** Channels of a feature map, and values of a list of channels. */
  static final int CHANNELS = 1 << 20;

  /** Rows or columns of a feature map; also of kernels, strides, dilations and pads. */
  static final int EXTENT = 1 << 22;

  /** Pixels of a feature map, and taps of a kernel. */
  static final int PIXELS = 1 << 22;

  /** Values of a feature map. */
  static final int MAP_VALUES = 1 << 27;

  private static final String SMALLER =
      "Use a smaller model; docs/operators.md lists the limits of the importer.";

  private Limits() {}

  /** The product of {@code dims}, none of which is negative; {@code Long.MAX_VALUE} beyond that. */
  static long product(List<Integer> dims) {
    long product = 1;
    for (int dim : dims) {
      if (dim == 0) {
        return 0;
      }
      product = product > Long.MAX_VALUE / dim ? Long.MAX_VALUE : product * dim;
    }
    return product;
  }

  /** The shape of a feature map, when it is one within the limits. */
  static Shape map(String where, long channels, long height, long width) {
    boolean positive = channels > 0 && height > 0 && width > 0;
    if (!positive
        || channels > CHANNELS
        || height > EXTENT
        || width > EXTENT
        || height * width > PIXELS
        || channels * height * width > MAP_VALUES) {
      throw Refusal.of(
          where,
          String.format(
              Locale.ROOT,
              "a feature map of %d channels, %d rows and %d columns",
              channels,
              height,
              width),
          positive
              ? String.format(
                  Locale.ROOT,
                  "at most %,d channels, %,d pixels and %,d values",
                  CHANNELS,
                  PIXELS,
                  MAP_VALUES)
              : "at least one channel, row and column",
          positive ? SMALLER : "Check the shapes of the model.");
    }
    return new Shape((int) channels, (int) height, (int) width);
  }

  /** {@code value}, what a node states as {@code what}, when it is at most {@code most}. */
  static int atMost(String where, String what, long value, int most) {
    if (value > most) {
      throw tooMany(where, value + " " + what, most, what);
    }
    return (int) value;
  }

  /** {@code value}, a pad or crop of an axis, when it is within the largest extent. */
  static int pad(String where, long value) {
    if (Math.abs(value) > EXTENT) {
      throw tooMany(where, "a pad of " + value, EXTENT, "rows or columns");
    }
    return (int) value;
  }

  private static UserException tooMany(String where, String found, long most, String what) {
    return Refusal.of(
        where, found, String.format(Locale.ROOT, "at most %,d %s", most, what), SMALLER);
  }

  /** Counts the bytes that a model takes. */
  static final class Memory {
    private long left = MEMORY_BYTES;

    /** Takes {@code count} values of {@code bytes} bytes each, before they are made. */
    void take(String where, long count, int bytes) {
      // At most 2^62 by 2^10 values would not fit a long.
      long needed = count > MEMORY_BYTES ? MEMORY_BYTES + 1 : count * bytes;
      if (needed > left) {
        throw Refusal.of(
            where,
            String.format(Locale.ROOT, "%,d values more than there is memory for", count),
            String.format(
                Locale.ROOT,
                "a model that takes at most %,d MiB with all that is computed from it",
                MEMORY_BYTES >> 20),
            SMALLER);
      }
      left -= needed;
    }
  }
}
