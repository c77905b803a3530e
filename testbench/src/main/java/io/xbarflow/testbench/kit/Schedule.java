package io.xbarflow.testbench.kit;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * What is done to the macros cycle by cycle, and what is expected of them. Row inputs are random in
 * every cycle but that of a start.
 */
final class Schedule {
  private static final int RESET_CYCLES = 3;
  private static final long RANDOM_MVM_CYCLES = 100_000;

  private final Random random;
  private final int rowBytes;
  private final ByteArrayOutputStream stimulus = new ByteArrayOutputStream();
  private final ImmutableList.Builder<Expectation> expectations = ImmutableList.builder();
  private long cycle;

  /** What distinguishes an MVM. */
  enum Context {
    /** It started while the macro had waited. */
    ALONE,
    /** It started in the cycle in which the one before was done. */
    BACK_TO_BACK,
    /** A reset broke off the MVM before, or one of those before it. */
    AFTER_RESET
  }

  /**
   * The result of an MVM.
   *
   * @param number of MVMs since reset before it
   * @param inputs what the inputs were
   * @param columns what is expected
   * @param context how it came about
   */
  record Result(int number, String inputs, ImmutableIntArray columns, Context context) {}

  /**
   * What is expected in some cycles.
   *
   * @param on which macro
   * @param from first cycle
   * @param to last cycle
   * @param done level of done
   * @param result what column_data has to hold; empty when it may hold anything
   * @param situation words for messages
   */
  record Expectation(
      MacroCase on, long from, long to, boolean done, Optional<Result> result, String situation) {}

  private Schedule(int rowBytes, long seed) {
    this.rowBytes = rowBytes;
    this.random = new Random(seed);
  }

  /**
   * One MVM of every case with a long wait after it. Each expectation covers the cycles from the
   * one after its start.
   */
  static Schedule oneEach(List<MacroCase> cases, int rowBytes) {
    Schedule schedule = new Schedule(rowBytes, 1);
    for (MacroCase each : cases) {
      schedule.reset(each);
      Vectors.Vector vector = Vectors.of(each.tile(), 0, 1).get(1);
      schedule.play(each, 1, true, Optional.of(vector.values()));
      long from = schedule.cycle;
      schedule.play(each, 4L * each.mvmCycles() + 64, true, Optional.empty());
      schedule.expect(each, from, schedule.cycle - 1, true, Optional.empty(), "after a start");
    }
    return schedule;
  }

  /** Everything; {@code mvmCycles} are those that each case was seen to take. */
  static Schedule full(List<MacroCase> cases, List<Integer> mvmCycles, int rowBytes, long seed) {
    Schedule schedule = new Schedule(rowBytes, seed);
    for (MacroCase each : cases) {
      schedule.full(each, mvmCycles.get(each.id()));
    }
    return schedule;
  }

  private void full(MacroCase on, int mvmCycles) {
    reset(on);
    idle(on, 3, "after reset, before any start");
    int count = (int) Math.max(4, Math.min(40, RANDOM_MVM_CYCLES / mvmCycles));
    run(on, mvmCycles, Vectors.of(on.tile(), count, random.nextLong()), false);
    breakOff(on, mvmCycles);
    ImmutableList<Vectors.Vector> vectors = Vectors.of(on.tile(), 6, random.nextLong());
    run(on, mvmCycles, vectors.subList(vectors.size() - 6, vectors.size()), true);
  }

  /** MVM behind MVM, half of them back to back. */
  private void run(MacroCase on, int mvmCycles, List<Vectors.Vector> vectors, boolean afterReset) {
    int[][] inputs = vectors.stream().map(Vectors.Vector::values).toArray(int[][]::new);
    int[][] expected = on.expected(inputs);
    boolean waited = true;
    for (int mvm = 0; mvm < inputs.length; mvm++) {
      int wait = mvm + 1 < inputs.length && random.nextBoolean() ? 0 : 1 + random.nextInt(9);
      Context context =
          afterReset ? Context.AFTER_RESET : waited ? Context.ALONE : Context.BACK_TO_BACK;
      Result result =
          new Result(
              mvm, vectors.get(mvm).name(), ImmutableIntArray.copyOf(expected[mvm]), context);
      long start = cycle;
      play(on, 1, true, Optional.of(inputs[mvm]));
      play(on, mvmCycles - 1L + wait, true, Optional.empty());
      busy(on, start + 1, start + mvmCycles - 1);
      // The last one's result stays until the reset that follows.
      long to = mvm + 1 < inputs.length ? cycle : cycle - 1;
      expect(on, start + mvmCycles, to, true, Optional.of(result), "with a result");
      waited = wait > 0;
    }
  }

  /** A reset in mid-MVM, after which the macro is idle. */
  private void breakOff(MacroCase on, int mvmCycles) {
    play(on, 1, true, Optional.of(Vectors.of(on.tile(), 0, 1).get(1).values()));
    long from = cycle;
    play(on, mvmCycles / 2, true, Optional.empty());
    // An MVM of one cycle is over by now.
    busy(on, from, Math.min(cycle - 1, from + mvmCycles - 2));
    // So short that an MVM which goes on is still seen after it.
    play(on, 1, false, Optional.empty());
    idle(on, 2L * mvmCycles + 4, "after a reset in mid-MVM");
  }

  private void busy(MacroCase on, long from, long to) {
    if (from <= to) {
      expect(on, from, to, false, Optional.empty(), "during an MVM");
    }
  }

  private void idle(MacroCase on, long cycles, String situation) {
    long from = cycle;
    play(on, cycles, true, Optional.empty());
    expect(on, from, cycle - 1, true, Optional.empty(), situation);
  }

  private void reset(MacroCase on) {
    play(on, RESET_CYCLES, false, Optional.empty());
  }

  private void expect(
      MacroCase on, long from, long to, boolean done, Optional<Result> result, String situation) {
    expectations.add(new Expectation(on, from, to, done, result, situation));
  }

  /** Adds {@code cycles} alike ones; {@code inputs} makes them a start. */
  private void play(MacroCase on, long cycles, boolean running, Optional<int[]> inputs) {
    if (cycles == 0) {
      return;
    }
    ByteBuffer record = ByteBuffer.allocate(6 + rowBytes).order(ByteOrder.LITTLE_ENDIAN);
    record.putInt(Math.toIntExact(cycles));
    record.put((byte) ((running ? 1 : 0) + (inputs.isPresent() ? 2 : 0)));
    record.put((byte) on.id());
    byte[] rows = new byte[rowBytes];
    random.nextBytes(rows);
    if (inputs.isPresent()) {
      for (int row = 0; row < inputs.get().length; row++) {
        rows[row] = (byte) inputs.get()[row];
      }
    }
    record.put(rows);
    stimulus.writeBytes(record.array());
    cycle += cycles;
  }

  /** The file that the bench plays. */
  byte[] stimulus() {
    return stimulus.toByteArray();
  }

  /** What is expected, by cycle. */
  ImmutableList<Expectation> expectations() {
    return expectations.build();
  }

  /** Cycles in all. */
  long cycles() {
    return cycle;
  }
}
