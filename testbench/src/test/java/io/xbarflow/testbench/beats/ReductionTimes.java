package io.xbarflow.testbench.beats;

import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Window;

/**
 * A reduction with partial results in a memory, as global average pools and max pools of a row have
 * it. A beat is taken while its partial result is read and is merged one cycle later, or later when
 * it completes a result: this enters the arithmetic pipe with the merging. In the cycle in which a
 * beat is merged the next one can be taken.
 *
 * <p>Beat n crosses in {@code cross(n)}. It is accepted from {@code max(cross(n-1) + 1,
 * merge(n-1))} on and merged in {@code merge(n) = cross(n) + 1}, or in the first cycle from then on
 * in which the pipe has room if it completes a result.
 */
final class ReductionTimes {
  private final int beatsPerPixel;
  private final int total;
  private final boolean[] completes; // a result, by pixel of one image
  private final BeatTimes input;
  private final ElasticPipe pipe;
  private int merged;
  private long lastMerge = -1;

  private ReductionTimes(
      Link link, boolean[] completes, BeatTimes input, ElasticPipe pipe, int images) {
    this.beatsPerPixel = link.beatsPerPixel();
    this.total = link.beatsPerImage() * images;
    this.completes = completes;
    this.input = input;
    this.pipe = pipe;
  }

  /** Over the whole map that {@code link} carries: the last pixel completes the results. */
  static ReductionTimes ofMap(Link link, BeatTimes input, ElasticPipe pipe, int images) {
    boolean[] completes = new boolean[link.shape().pixels()];
    completes[completes.length - 1] = true;
    return new ReductionTimes(link, completes, input, pipe, images);
  }

  /**
   * Over windows with {@code output} as the map of their results; {@code link} is in raster order.
   * The last pixel of each window, inside the map, completes its results and no others.
   */
  static ReductionTimes ofWindows(
      Link link, Window window, Shape output, BeatTimes input, ElasticPipe pipe, int images) {
    Shape map = link.shape();
    boolean[] completes = new boolean[map.pixels()];
    for (int y = 0; y < output.height(); y++) {
      int row = y * window.strideHeight() - window.padTop() + window.kernelHeight() - 1;
      int start = Math.min(row, map.height() - 1) * map.width();
      for (int x = 0; x < output.width(); x++) {
        int column = x * window.strideWidth() - window.padLeft() + window.kernelWidth() - 1;
        completes[start + Math.min(column, map.width() - 1)] = true;
      }
    }
    return new ReductionTimes(link, completes, input, pipe, images);
  }

  boolean advance() {
    boolean moved = false;
    boolean again = true;
    while (again) {
      again = pipe.advance();
      if (input.accepted() < total
          && input.accepted() == merged
          && input.crossed() == input.accepted()) {
        input.accept(Math.max(input.afterPrevious(merged), lastMerge));
        again = true;
      }
      if (merged < input.crossed()) {
        if (!completes[merged / beatsPerPixel % completes.length]) {
          lastMerge = input.crossing(merged) + 1;
          merged++;
          again = true;
        } else if (pipe.canEnter()) {
          lastMerge = Math.max(input.crossing(merged) + 1, pipe.earliestEntry());
          pipe.enter(lastMerge);
          merged++;
          again = true;
        }
      }
      moved |= again;
    }
    return moved;
  }
}
