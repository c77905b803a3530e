package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How ONNX sees one image of a feature map.
 *
 * @param shape the feature map
 * @param dims ONNX dimensions without the batch axis
 * @param channelsLast whether {@code dims} is rows, channels rather than channels, rows, columns
 */
record View(Shape shape, ImmutableList<Integer> dims, boolean channelsLast) {

  /** A vector of {@code length} channels, or channels x length, or channels x height x width. */
  static Optional<View> ofDims(ImmutableList<Integer> dims) {
    return switch (dims.size()) {
      case 1 -> Optional.of(new View(new Shape(dims.get(0), 1, 1), dims, false));
      case 2 -> Optional.of(new View(new Shape(dims.get(0), 1, dims.get(1)), dims, false));
      case 3 ->
          Optional.of(new View(new Shape(dims.get(0), dims.get(1), dims.get(2)), dims, false));
      default -> Optional.empty();
    };
  }

  /** A feature map, with {@code rank} ONNX dimensions (2 leaves the single row out). */
  static View ofMap(Shape shape, int rank) {
    return new View(
        shape,
        rank == 2
            ? ImmutableList.of(shape.channels(), shape.width())
            : ImmutableList.of(shape.channels(), shape.height(), shape.width()),
        false);
  }

  /** Rows of vectors: ONNX [rows, channels], a map of one row. */
  static View ofRows(int rows, int channels) {
    return new View(new Shape(channels, 1, rows), ImmutableList.of(rows, channels), true);
  }

  /** ONNX [rows, columns, channels]. */
  static View ofChannelsLast(ImmutableList<Integer> dims) {
    return new View(new Shape(dims.get(2), dims.get(0), dims.get(1)), dims, true);
  }

  /** A vector. */
  static View ofVector(int channels) {
    return new View(new Shape(channels, 1, 1), ImmutableList.of(channels), false);
  }

  /** What the ONNX dimensions of one image run over. */
  enum Axis {
    CHANNELS,
    ROWS,
    COLUMNS,
    /** Several of these together, as after Flatten. */
    SEVERAL
  }

  /** What dimension {@code index} runs over. */
  Axis axis(int index) {
    if (dims.size() == 1) {
      return shape.pixels() == 1 ? Axis.CHANNELS : Axis.SEVERAL;
    }
    int channels = channelsLast ? dims.size() - 1 : 0;
    if (index == channels) {
      return Axis.CHANNELS;
    }
    int spatial = channelsLast ? index : index - 1;
    return dims.size() == 3 && spatial == 0 ? Axis.ROWS : Axis.COLUMNS;
  }

  /** The same view of a map with {@code count} channels, for {@code node}. */
  View withChannels(Node node, long count) {
    int channels = dims.size() == 1 ? 0 : channelsLast ? dims.size() - 1 : 0;
    return axis(channels) == Axis.CHANNELS ? withExtent(node, channels, count) : this;
  }

  /**
   * The view of a map with {@code extent} positions in dimension {@code index}, which runs over one
   * axis, for {@code node}.
   */
  View withExtent(Node node, int index, long extent) {
    String where = node.where();
    Shape map =
        switch (axis(index)) {
          case CHANNELS -> Limits.map(where, extent, shape.height(), shape.width());
          case ROWS -> Limits.map(where, shape.channels(), extent, shape.width());
          case COLUMNS -> Limits.map(where, shape.channels(), shape.height(), extent);
          case SEVERAL -> throw new IllegalArgumentException("dimension of " + this);
        };
    List<Integer> newDims = new ArrayList<>(dims);
    newDims.set(index, (int) extent);
    return new View(map, ImmutableList.copyOf(newDims), channelsLast);
  }

  /** Whether it is a vector that a matrix product reads whole. */
  boolean isVector() {
    return dims.size() == 1;
  }

  /** Whether it is channels x height x width or channels x length. */
  boolean isMap() {
    return !channelsLast && dims.size() >= 2;
  }

  /** The same map with other ONNX dimensions, when no value moves to another place of the map. */
  Optional<View> reshaped(ImmutableList<Integer> newDims) {
    if (newDims.equals(dims)) {
      return Optional.of(this);
    }
    boolean sameOrder = !channelsLast || shape.channels() == 1 || shape.pixels() == 1;
    if (!sameOrder) {
      return Optional.empty();
    }
    if (newDims.size() == 1 && newDims.get(0) == shape.size()) {
      return Optional.of(new View(shape, newDims, false));
    }
    boolean sameSize = Limits.product(newDims) == shape.size() && !newDims.contains(0);
    return sameSize ? ofDims(newDims).filter(view -> view.shape().equals(shape)) : Optional.empty();
  }
}
