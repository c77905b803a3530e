package io.xbarflow.core.timing;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;

/**
 * Blocks that pass every beat on a fixed number of cycles later and hold a fixed number of beats:
 * arithmetic pipes, link registers, FIFOs, forks.
 *
 * <p>Such a block delays its input for two reasons: another stream that it takes or gives in step,
 * and its own room, which is that of its output as many beats earlier as it holds.
 */
final class ElasticTimes implements BlockTimes.Recurrence {
  private final StreamTimes[] inputs;
  private final StreamTimes[] outputs;
  private final Bound[][] rooms; // of each input
  private final Bound[][] leads; // of each output

  private ElasticTimes(
      List<StreamTimes> inputs,
      List<StreamTimes> outputs,
      List<List<Bound>> rooms,
      List<List<Bound>> leads) {
    this.inputs = inputs.toArray(StreamTimes[]::new);
    this.outputs = outputs.toArray(StreamTimes[]::new);
    this.rooms = rooms.stream().map(of -> of.toArray(Bound[]::new)).toArray(Bound[][]::new);
    this.leads = leads.stream().map(of -> of.toArray(Bound[]::new)).toArray(Bound[][]::new);
  }

  /**
   * Register stages in which a beat moves on whenever the next stage is free or becomes free: it
   * takes as many cycles as there are stages, and enters when the beat so many before it leaves. A
   * beat enters when every operand offers it.
   */
  static ElasticTimes pipe(ImmutableList<StreamTimes> operands, StreamTimes output, int stages) {
    List<List<Bound>> rooms = new ArrayList<>();
    List<Bound> lead = new ArrayList<>();
    for (StreamTimes operand : operands) {
      List<Bound> room = new ArrayList<>();
      room.add(new Bound(output.rooms(), stages, -stages));
      operands.stream()
          .filter(other -> other != operand)
          .forEach(other -> room.add(new Bound(other.leads(), 0, 0)));
      rooms.add(room);
      lead.add(new Bound(operand.leads(), 0, stages));
    }
    return new ElasticTimes(operands, List.of(output), rooms, List.of(lead));
  }

  /**
   * {@code stages} register stages of two places each: one cycle of latency, ready from a register
   * and so one cycle after a place became free.
   */
  static ElasticTimes registers(StreamTimes input, StreamTimes output, int stages) {
    return new ElasticTimes(
        List.of(input),
        List.of(output),
        List.of(List.of(new Bound(output.rooms(), 2L * stages, -stages))),
        List.of(List.of(new Bound(input.leads(), 0, stages))));
  }

  /**
   * A memory of {@code depth} beats and an output register: a beat can be read the cycle after it
   * was written and is offered one cycle later; a place is free the cycle after it was read, and
   * the register takes the next beat when the one in it leaves.
   */
  static ElasticTimes fifo(StreamTimes input, StreamTimes output, int depth) {
    Bound leaving = new Bound(output.rooms(), depth + 1L, -depth);
    // One place is written and read in turn; of more, one has always been read in time.
    return new ElasticTimes(
        List.of(input),
        List.of(output),
        List.of(
            depth > 1
                ? List.of(leaving)
                : List.of(leaving, new Bound(input.crossings(), depth, 2 - depth))),
        List.of(List.of(new Bound(depth > 1 ? input.leads() : input.crossings(), 0, 2))));
  }

  /**
   * Repeats {@code input}: each branch takes a beat when it can, the input moves on when all have.
   */
  static ElasticTimes fork(StreamTimes input, ImmutableList<StreamTimes> branches) {
    List<Bound> room = new ArrayList<>();
    List<List<Bound>> leads = new ArrayList<>();
    for (StreamTimes branch : branches) {
      room.add(new Bound(branch.rooms(), 0, 0));
      leads.add(List.of(new Bound(input.leads(), 0, 0), new Bound(input.crossings(), 1, 0)));
    }
    return new ElasticTimes(List.of(input), branches, List.of(room), leads);
  }

  @Override
  public void advance() {
    boolean again = true;
    while (again) {
      again = false;
      for (int input = 0; input < inputs.length; input++) {
        inputs[input].crossings();
        again |= inputs[input].admit(rooms[input]);
      }
    }
    for (int output = 0; output < outputs.length; output++) {
      outputs[output].lead(leads[output]);
    }
  }
}
