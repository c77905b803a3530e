package io.xbarflow.cores;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.coretype.CoreType;
import io.xbarflow.core.coretype.Macro;
import io.xbarflow.core.coretype.Parameters;
import io.xbarflow.core.coretype.Tile;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The Verilog module of a macro alone, in Icarus. Tools that are missing fail the test. */
final class MacroVerilog {
  private MacroVerilog() {}

  /**
   * Asserts that the module of {@code type} gives {@code macro.multiply} after {@code mvmCycles}
   * cycles, that nothing changes between results, and that MVMs may follow each other at once.
   */
  static void verify(
      Path folder,
      CoreType type,
      Parameters parameters,
      Tile tile,
      int mvmCycles,
      int[][] rows,
      Random random)
      throws IOException, InterruptedException {
    Macro macro = type.program(tile, parameters);
    int count = rows[0].length;
    int[][] columns = new int[tile.columns()][count];
    macro.multiply(rows, count, 0, columns);
    Files.createDirectories(folder.resolve("mem"));
    Files.writeString(folder.resolve("mem").resolve("macro_7.hex"), macro.memory(), US_ASCII);
    StringBuilder windows = new StringBuilder();
    StringBuilder waits = new StringBuilder();
    StringBuilder expected = new StringBuilder();
    for (int mvm = 0; mvm < count; mvm++) {
      for (int row = tile.rows() - 1; row >= 0; row--) {
        windows.append(String.format("%02x", rows[row][mvm] & 255));
      }
      windows.append('\n');
      waits.append(random.nextBoolean() ? 0 : random.nextInt(4)).append('\n');
      expected.append(mvmCycles).append(' ').append(hex(columns, mvm, macro)).append('\n');
    }
    Files.writeString(folder.resolve("windows.hex"), windows, US_ASCII);
    Files.writeString(folder.resolve("waits.hex"), waits, US_ASCII);
    Files.writeString(
        folder.resolve("bench.v"), bench(type, macro, tile, mvmCycles, count), US_ASCII);
    List<String> compile =
        new ArrayList<>(List.of("iverilog", "-g2005", "-Wall", "-o", "bench", "bench.v"));
    compile.addAll(writeSources(folder, type));
    assertEquals("", run(folder, compile));
    assertEquals(expected.toString(), run(folder, List.of("vvp", "-n", "bench")));
  }

  /** Writes the Verilog of {@code type}; gives the names of the files. */
  static ImmutableList<String> writeSources(Path folder, CoreType type) throws IOException {
    for (String name : type.sources().keySet()) {
      Files.writeString(folder.resolve(name), type.sources().get(name), US_ASCII);
    }
    return type.sources().keySet().asList();
  }

  /** What {@code command} prints; its exit code must be 0. */
  static String run(Path folder, List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), US_ASCII);
    assertEquals(0, process.waitFor(), () -> String.join(" ", command) + ":\n" + output);
    return output;
  }

  /** All columns in one number, as Verilog prints it. */
  private static String hex(int[][] columns, int mvm, Macro macro) {
    int bits = macro.columnBits();
    BigInteger mask = BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE);
    BigInteger all = BigInteger.ZERO;
    for (int column = columns.length - 1; column >= 0; column--) {
      all = all.shiftLeft(bits).or(BigInteger.valueOf(columns[column][mvm]).and(mask));
    }
    String digits = all.toString(16);
    return "0".repeat((columns.length * bits + 3) / 4 - digits.length()) + digits;
  }

  private static String bench(CoreType type, Macro macro, Tile tile, int mvmCycles, int count) {
    return """
`default_nettype none
module bench;
  localparam ROWS = %2$d;
  localparam COLUMNS = %3$d;
  localparam COLUMN_BITS = %4$d;
  reg                            clk = 1'b0;
  reg                            rst_n = 1'b0;
  reg                            start = 1'b0;
  reg  [ROWS*8-1:0]              row_data;
  wire                           done;
  wire [COLUMNS*COLUMN_BITS-1:0] column_data;
  %1$s #(
    .ROWS(ROWS), .COLUMNS(COLUMNS), .COLUMN_BITS(COLUMN_BITS), .INPUTS_SIGNED(%5$d),
    .MVM_CYCLES(%6$d), .COUNT_BITS(%7$d)
  ) u_macro (
    .clk(clk), .rst_n(rst_n), .weights_id(24'd7), .start(start), .row_data(row_data),
    .done(done), .column_data(column_data)
  );
  reg [ROWS*8-1:0]              windows [0:%8$d-1];
  reg [3:0]                     waits [0:%8$d-1];
  reg [COLUMNS*COLUMN_BITS-1:0] held;
  integer                       mvm;
  integer                       cycles;
  always #1 clk = !clk;
  initial begin
    $readmemh("windows.hex", windows);
    $readmemh("waits.hex", waits);
    repeat (2) @(negedge clk);
    rst_n = 1'b1;
    for (mvm = 0; mvm < %8$d; mvm = mvm + 1) begin
      if (!done) $display("start of %%0d: not done", mvm);
      start = 1'b1;
      row_data = windows[mvm];
      @(negedge clk);
      start = 1'b0;
      row_data = ~row_data;
      cycles = 1;
      while (!done && cycles < 2 * %6$d) begin
        if (column_data !== {COLUMNS*COLUMN_BITS{1'bx}})
          $display("MVM %%0d: known before done", mvm);
        @(negedge clk);
        cycles = cycles + 1;
      end
      held = column_data;
      $display("%%0d %%h", cycles, column_data);
      repeat (waits[mvm]) begin
        @(negedge clk);
        if (!done || column_data !== held) $display("MVM %%0d: changed after done", mvm);
      end
    end
    $finish;
  end
endmodule
`default_nettype wire
"""
        .formatted(
            type.module(),
            tile.rows(),
            tile.columns(),
            macro.columnBits(),
            tile.inputsSigned() ? 1 : 0,
            mvmCycles,
            Math.max(1, 32 - Integer.numberOfLeadingZeros(mvmCycles - 1)),
            count);
  }
}
