package io.xbarflow.core.mapping;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.google.common.primitives.Ints;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.network.Window;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * How a core turns its input stream into windows, one for every patch of its output, patches in
 * raster order.
 *
 * <p>With a ring pixels wait in an activation memory and a column of a window is read at once.
 * Without one the stream itself moves the windows on. Either they neither overlap nor reach beyond
 * the map (a 1 x 1 kernel, or a kernel as large as the map), and the stream brings the pixels of a
 * window one behind the other, so that they go straight into the input register; or they overlap
 * inside the map, and a line buffer delays the rows of a stream in raster order.
 *
 * @param input shape of the map read
 * @param order order of the stream read
 * @param output shape of the map written
 * @param window kernel, strides, padding, dilations of the layer
 * @param patch output pixels of one window
 * @param ring the activation memory; absent when pixels go straight into the input register or
 *     through a line buffer
 */
public record Fetch(
    Shape input, StreamOrder order, Shape output, Window window, Patch patch, Optional<Ring> ring) {

  /** The constraint on shapes that is broken, if one is. */
  Optional<String> broken() {
    if (patch.height() > output.height() || patch.width() > output.width()) {
      return Optional.of("a patch of " + patch + " is larger than the output map " + output);
    }
    return ring.isPresent()
        ? broken(ring.get())
        : isDirect(input, order, output, window, patch) || isLineBuffer(input, order, window, patch)
            ? Optional.empty()
            : Optional.of(
                String.format(
                    Locale.ROOT,
                    "windows of %s in patches of %s from %s order need a ring",
                    window,
                    patch,
                    order));
  }

  private Optional<String> broken(Ring memory) {
    Window reads = reads();
    if (memory.classes() != order.patchHeight()) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "the ring has %d depths; a stream in %s order needs %d",
              memory.classes(),
              order,
              order.patchHeight()));
    }
    if (memory.pitchPixels() < input.width()) {
      return Optional.of(
          "a pitch of " + memory.pitchPixels() + " is less than the map's width " + input.width());
    }
    int taps = tapsOfClass(order, reads);
    int distance = order.raster() ? reads.dilationHeight() : 1;
    Set<Integer> banks = new HashSet<>();
    for (int i = 0; i < taps; i++) {
      banks.add((int) ((long) i * distance * memory.pitchPixels() % memory.banks()));
    }
    if (banks.size() < taps) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "%d rows of a window must stand in different banks: pitch %d, %d banks",
              taps,
              memory.pitchPixels(),
              memory.banks()));
    }
    return Optional.empty();
  }

  /** The depth that is less than the policy needs, if there is one; of a sound fetch unit. */
  Optional<String> tooShallow() {
    Ring memory = ring.orElse(null);
    for (int rowClass = 0; memory != null && rowClass < memory.classes(); rowClass++) {
      int least = leastDepth(memory, rowClass);
      if (memory.depthPixels().get(rowClass) < least) {
        return Optional.of(
            String.format(
                Locale.ROOT,
                "a depth of %d pixels is less than policy %s needs, %d",
                memory.depthPixels().get(rowClass),
                memory.memory().word(),
                least));
      }
    }
    return Optional.empty();
  }

  /** Steps from the first to the last row of class {@code rowClass} in a window, at most. */
  private int rowsHeld(int rowClass) {
    Window reads = reads();
    int classes = order.patchHeight();
    int most = 0;
    for (int row = 0; row < patch.down(output); row++) {
      int top = row * reads.strideHeight() - reads.padTop();
      int bottom = Math.min(top + reads.extentHeight(), input.height()) - 1;
      int first = Math.max(0, Math.floorDiv(Math.max(top, 0) - rowClass + classes - 1, classes));
      most = Math.max(most, Math.floorDiv(bottom - rowClass, classes) - first);
    }
    return most;
  }

  /** Places that class {@code rowClass} of {@code memory} needs to hold what is read at once. */
  public int leastDepth(Ring memory, int rowClass) {
    return Ints.saturatedCast(leastPlaces(memory, rowClass));
  }

  private long leastPlaces(Ring memory, int rowClass) {
    Window reads = reads();
    int classes = order.patchHeight();
    long pitch = memory.pitchPixels();
    int map = memory.rows(rowClass, input.height());
    int group = reads.extentHeight() + reads.strideHeight() + classes - 1;
    return switch (memory.memory()) {
      case RING -> rowsHeld(rowClass) * pitch + 1;
      case ROWS -> Math.min((group + classes - 1L) / classes, 2L * map) * pitch;
      case FRAME -> 2L * map * pitch;
    };
  }

  /** Most rows of a window {@code reads} that fall into one class of a stream in {@code order}. */
  public static int tapsOfClass(StreamOrder order, Window reads) {
    int classes = order.patchHeight();
    return order.raster() ? reads.kernelHeight() : (reads.extentHeight() + classes - 1) / classes;
  }

  /** Whether the stream brings the pixels of each window one behind the other. */
  public static boolean isDirect(
      Shape input, StreamOrder order, Shape output, Window window, Patch patch) {
    if (window.padded()) {
      return false;
    }
    if (isFrame(input, window)) {
      return true;
    }
    if (window.taps() > 1) {
      return false;
    }
    Optional<StreamOrder> kept = keptOrder(input, order, output, window);
    return kept.isPresent()
        && (patch.equals(Patch.SINGLE) || kept.get().equals(StreamOrder.of(patch, output)));
  }

  /**
   * Whether a line buffer makes the windows: they overlap or leave out pixels, but stand inside the
   * map, and pixels come in raster order.
   */
  public static boolean isLineBuffer(Shape input, StreamOrder order, Window window, Patch patch) {
    return order.raster()
        && patch.equals(Patch.SINGLE)
        && !window.padded()
        && !isFrame(input, window)
        && window.dilationHeight() == 1
        && window.dilationWidth() == 1
        && window.kernelHeight() > 1
        && window.kernelWidth() > 1
        && window.kernelWidth() <= input.width()
        && window.kernelHeight() <= input.height();
  }

  /** Whether this unit is a line buffer. */
  @JsonIgnore
  public boolean lineBuffer() {
    return ring.isEmpty()
        && !isDirect(input, order, output, window, patch)
        && isLineBuffer(input, order, window, patch);
  }

  /**
   * Whether the pixel at ({@code row}, {@code column} of the input) is the last one of a window
   * that the stream moves on.
   */
  public boolean completesWindow(int row, int column) {
    int down = row - (window.kernelHeight() - 1);
    int across = column - (window.kernelWidth() - 1);
    return down >= 0
        && across >= 0
        && down % window.strideHeight() == 0
        && across % window.strideWidth() == 0;
  }

  /** Whether the window is the whole map. */
  private static boolean isFrame(Shape input, Window window) {
    return window.dilationHeight() == 1
        && window.dilationWidth() == 1
        && window.kernelHeight() == input.height()
        && window.kernelWidth() == input.width();
  }

  /** The order of those pixels that the strides of a 1 x 1 kernel keep, if it has a name. */
  private static Optional<StreamOrder> keptOrder(
      Shape input, StreamOrder order, Shape output, Window window) {
    if (order.raster()) {
      return Optional.of(order);
    }
    boolean rows =
        order.patchHeight() % window.strideHeight() == 0 || order.patchHeight() >= input.height();
    boolean columns = order.patchWidth() % window.strideWidth() == 0;
    return rows && columns
        ? Optional.of(
            StreamOrder.of(
                new Patch(
                    (order.patchHeight() + window.strideHeight() - 1) / window.strideHeight(),
                    order.patchWidth() / window.strideWidth()),
                output))
        : Optional.empty();
  }

  /** The input of one patch: kernel, strides from patch to patch, padding, dilations. */
  @JsonIgnore
  public Window reads() {
    return patch.window(window);
  }

  /**
   * Bits of the pixels that windows sliding over the map in raster order must keep: none when each
   * goes straight into the array.
   *
   * <p>Source: {@code docs/architecture.md}, section Bounds.
   */
  @JsonIgnore
  public long slidingWindowBits() {
    return slidingPixels(reads(), input) * input.channels() * Tensor.BITS;
  }

  /** Pixels that windows {@code reads} sliding over a map {@code in} in raster order must keep. */
  public static long slidingPixels(Window reads, Shape in) {
    return reads.taps() == 1
        ? 0
        : (long) (reads.extentHeight() - 1) * in.width() + reads.extentWidth();
  }

  /** Order of the results. */
  @JsonIgnore
  public StreamOrder outputOrder() {
    return ring.isPresent() || !patch.equals(Patch.SINGLE) || isFrame(input, window)
        ? StreamOrder.of(patch, output)
        : keptOrder(input, order, output, window).orElseThrow();
  }

  /** Windows of one image. */
  @JsonIgnore
  public int windows() {
    return patch.count(output);
  }

  /** The last column that a row of windows reads; at or beyond the map's width it is padding. */
  @JsonIgnore
  public int lastColumn() {
    Window reads = reads();
    return (patch.across(output) - 1) * reads.strideWidth()
        - reads.padLeft()
        + reads.extentWidth()
        - 1;
  }

  /** The same fetch with another ring. */
  public Fetch withRing(Ring other) {
    return new Fetch(input, order, output, window, patch, Optional.of(other));
  }
}
