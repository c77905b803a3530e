package io.xbarflow.testbench.beats;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.mapping.Link;

/**
 * Concatenation: of every pixel the beats of the first operand, then those of the second, and so
 * on. A beat enters when the operand in turn offers it and the pipe has room.
 */
final class ConcatTimes {
  private final ImmutableList<Link> links;
  private final ImmutableList<BeatTimes> operands;
  private final ElasticPipe pipe;
  private int turn; // index of the operand that gives the next beat
  private int beat; // that beat's number in its pixel

  ConcatTimes(ImmutableList<Link> links, ImmutableList<BeatTimes> operands, ElasticPipe pipe) {
    this.links = links;
    this.operands = operands;
    this.pipe = pipe;
  }

  boolean advance() {
    boolean moved = pipe.advance();
    while (pipe.canEnter()) {
      BeatTimes operand = operands.get(turn);
      int next = operand.accepted();
      if (operand.offered() == next) {
        break;
      }
      long cycle = Math.max(pipe.earliestEntry(), operand.offerOfNext());
      pipe.enter(cycle);
      operand.accept(cycle);
      pipe.advance();
      step();
      moved = true;
    }
    return moved;
  }

  private void step() {
    beat++;
    if (beat == links.get(turn).beatsPerPixel()) {
      beat = 0;
      turn = (turn + 1) % operands.size();
    }
  }
}
