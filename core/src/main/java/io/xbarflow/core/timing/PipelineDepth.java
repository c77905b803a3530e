package io.xbarflow.core.timing;

/**
 * Clock cycles between a beat's entry into a block's arithmetic and its offer at the output, the
 * number of register stages on the way. The leaf modules in {@code rtlgen} have as many.
 */
public final class PipelineDepth {
  /** Select columns, add row tiles and bias, multiply in two steps, round and clamp. */
  public static final int POST_PROCESSING = 5;

  /** Select the greatest value of the window; of a row pool after its own read stage. */
  public static final int MAX_POOL = 1;

  /** After the accumulators' own read stage: add, multiply in two steps, round and clamp. */
  public static final int GLOBAL_AVERAGE = 4;

  /** Multiply, add, round and clamp. */
  public static final int ADD = 3;

  /** Look up. */
  public static final int LOOKUP = 1;

  /** Select the operand in turn, or take all operands' pixel. */
  public static final int CONCAT = 1;

  /** Select the input's value or the fill. */
  public static final int REFRAME = 1;

  private PipelineDepth() {}

  /** Average of a window: add one of {@code taps} values after the other, estimate, correct. */
  public static int averagePool(int taps) {
    return taps + 2;
  }
}
