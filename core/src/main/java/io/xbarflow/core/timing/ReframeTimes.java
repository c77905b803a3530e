package io.xbarflow.core.timing;

import io.xbarflow.core.mapping.Frame;
import io.xbarflow.core.mapping.Link;

/**
 * A walk over the frame of a {@link io.xbarflow.core.mapping.Block.Reframe}, one beat of a pixel a
 * cycle. A step waits for the input where the input has the pixel, and at the start of an image; it
 * waits for room in the pipe where the output has the pixel.
 */
final class ReframeTimes implements BlockTimes.Recurrence {
  private final Frame frame;
  private final int beatsPerPixel;
  private final StreamTimes input;
  private final StreamTimes output;
  private final Delays.Cursor crossings;
  private final Delays.Cursor leads;
  private final Bound room; // in the pipe, by beat of the output
  private int row;
  private int column;
  private int beat; // of the pixel
  private long taken; // beats of the input
  private long entered; // beats of the output
  private long nextStep; // cycle

  ReframeTimes(Frame frame, Link link, StreamTimes input, StreamTimes output) {
    this.frame = frame;
    this.beatsPerPixel = link.beatsPerPixel();
    this.input = input;
    this.output = output;
    this.crossings = input.crossings().cursor();
    this.leads = input.leads().cursor();
    this.room = new Bound(output.rooms(), PipelineDepth.REFRAME, -PipelineDepth.REFRAME);
  }

  @Override
  public void advance() {
    while ((taken < input.total() || entered < output.total()) && step()) {
      beat = (beat + 1) % beatsPerPixel;
      if (beat == 0) {
        column = (column + 1) % frame.columns().size();
        row = column == 0 ? (row + 1) % frame.rows().size() : row;
      }
    }
  }

  /** Makes one step if all times are known that it waits for. */
  private boolean step() {
    boolean given = frame.rows().given(row) && frame.columns().given(column);
    boolean wanted = frame.rows().wanted(row) && frame.columns().wanted(column);
    boolean start = row == 0 && column == 0 && beat == 0;
    if (wanted && room.known() <= entered) {
      return false;
    }
    long cycle = wanted ? Math.max(nextStep, entered + room.at(entered)) : nextStep;
    if (given) {
      if (input.rooms().known() == taken) {
        input.admit(1, cycle - taken);
      }
      if (input.crossings().known() == taken) {
        return false;
      }
      cycle = crossings.cycle(taken);
      taken++;
    } else if (start) {
      if (input.leads().known() <= taken) {
        return false;
      }
      cycle = Math.max(cycle, leads.cycle(taken));
    }
    if (wanted) {
      output.lead(1, cycle + PipelineDepth.REFRAME - entered);
      entered++;
    }
    nextStep = cycle + 1;
    return true;
  }
}
