package io.xbarflow.testbench.beats;

import io.xbarflow.core.mapping.Frame;
import io.xbarflow.core.mapping.Link;

/**
 * A walk over the frame of a {@link io.xbarflow.core.mapping.Block.Reframe}, one beat of a pixel a
 * cycle. A step waits for the input where the input has the pixel, and at the start of an image; it
 * waits for room in the pipe where the output has the pixel.
 */
final class ReframeTimes {
  private final Frame frame;
  private final int beatsPerPixel;
  private final int images;
  private final BeatTimes input;
  private final ElasticPipe pipe;
  private int image;
  private int row;
  private int column;
  private int beat;
  private long nextStep;

  ReframeTimes(Frame frame, Link link, BeatTimes input, ElasticPipe pipe, int images) {
    this.frame = frame;
    this.beatsPerPixel = link.beatsPerPixel();
    this.images = images;
    this.input = input;
    this.pipe = pipe;
  }

  boolean advance() {
    boolean moved = pipe.advance();
    while (image < images) {
      boolean given = frame.rows().given(row) && frame.columns().given(column);
      boolean wanted = frame.rows().wanted(row) && frame.columns().wanted(column);
      boolean waits = given || (row == 0 && column == 0 && beat == 0);
      if ((waits && input.offered() == input.accepted()) || (wanted && !pipe.canEnter())) {
        break;
      }
      long cycle = nextStep;
      if (waits) {
        cycle = Math.max(cycle, input.offerOfNext());
      }
      if (wanted) {
        cycle = Math.max(cycle, pipe.earliestEntry());
        pipe.enter(cycle);
      }
      if (given) {
        input.accept(cycle);
      }
      pipe.advance();
      nextStep = cycle + 1;
      step();
      moved = true;
    }
    return moved;
  }

  private void step() {
    beat = (beat + 1) % beatsPerPixel;
    if (beat == 0) {
      column = (column + 1) % frame.columns().size();
      if (column == 0) {
        row = (row + 1) % frame.rows().size();
        image += row == 0 ? 1 : 0;
      }
    }
  }
}
