package io.xbarflow.cores;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import io.xbarflow.core.coretype.CoreType;
import io.xbarflow.core.coretype.Macro;
import io.xbarflow.core.coretype.Parameter;
import io.xbarflow.core.coretype.Parameters;
import io.xbarflow.core.coretype.Tile;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Runs the Verilog of a macro under Icarus, and Verilator's lint over it. */
public final class MacroBench {
  private final Path folder;

  /** A bench that works in {@code folder}, which is empty. */
  public MacroBench(Path folder) {
    this.folder = folder;
  }

  /** All parameters of {@code type}, of which {@code given} are set; mvmCycles is 3. */
  public static Parameters parameters(CoreType type, Map<String, String> given) {
    Map<String, String> values = new TreeMap<>();
    for (Parameter parameter : type.parameters()) {
      values.put(
          parameter.name(),
          parameter.standard().equals(Parameter.FROM_ARCHITECTURE) ? "3" : parameter.standard());
    }
    given.forEach((name, value) -> values.put(name, value));
    assertEquals(type.parameters().size(), values.size(), "unknown parameter in " + given);
    return new Parameters(ImmutableSortedMap.copyOf(values));
  }

  /** Results of {@code macro}, by column and MVM, from its Java. */
  public static int[][] golden(Macro macro, Tile tile, int[][] rows, int count) {
    int[][] columns = new int[tile.columns()][count];
    macro.multiply(rows, count, 0, columns);
    return columns;
  }

  /**
   * Results of the Verilog, by column and MVM. Checks that every MVM takes {@code mvmCycles} and
   * that the results are the same after another reset.
   */
  public int[][] simulate(
      CoreType type, Parameters parameters, Tile tile, int mvmCycles, int[][] rows, int count)
      throws Exception {
    Macro macro = type.program(tile, parameters);
    int bits = macro.columnBits();
    write(
        type, macro, tile, rows, count, testbench(type, parameters, tile, mvmCycles, bits, count));
    List<String> sources = new ArrayList<>(type.sources().keySet());
    lint(type, parameters, tile, mvmCycles, bits, sources);
    List<String> compile =
        new ArrayList<>(List.of("iverilog", "-g2005", "-Wall", "-o", "bench", "bench.v"));
    compile.addAll(sources);
    assertEquals("", run(compile).replaceAll(".*(timescale|sensitive to all).*\n", ""));
    List<String> lines = run(List.of("vvp", "-n", "bench")).lines().toList();
    assertEquals(2 * count, lines.size(), lines::toString);
    assertEquals(lines.subList(0, count), lines.subList(count, 2 * count), "after a reset");
    int[][] columns = new int[tile.columns()][count];
    for (int mvm = 0; mvm < count; mvm++) {
      List<String> words = Splitter.on(' ').splitToList(lines.get(mvm));
      assertEquals(mvmCycles, Integer.parseInt(words.get(0)), "cycles of MVM " + mvm);
      BigInteger value = new BigInteger(words.get(1), 16);
      for (int column = 0; column < tile.columns(); column++) {
        int field = value.shiftRight(column * bits).intValue();
        columns[column][mvm] = (field << (32 - bits)) >> (32 - bits);
      }
    }
    return columns;
  }

  private void write(
      CoreType type, Macro macro, Tile tile, int[][] rows, int count, String testbench)
      throws IOException {
    Files.createDirectories(folder.resolve("mem"));
    Files.writeString(folder.resolve("mem/macro_7.hex"), macro.memory(), US_ASCII);
    for (Map.Entry<String, String> file : type.sources().entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue(), US_ASCII);
    }
    StringBuilder inputs = new StringBuilder();
    for (int mvm = 0; mvm < count; mvm++) {
      for (int row = tile.rows() - 1; row >= 0; row--) {
        inputs.append(hex(rows[row][mvm]));
      }
      inputs.append('\n');
    }
    Files.writeString(folder.resolve("inputs.hex"), inputs.toString(), US_ASCII);
    Files.writeString(folder.resolve("bench.v"), testbench, US_ASCII);
  }

  private static String hex(int value) {
    return "" + Character.forDigit((value >> 4) & 15, 16) + Character.forDigit(value & 15, 16);
  }

  private static ImmutableMap<String, Long> verilogParameters(
      CoreType type, Parameters parameters, Tile tile, int mvmCycles, int bits) {
    return ImmutableMap.<String, Long>builder()
        .put("ROWS", (long) tile.rows())
        .put("COLUMNS", (long) tile.columns())
        .put("COLUMN_BITS", (long) bits)
        .put("INPUTS_SIGNED", tile.inputsSigned() ? 1L : 0L)
        .put("MVM_CYCLES", (long) mvmCycles)
        .put("COUNT_BITS", (long) Math.max(1, 32 - Integer.numberOfLeadingZeros(mvmCycles - 1)))
        .putAll(type.verilogParameters(tile, parameters))
        .buildOrThrow();
  }

  /** Starts MVMs back to back and with pauses of 1 and 2 cycles, twice; inputs hold one cycle. */
  private static String testbench(
      CoreType type, Parameters parameters, Tile tile, int mvmCycles, int bits, int count) {
    List<String> settings = new ArrayList<>();
    verilogParameters(type, parameters, tile, mvmCycles, bits)
        .forEach((name, value) -> settings.add("." + name + "(" + value + ")"));
    return String.join(
        "\n",
        "module bench;",
        "  reg clk = 1'b0, rst_n = 1'b0, start = 1'b0;",
        "  reg [" + (tile.rows() * 8 - 1) + ":0] row_data;",
        "  reg [" + (tile.rows() * 8 - 1) + ":0] inputs [0:" + (count - 1) + "];",
        "  wire done;",
        "  wire [" + (tile.columns() * bits - 1) + ":0] column_data;",
        "  integer pass, mvm, cycles;",
        "  always #1 clk = ~clk;",
        "  " + type.module() + " #(" + String.join(", ", settings) + ") dut (.clk(clk),",
        "    .rst_n(rst_n), .weights_id(24'd7), .start(start), .row_data(row_data),",
        "    .done(done), .column_data(column_data));",
        "  initial begin",
        "    $readmemh(\"inputs.hex\", inputs);",
        "    for (pass = 0; pass < 2; pass = pass + 1) begin",
        "      @(negedge clk) rst_n = 1'b0;",
        "      @(negedge clk) rst_n = 1'b1;",
        "      for (mvm = 0; mvm < " + count + "; mvm = mvm + 1) begin",
        "        start = 1'b1;",
        "        row_data = inputs[mvm];",
        "        @(negedge clk) start = 1'b0;",
        "        row_data = ~row_data;",
        "        cycles = 1;",
        "        while (!done) @(negedge clk) cycles = cycles + 1;",
        "        repeat (mvm % 3) @(negedge clk);",
        "        $display(\"%0d %h\", cycles, column_data);",
        "      end",
        "    end",
        "    $finish;",
        "  end",
        "endmodule",
        "");
  }

  private void lint(
      CoreType type,
      Parameters parameters,
      Tile tile,
      int mvmCycles,
      int bits,
      List<String> sources)
      throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of("verilator", "--lint-only", "-Wall", "--top-module", type.module()));
    verilogParameters(type, parameters, tile, mvmCycles, bits)
        .forEach((name, value) -> command.add("-G" + name + "=" + value));
    command.addAll(sources);
    assertEquals("", run(command));
  }

  private String run(List<String> command) throws Exception {
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    boolean ended = process.waitFor(120, TimeUnit.SECONDS);
    process.destroyForcibly();
    String output = Files.readString(log);
    assertEquals(true, ended, () -> command + " does not end: " + output);
    assertEquals(0, process.exitValue(), () -> command + ": " + output);
    return output;
  }
}
