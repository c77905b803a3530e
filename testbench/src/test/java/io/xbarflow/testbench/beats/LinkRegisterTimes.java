package io.xbarflow.testbench.beats;

/** One register stage with two places: one cycle of latency, ready from a register. */
final class LinkRegisterTimes {
  private final int total;
  private final BeatTimes input;
  private final BeatTimes output;

  LinkRegisterTimes(int total, BeatTimes input, BeatTimes output) {
    this.total = total;
    this.input = input;
    this.output = output;
  }

  boolean advance() {
    boolean moved = false;
    boolean again = true;
    while (again) {
      again = false;
      int next = input.accepted();
      if (next < total && input.crossed() == next && (next < 2 || output.crossed() > next - 2)) {
        long cycle = input.afterPrevious(next);
        input.accept(next < 2 ? cycle : Math.max(cycle, output.crossing(next - 2) + 1));
        again = true;
      }
      int out = output.offered();
      if (out < input.crossed() && output.crossed() == out) {
        output.offer(Math.max(input.crossing(out) + 1, output.afterPrevious(out)));
        again = true;
      }
      moved |= again;
    }
    return moved;
  }
}
