package io.xbarflow.core.mapping;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Window;
import java.util.Optional;

/**
 * How a core turns its input stream into windows, one for every patch of its output, patches in
 * raster order.
 *
 * <p>With a ring pixels wait in an activation memory and a column of a window is read at once.
 * Without one windows neither overlap nor reach beyond the map (a 1 x 1 kernel, or a kernel as
 * large as the map), and the stream brings the pixels of a window one behind the other, so that
 * they go straight into the input register.
 *
 * @param input shape of the map read
 * @param order order of the stream read
 * @param output shape of the map written
 * @param window kernel, strides, padding, dilations of the layer
 * @param patch output pixels of one window
 * @param ring the activation memory; absent when pixels go straight into the input register
 */
public record Fetch(
    Shape input, StreamOrder order, Shape output, Window window, Patch patch, Optional<Ring> ring) {

  /** Checks that the parts fit together. */
  public Fetch {
    checkArgument(
        patch.height() <= output.height() && patch.width() <= output.width(),
        "patch %s of a map of %s",
        patch,
        output);
    if (ring.isPresent()) {
      checkBanks(ring.get(), input, order, patch.window(window));
    } else {
      checkArgument(
          isDirect(input, order, output, window, patch),
          "windows of %s with patch %s on %s pixels in %s order need a ring",
          window,
          patch,
          input,
          order);
    }
  }

  private static void checkBanks(Ring ring, Shape input, StreamOrder order, Window reads) {
    checkArgument(
        ring.classes() == order.patchHeight(),
        "%s depths for %s rows of patches",
        ring.classes(),
        order.patchHeight());
    checkArgument(
        ring.pitchPixels() >= input.width(), "pitch %s for width %s", ring.pitchPixels(), input);
    int taps = tapsOfClass(order, reads);
    int distance = order.raster() ? reads.dilationHeight() : 1;
    checkArgument(ring.banks() >= taps, "%s banks for %s kernel rows", ring.banks(), taps);
    boolean[] taken = new boolean[ring.banks()];
    for (int i = 0; i < taps; i++) {
      int bank = Math.floorMod(i * distance * ring.pitchPixels(), ring.banks());
      checkArgument(
          !taken[bank],
          "kernel rows share a bank: pitch %s, %s banks",
          ring.pitchPixels(),
          ring.banks());
      taken[bank] = true;
    }
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
