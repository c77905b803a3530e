package io.xbarflow.testbench.formal;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import java.util.stream.Collectors;

/**
 * Properties of one cell with one set of parameters.
 *
 * @param cell the properties stand in {@code <cell>_properties.sv}
 * @param parameters of those; the others have the values written there
 * @param cycles how far the bounded proof goes from the reset
 * @param coverCycles how far the covers are looked for; each must be reached
 * @param inductionCycles length of the induction, 0 when there is none
 * @param stateless the cell has no state, so that any cycle stands for all
 * @param quick runs in every {@code ./verify}, not in the long one only
 */
record Proof(
    String cell,
    ImmutableMap<String, Integer> parameters,
    int cycles,
    int coverCycles,
    int inductionCycles,
    boolean stateless,
    boolean quick) {

  Proof {
    checkArgument(cycles > 1 && coverCycles > 1, "%s: %s, %s", cell, cycles, coverCycles);
    checkArgument(inductionCycles >= 0, "%s: %s", cell, inductionCycles);
  }

  /** Up to {@code cycles} after the reset, and by induction over all later ones. */
  static Proof inductive(String cell, int cycles, int coverCycles) {
    return new Proof(cell, ImmutableMap.of(), cycles, coverCycles, 3, false, false);
  }

  /** Up to {@code cycles} after the reset only. */
  static Proof bounded(String cell, int cycles) {
    return new Proof(cell, ImmutableMap.of(), cycles, cycles, 0, false, false);
  }

  /** Of a cell without state. */
  static Proof stateless(String cell) {
    return new Proof(cell, ImmutableMap.of(), 2, 2, 0, true, false);
  }

  /** With an induction over {@code count} cycles. */
  Proof over(int count) {
    return new Proof(cell, parameters, cycles, coverCycles, count, stateless, quick);
  }

  /** With these parameters, names and values in turn. */
  Proof with(Object... namesAndValues) {
    ImmutableMap.Builder<String, Integer> all = ImmutableMap.builder();
    all.putAll(parameters);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      all.put((String) namesAndValues[i], (Integer) namesAndValues[i + 1]);
    }
    ImmutableMap<String, Integer> with = all.buildOrThrow();
    return new Proof(cell, with, cycles, coverCycles, inductionCycles, stateless, quick);
  }

  /** In every {@code ./verify}. */
  Proof always() {
    return new Proof(cell, parameters, cycles, coverCycles, inductionCycles, stateless, true);
  }

  /** The parameters as a table shows them. */
  String parameterText() {
    return parameters.entrySet().stream()
        .map(entry -> entry.getKey() + " " + entry.getValue())
        .collect(Collectors.joining(", "));
  }

  @Override
  public String toString() {
    return cell + (parameters.isEmpty() ? "" : " with " + parameterText());
  }
}
