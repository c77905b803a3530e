package io.xbarflow.testbench.beats;

import com.google.common.collect.ImmutableList;

/**
 * Concatenation: of every pixel, row or image the beats of the first operand, then those of the
 * second, and so on. A beat enters when the operand in turn offers it and the pipe has room.
 */
final class ConcatTimes {
  private final ImmutableList<Integer> beatsPerTurn; // of each operand
  private final ImmutableList<BeatTimes> operands;
  private final ElasticPipe pipe;
  private int turn; // index of the operand that gives the next beat
  private int beat; // that beat's number in the turn

  ConcatTimes(
      ImmutableList<Integer> beatsPerTurn, ImmutableList<BeatTimes> operands, ElasticPipe pipe) {
    this.beatsPerTurn = beatsPerTurn;
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
    if (beat == beatsPerTurn.get(turn)) {
      beat = 0;
      turn = (turn + 1) % operands.size();
    }
  }
}
