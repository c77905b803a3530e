package io.xbarflow.core.mapping;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * What a macro of some core type offers one layer.
 *
 * @param rows weights it holds in a column at most
 * @param columns columns of weights it holds at most
 * @param mvmCycles clock cycles from the start of an MVM to its result; the next may start with it
 * @param exact whether its results are the exact sums of raw inputs times weights
 * @param takesZeroPoint whether its row drivers take the input's zero point out; otherwise it sees
 *     raw values and the zero point is folded into the bias. False for exact ones
 * @param parallel whether a layer may have several pixels per MVM and several copies of its array
 * @param crossbar whether it counts as a crossbar array
 * @param calibrated whether its converters want to know how large each column's sums become
 */
public record MacroSpec(
    int rows,
    int columns,
    int mvmCycles,
    boolean exact,
    boolean takesZeroPoint,
    boolean parallel,
    boolean crossbar,
    boolean calibrated) {

  /** Checks sizes and that exact macros see raw values. */
  public MacroSpec {
    checkArgument(rows > 0 && columns > 0, "macro of %s x %s", rows, columns);
    checkArgument(mvmCycles > 0, "%s cycles an MVM", mvmCycles);
    checkArgument(!exact || (!takesZeroPoint && !calibrated), "exact macros see raw values");
  }

  /** A crossbar with exact sums. */
  public static MacroSpec exact(int rows, int columns, int mvmCycles) {
    return new MacroSpec(rows, columns, mvmCycles, true, false, true, true, false);
  }
}
