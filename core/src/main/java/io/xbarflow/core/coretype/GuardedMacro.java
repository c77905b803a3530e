package io.xbarflow.core.coretype;

/** A macro of a core type whose code is not ours. What it says of its columns is asked once. */
final class GuardedMacro implements Macro {
  private final GuardedCalls calls;
  private final Macro macro;
  private final int columnBits;
  private final long[] least;
  private final long[] greatest;
  private final int[] gains;

  private GuardedMacro(
      GuardedCalls calls, Macro macro, int columnBits, long[] least, long[] greatest, int[] gains) {
    this.calls = calls;
    this.macro = macro;
    this.columnBits = columnBits;
    this.least = least;
    this.greatest = greatest;
    this.gains = gains;
  }

  /** {@code macro}, which holds {@code tile}. */
  static GuardedMacro of(GuardedCalls calls, Macro macro, Tile tile) {
    int bits = calls.call("Macro.columnBits", macro::columnBits);
    calls.require(bits >= 1 && bits <= 32, "Macro.columnBits", "gives " + bits, "1 to 32");
    int columns = tile.columns();
    long[] least = calls.call("Macro.least", () -> all(columns, macro::least));
    long[] greatest = calls.call("Macro.greatest", () -> all(columns, macro::greatest));
    long[] gains = calls.call("Macro.gain", () -> all(columns, macro::gain));
    int[] checked = new int[columns];
    long limit = 1L << (bits - 1);
    for (int column = 0; column < columns; column++) {
      calls.require(
          least[column] <= greatest[column] && least[column] >= -limit && greatest[column] < limit,
          "Macro.least",
          "and greatest() give "
              + least[column]
              + " and "
              + greatest[column]
              + " for column "
              + column
              + " of "
              + bits
              + " bits",
          "two values in order that fit the signed bits of columnBits()");
      calls.require(
          gains[column] >= 1,
          "Macro.gain",
          "gives " + gains[column] + " for column " + column,
          "at least 1");
      checked[column] = Math.toIntExact(gains[column]);
    }
    return new GuardedMacro(calls, macro, bits, least, greatest, checked);
  }

  /** What a macro says of a column. */
  private interface OfColumn {
    long of(int column);
  }

  private static long[] all(int columns, OfColumn say) {
    long[] values = new long[columns];
    for (int column = 0; column < columns; column++) {
      values[column] = say.of(column);
    }
    return values;
  }

  @Override
  public int columnBits() {
    return columnBits;
  }

  @Override
  public long least(int column) {
    return least[column];
  }

  @Override
  public long greatest(int column) {
    return greatest[column];
  }

  @Override
  public int gain(int column) {
    return gains[column];
  }

  @Override
  public String memory() {
    String memory = calls.call("Macro.memory", macro::memory);
    calls.require(
        memory.endsWith("\n"),
        "Macro.memory",
        "does not end with a new line",
        "lines of $readmemh");
    return memory;
  }

  @Override
  public void multiply(int[][] rows, int count, long first, int[][] columns) {
    int[][] results = columns.clone();
    calls.call(
        "Macro.multiply",
        () -> {
          macro.multiply(rows, count, first, results);
          return true;
        });
    for (int column = 0; column < least.length; column++) {
      calls.require(
          results[column] == columns[column],
          "Macro.multiply",
          "puts another array in the place of columns[" + column + "]",
          "results written into the array that is there");
      for (int mvm = 0; mvm < count; mvm++) {
        int value = columns[column][mvm];
        if (value < least[column] || value > greatest[column]) {
          calls.require(
              false,
              "Macro.multiply",
              "gives " + value + " for column " + column,
              "from "
                  + least[column]
                  + " to "
                  + greatest[column]
                  + ", as least() and greatest()"
                  + " say");
        }
      }
    }
  }
}
