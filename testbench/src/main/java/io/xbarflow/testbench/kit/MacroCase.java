package io.xbarflow.testbench.kit;

import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.coretype.Macro;
import io.xbarflow.core.coretype.Tile;

/**
 * One macro on the bench.
 *
 * @param id that its memory file has, and its place among the cases
 * @param name what messages call it
 * @param tile what it holds
 * @param macro its golden arithmetic
 * @param columnBits Verilog parameter COLUMN_BITS, at least what the macro asks for
 * @param mvmCycles clock cycles that the type declares
 * @param parameters Verilog parameters of the type's own
 */
record MacroCase(
    int id,
    String name,
    Tile tile,
    Macro macro,
    int columnBits,
    int mvmCycles,
    ImmutableMap<String, Long> parameters) {

  /** Results of the MVMs {@code inputs}, one after the other since reset: {@code [mvm][column]}. */
  int[][] expected(int[][] inputs) {
    int[][] rows = new int[tile.rows()][inputs.length];
    for (int mvm = 0; mvm < inputs.length; mvm++) {
      for (int row = 0; row < tile.rows(); row++) {
        rows[row][mvm] = inputs[mvm][row];
      }
    }
    int[][] columns = new int[tile.columns()][inputs.length];
    macro.multiply(rows, inputs.length, 0, columns);
    int[][] results = new int[inputs.length][tile.columns()];
    for (int mvm = 0; mvm < inputs.length; mvm++) {
      for (int column = 0; column < tile.columns(); column++) {
        results[mvm][column] = columns[column][mvm];
      }
    }
    return results;
  }

  @Override
  public String toString() {
    return "case "
        + id
        + " ("
        + name
        + ", "
        + tile.rows()
        + " x "
        + tile.columns()
        + ", "
        + (tile.inputsSigned() ? "int8" : "uint8")
        + " inputs)";
  }
}
