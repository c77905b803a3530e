package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.onnx.View.Axis;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * How the dimensions of one image run over the channels, rows and columns of a feature map, after
 * any Reshape and Transpose that only split, join and exchange axes.
 *
 * @param map the feature map
 * @param dims of every ONNX dimension, without the batch axis, the parts it runs over, outermost
 *     first; none when its extent is 1
 */
record Arrangement(Shape map, ImmutableList<ImmutableList<Part>> dims) {

  /**
   * Every {@code stride}-th channel, row or column, {@code extent} times.
   *
   * @param axis channels, rows or columns
   * @param extent how often
   * @param stride distance
   */
  record Part(Axis axis, int extent, int stride) {}

  /** What {@code view} says. */
  static Arrangement of(View view) {
    Shape map = view.shape();
    Part channels = new Part(Axis.CHANNELS, map.channels(), 1);
    Part rows = new Part(Axis.ROWS, map.height(), 1);
    Part columns = new Part(Axis.COLUMNS, map.width(), 1);
    ImmutableList.Builder<ImmutableList<Part>> dims = ImmutableList.builder();
    for (int i = 0; i < view.dims().size(); i++) {
      dims.add(
          switch (view.axis(i)) {
            case CHANNELS -> parts(channels);
            case ROWS -> parts(rows);
            case COLUMNS -> view.dims().size() == 3 ? parts(columns) : parts(rows, columns);
            case SEVERAL -> parts(channels, rows, columns);
          });
    }
    return new Arrangement(map, dims.build());
  }

  private static ImmutableList<Part> parts(Part... parts) {
    ImmutableList.Builder<Part> several = ImmutableList.builder();
    for (Part part : parts) {
      if (part.extent() > 1) {
        several.add(part);
      }
    }
    return several.build();
  }

  /** The ONNX dimensions. */
  ImmutableList<Integer> extents() {
    return dims.stream().map(Arrangement::extent).collect(ImmutableList.toImmutableList());
  }

  private static int extent(List<Part> parts) {
    return parts.stream().mapToInt(Part::extent).reduce(1, (a, b) -> a * b);
  }

  /** The same values with dimension {@code permutation[i]} as dimension {@code i}. */
  Arrangement transposed(ImmutableList<Integer> permutation) {
    return new Arrangement(
        map, permutation.stream().map(dims::get).collect(ImmutableList.toImmutableList()));
  }

  /** The same values with other dimensions; empty when these cut through a part. */
  Optional<Arrangement> reshaped(ImmutableList<Integer> newDims) {
    List<Part> rest = new ArrayList<>();
    dims.forEach(rest::addAll);
    ImmutableList.Builder<ImmutableList<Part>> result = ImmutableList.builder();
    for (int extent : newDims) {
      int left = extent;
      ImmutableList.Builder<Part> taken = ImmutableList.builder();
      while (left > 1) {
        if (rest.isEmpty()) {
          return Optional.empty();
        }
        Part part = rest.remove(0);
        if (left % part.extent() == 0) {
          taken.add(part);
          left /= part.extent();
        } else if (part.extent() % left == 0) {
          int inner = part.extent() / left;
          taken.add(new Part(part.axis(), left, part.stride() * inner));
          rest.add(0, new Part(part.axis(), inner, part.stride()));
          left = 1;
        } else {
          return Optional.empty();
        }
      }
      result.add(taken.build());
    }
    return rest.isEmpty() ? Optional.of(new Arrangement(map, result.build())) : Optional.empty();
  }

  /**
   * A feature map of the same rows and columns with its channels in another order.
   *
   * @param view how ONNX sees it
   * @param channels of every channel, which one of the map it is
   */
  record Reordered(View view, ImmutableList<Integer> channels) {}

  /** This as a feature map, channels first or last, or as a vector; empty when it is none. */
  Optional<Reordered> asMap() {
    ImmutableList<Part> rows = parts(new Part(Axis.ROWS, map.height(), 1));
    ImmutableList<Part> columns = parts(new Part(Axis.COLUMNS, map.width(), 1));
    int last = dims.size() - 1;
    return switch (dims.size()) {
      case 1 -> asVector(dims.get(0), rows, columns);
      case 2 ->
          map.height() > 1
              ? Optional.empty()
              : first(dims.get(1).equals(columns), dims.get(0), false)
                  .or(() -> first(dims.get(0).equals(columns), dims.get(1), true));
      case 3 ->
          first(dims.get(1).equals(rows) && dims.get(last).equals(columns), dims.get(0), false)
              .or(
                  () ->
                      first(
                          dims.get(0).equals(rows) && dims.get(1).equals(columns),
                          dims.get(last),
                          true));
      default -> Optional.empty();
    };
  }

  private Optional<Reordered> first(boolean fits, ImmutableList<Part> parts, boolean last) {
    return fits && ofChannels(parts)
        ? Optional.of(new Reordered(new View(map, extents(), last), order(parts)))
        : Optional.empty();
  }

  private Optional<Reordered> asVector(
      ImmutableList<Part> parts, ImmutableList<Part> rows, ImmutableList<Part> columns) {
    int pixels = rows.size() + columns.size();
    int channels = parts.size() - pixels;
    if (channels < 0
        || !ofChannels(parts.subList(0, channels))
        || !parts.subList(channels, channels + rows.size()).equals(rows)
        || !parts.subList(channels + rows.size(), parts.size()).equals(columns)) {
      return Optional.empty();
    }
    return Optional.of(
        new Reordered(new View(map, extents(), false), order(parts.subList(0, channels))));
  }

  /** Whether the innermost dimension runs over all channels of a pixel, and nothing else. */
  boolean endsInChannels() {
    List<Part> last = dims.get(dims.size() - 1);
    return ofChannels(last) && extent(last) == map.channels();
  }

  /** Whether the innermost dimension runs over the whole map. */
  boolean endsInMap() {
    return extent(dims.get(dims.size() - 1)) == map.size();
  }

  /**
   * Of every position of the innermost dimension, which value of the part of the map that it runs
   * over it is, counted by channels, rows, columns: of a pixel or of the whole map.
   */
  ImmutableList<Integer> innermostOrder() {
    int rows = map.width();
    int channels = endsInChannels() ? 1 : map.pixels();
    return order(
        dims.get(dims.size() - 1),
        axis ->
            switch (axis) {
              case CHANNELS -> channels;
              case ROWS -> rows;
              default -> 1;
            });
  }

  /** What a product with a matrix of {@code outputs} columns makes of this. */
  Arrangement product(Shape result, int outputs) {
    ImmutableList.Builder<ImmutableList<Part>> kept = ImmutableList.builder();
    kept.addAll(dims.subList(0, dims.size() - 1));
    return new Arrangement(result, kept.add(parts(new Part(Axis.CHANNELS, outputs, 1))).build());
  }

  /**
   * The order of the host in which this reads the map from its first to its last value: whether
   * channels are last; empty when it is neither that nor channels, rows, columns.
   */
  Optional<Boolean> channelsLast() {
    Part channels = new Part(Axis.CHANNELS, map.channels(), 1);
    Part rows = new Part(Axis.ROWS, map.height(), 1);
    Part columns = new Part(Axis.COLUMNS, map.width(), 1);
    ImmutableList<ImmutableList<Part>> flat = reshaped(ImmutableList.of(map.size())).get().dims();
    if (joined(flat.get(0)).equals(parts(channels, rows, columns))) {
      return Optional.of(false);
    }
    return joined(flat.get(0)).equals(parts(rows, columns, channels))
        ? Optional.of(true)
        : Optional.empty();
  }

  /**
   * How this is read from the map in the order of channels, rows, columns.
   *
   * @param dims dimensions that the map is split into
   * @param permutation of every dimension of the result, before some are joined, which one it was
   */
  record Reading(ImmutableList<Integer> dims, ImmutableList<Integer> permutation) {}

  /** The map split into the parts that this runs over, and their order. */
  Reading reading() {
    List<Part> wanted = new ArrayList<>();
    dims.forEach(wanted::addAll);
    List<Part> given = new ArrayList<>(wanted);
    given.sort(
        Comparator.comparing((Part part) -> part.axis())
            .thenComparing(Comparator.comparing(Part::stride).reversed()));
    return new Reading(
        given.stream().map(Part::extent).collect(ImmutableList.toImmutableList()),
        wanted.stream().map(given::indexOf).collect(ImmutableList.toImmutableList()));
  }

  /** {@code parts} with neighbours joined that are one part split in two. */
  private static ImmutableList<Part> joined(List<Part> parts) {
    List<Part> result = new ArrayList<>();
    for (Part part : parts) {
      Part before = result.isEmpty() ? null : result.get(result.size() - 1);
      if (before != null
          && before.axis() == part.axis()
          && before.stride() == part.extent() * part.stride()) {
        result.remove(result.size() - 1);
        result.add(new Part(part.axis(), before.extent() * part.extent(), part.stride()));
      } else {
        result.add(part);
      }
    }
    return ImmutableList.copyOf(result);
  }

  private static boolean ofChannels(List<Part> parts) {
    return parts.stream().allMatch(part -> part.axis() == Axis.CHANNELS);
  }

  private static ImmutableList<Integer> order(List<Part> parts) {
    return order(parts, axis -> 1);
  }

  private static ImmutableList<Integer> order(List<Part> parts, ToIntFunction<Axis> distance) {
    List<Integer> order = List.of(0);
    for (Part part : parts) {
      List<Integer> finer = new ArrayList<>();
      for (int base : order) {
        for (int i = 0; i < part.extent(); i++) {
          finer.add(base + i * part.stride() * distance.applyAsInt(part.axis()));
        }
      }
      order = finer;
    }
    return ImmutableList.copyOf(order);
  }
}
