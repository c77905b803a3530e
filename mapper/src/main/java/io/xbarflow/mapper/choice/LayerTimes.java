package io.xbarflow.mapper.choice;

import io.xbarflow.core.mapping.Patch;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Window;

/**
 * What the parts of a convolution's core need for one image, in cycles. They overlap, so the layer
 * takes as long as the slowest.
 *
 * @param slots MVMs that each copy does one after the other
 * @param mvmCycles cycles of these MVMs
 * @param fetchCycles cycles in which the window fetch unit reads, one column of windows a cycle
 * @param pixelCycles cycles on the busier of the layer's two links, one pixel a cycle
 */
public record LayerTimes(long slots, long mvmCycles, long fetchCycles, long pixelCycles) {

  /**
   * The times of a layer.
   *
   * @param input shape of the map it reads
   * @param output shape of the map it writes
   * @param window its window
   * @param choice its patch and copies
   * @param cyclesPerMvm cycles of one MVM
   */
  public static LayerTimes of(
      Shape input, Shape output, Window window, LayerChoice choice, int cyclesPerMvm) {
    long slots = choice.slots(output);
    return new LayerTimes(
        slots,
        slots * cyclesPerMvm,
        fetchCycles(input, output, window, choice.patch()),
        Math.max(input.pixels(), output.pixels()));
  }

  /** Cycles of one image in steady state. */
  public long cycles() {
    return Math.max(mvmCycles, Math.max(fetchCycles, pixelCycles));
  }

  /**
   * Cycles for reading all windows of an image: for every row of patches, the columns from the
   * first to the last that a window reaches inside the map. Columns that windows share are read
   * once.
   */
  static long fetchCycles(Shape input, Shape output, Window window, Patch patch) {
    Window reach = patch.window(window);
    int last =
        (patch.across(output) - 1) * reach.strideWidth()
            - reach.padLeft()
            + reach.extentWidth()
            - 1;
    return (long) patch.down(output) * Math.max(0, Math.min(input.width(), last + 1));
  }
}
