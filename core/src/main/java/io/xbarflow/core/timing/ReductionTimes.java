package io.xbarflow.core.timing;

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
final class ReductionTimes implements BlockTimes.Recurrence {
  private final int beatsPerPixel;
  private final boolean[] completes; // results, by pixel of one image
  private final StreamTimes input;
  private final Delays.Cursor crossings;
  private final StreamTimes output;
  private final int stages;
  private final Bound room; // in the pipe, by beat of the output
  private final Run admitting; // of the beat before the next one to be admitted
  private final Run merging;
  private long merged;

  /** Pixels one behind the other that all complete results or all do not. */
  private final class Run {
    private int pixel; // of the image, the first behind the run
    private boolean completing;
    private long start; // beats of the input before the run
    private long end; // beats of the input to its end
    private long results; // beats of the output before the run

    Run() {
      next();
    }

    /** Beat of the output that {@code beat} of the input completes. */
    long result(long beat) {
      return results + beat - start;
    }

    void next() {
      results += completing ? end - start : 0;
      start = end;
      completing = completes[pixel];
      while (pixel < completes.length && completes[pixel] == completing) {
        pixel++;
        end += beatsPerPixel;
      }
      pixel = pixel == completes.length ? 0 : pixel;
    }
  }

  private ReductionTimes(
      Link link, boolean[] completes, StreamTimes input, StreamTimes output, int stages) {
    this.beatsPerPixel = link.beatsPerPixel();
    this.completes = completes;
    this.input = input;
    this.crossings = input.crossings().cursor();
    this.output = output;
    this.stages = stages;
    this.room = new Bound(output.rooms(), stages, -stages);
    this.admitting = new Run();
    this.merging = new Run();
  }

  /** Over the whole map that {@code link} carries: the last pixel completes the results. */
  static ReductionTimes ofMap(Link link, StreamTimes input, StreamTimes output) {
    boolean[] completes = new boolean[link.shape().pixels()];
    completes[completes.length - 1] = true;
    return new ReductionTimes(link, completes, input, output, PipelineDepth.GLOBAL_AVERAGE);
  }

  /**
   * Over windows with {@code results} as the map of their results; {@code link} is in raster order.
   * The last pixel of each window, inside the map, completes its results and no others.
   */
  static ReductionTimes ofWindows(
      Link link, Window window, Shape results, StreamTimes input, StreamTimes output) {
    Shape map = link.shape();
    boolean[] completes = new boolean[map.pixels()];
    for (int y = 0; y < results.height(); y++) {
      int row = y * window.strideHeight() - window.padTop() + window.kernelHeight() - 1;
      int start = Math.min(row, map.height() - 1) * map.width();
      for (int x = 0; x < results.width(); x++) {
        int column = x * window.strideWidth() - window.padLeft() + window.kernelWidth() - 1;
        completes[start + Math.min(column, map.width() - 1)] = true;
      }
    }
    return new ReductionTimes(link, completes, input, output, PipelineDepth.MAX_POOL);
  }

  @Override
  public void advance() {
    admit();
    merge();
  }

  /** The beat behind one that completes a result is taken when there is room for the result. */
  private void admit() {
    if (input.rooms().known() == 0) {
      input.admit(1, 0);
    }
    long last = input.total() - 1; // no beat comes behind this one
    long beat = input.rooms().known() - 1;
    while (beat < last) {
      long end = Math.min(admitting.end, last);
      long delay = 0;
      if (admitting.completing) {
        long result = admitting.result(beat);
        if (room.known() <= result) {
          return;
        }
        delay = result + room.at(result) - (beat + 1);
        end = Math.min(end, beat + room.end(result) - result);
      }
      input.admit(end - beat, delay);
      beat = end;
      if (beat == admitting.end) {
        admitting.next();
      }
    }
  }

  private void merge() {
    long crossed = input.crossings().known();
    while (merged < crossed) {
      long end = Math.min(merging.end, crossed);
      if (merging.completing) {
        long merge = merged + crossings.at(merged) + 1;
        end = Math.min(end, crossings.end());
        output.lead(end - merged, merge + stages - merging.result(merged));
      }
      merged = end;
      if (merged == merging.end) {
        merging.next();
      }
    }
  }
}
