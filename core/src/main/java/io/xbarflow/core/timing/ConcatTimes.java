package io.xbarflow.core.timing;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Ints;

/**
 * Concatenation: of every pixel, row or image the beats of the first operand, then those of the
 * second, and so on. A beat enters when the operand in turn offers it and the pipe has room.
 */
final class ConcatTimes implements BlockTimes.Recurrence {
  private final int[] beatsPerTurn; // of each operand
  private final StreamTimes[] operands;
  private final Delays.Cursor[] crossings; // of each operand
  private final StreamTimes output;
  private final Bound room; // in the pipe, by beat of the output
  private final long[] passed; // beats of each operand before the turn
  private int turn; // index of the operand that gives the next beats
  private long passedOutput; // beats of the output before the turn
  private long lastEntry = -1; // of those beats

  ConcatTimes(
      ImmutableList<Integer> beatsPerTurn,
      ImmutableList<StreamTimes> operands,
      StreamTimes output) {
    this.beatsPerTurn = Ints.toArray(beatsPerTurn);
    this.operands = operands.toArray(StreamTimes[]::new);
    this.crossings =
        operands.stream()
            .map(operand -> operand.crossings().cursor())
            .toArray(Delays.Cursor[]::new);
    this.output = output;
    this.room = new Bound(output.rooms(), PipelineDepth.CONCAT, -PipelineDepth.CONCAT);
    this.passed = new long[operands.size()];
  }

  @Override
  public void advance() {
    while (passedOutput < output.total() && takeTurn()) {
      lastEntry = crossings[turn].cycle(passed[turn] + beatsPerTurn[turn] - 1);
      passed[turn] += beatsPerTurn[turn];
      passedOutput += beatsPerTurn[turn];
      turn = turn + 1 == operands.length ? 0 : turn + 1;
    }
  }

  /** Takes what can be taken of the operand in turn; whether that is all of the turn. */
  private boolean takeTurn() {
    StreamTimes operand = operands[turn];
    long shift = passedOutput - passed[turn];
    long turnEnd = passed[turn] + beatsPerTurn[turn];
    long beat = Math.max(passed[turn], operand.rooms().known());
    while (beat < turnEnd && beat + shift < room.known()) {
      long cycleOfFirst = Math.max(lastEntry + 1, passedOutput + room.at(beat + shift));
      long end = Math.min(turnEnd, room.end(beat + shift) - shift);
      operand.admit(end - beat, cycleOfFirst - passed[turn]);
      beat = end;
    }
    long crossed = Math.min(turnEnd, operand.crossings().known());
    beat = output.leads().known() - shift;
    while (beat < crossed) {
      long entry = crossings[turn].at(beat) - shift;
      long end = Math.min(crossed, crossings[turn].end());
      output.lead(end - beat, entry + PipelineDepth.CONCAT);
      beat = end;
    }
    return beat == turnEnd;
  }
}
