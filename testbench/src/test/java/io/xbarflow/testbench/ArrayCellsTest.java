package io.xbarflow.testbench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.io.Resources;
import io.xbarflow.core.timing.PipelineDepth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Control, macros and post-processing of an array under random stalls, cycle by cycle against a
 * model in Java; and the cells that sort channels. Needs Icarus, Verilator and Yosys.
 */
final class ArrayCellsTest {
  private static final String MACRO = "crossbar_macro_ideal";
  private static final int ROWS = 3;
  private static final int FRACTION_BITS = 12;
  private static final int ZERO_POINT = 3;
  private static final List<String> CELLS =
      List.of(
          "column_select",
          "copy_turn",
          "lane_adder",
          "lane_register",
          MACRO,
          MACRO + "_stub",
          "mvm_control",
          "stream_walk",
          "walk_axis",
          "post_processing",
          "requantise_pipe",
          "round_half_even",
          "round_significand",
          "split_blocks");

  @TempDir Path folder;

  /** One array. Percentages are of cycles in which a window is offered, an output taken. */
  private record Case(
      int copies,
      int rowTiles,
      int patchHeight,
      int patchWidth,
      int mapHeight,
      int mapWidth,
      int lanes,
      int beats,
      int mvmCycles,
      int offered,
      int taken,
      long seed) {

    static Case random(long seed) {
      Random random = new Random(seed);
      int patchHeight = 1 + random.nextInt(3);
      int patchWidth = 1 + random.nextInt(3);
      int[] percent = {100, 100, 60, 25};
      return new Case(
          1 + random.nextInt(5),
          1 + random.nextInt(3),
          patchHeight,
          patchWidth,
          patchHeight + random.nextInt(6),
          patchWidth + random.nextInt(6),
          1 + random.nextInt(3),
          1 + random.nextInt(3),
          1 + random.nextInt(9),
          percent[random.nextInt(4)],
          percent[random.nextInt(4)],
          seed);
    }

    int channels() {
      return lanes * beats;
    }

    int columns() {
      return patchHeight * patchWidth * channels();
    }

    int across() {
      return (mapWidth + patchWidth - 1) / patchWidth;
    }

    int windows() {
      return across() * ((mapHeight + patchHeight - 1) / patchHeight);
    }

    /** Bits of a counter of {@code values} values. */
    static int bits(int values) {
      return Math.max(1, 32 - Integer.numberOfLeadingZeros(values - 1));
    }

    /** The pixels of window {@code window} of an image that lie in the map, in their order. */
    List<Integer> pixels(int window) {
      List<Integer> pixels = new ArrayList<>();
      for (int pixel = 0; pixel < patchHeight * patchWidth; pixel++) {
        if (window / across() * patchHeight + pixel / patchWidth < mapHeight
            && window % across() * patchWidth + pixel % patchWidth < mapWidth) {
          pixels.add(pixel);
        }
      }
      return pixels;
    }

    /** Enough for three images and a little, at the slower of both sides. */
    int cycles() {
      int pixels = mapHeight * mapWidth * beats;
      return 3 * (pixels + windows() * (mvmCycles + 1)) * 100 / Math.min(offered, taken) / 2 + 50;
    }
  }

  /** What goes in: weights, constants, windows, and which cycles offer a window or take output. */
  private record Stimulus(
      byte[][][] weights, int[] bias, int[] shift, byte[][] windows, int[] cycles) {

    static Stimulus of(Case c) {
      Random random = new Random(c.seed());
      byte[][][] weights = new byte[c.rowTiles()][ROWS][c.columns()];
      for (byte[][] tile : weights) {
        for (byte[] row : tile) {
          random.nextBytes(row);
        }
      }
      byte[][] windows = new byte[c.cycles()][c.rowTiles() * ROWS];
      for (byte[] window : windows) {
        random.nextBytes(window);
      }
      return new Stimulus(
          weights,
          random.ints(c.channels(), -2000, 2000).toArray(),
          random.ints(c.channels(), 6, FRACTION_BITS + 1).toArray(),
          windows,
          random
              .ints(c.cycles(), 0, 10_000)
              .map(draw -> (draw % 100 < c.offered() ? 1 : 0) + (draw / 100 < c.taken() ? 2 : 0))
              .toArray());
    }

    /** The value sent for column {@code pixel * channels + channel} of window {@code window}. */
    int value(int window, int column, int channel) {
      long sum = bias[channel];
      for (int tile = 0; tile < weights.length; tile++) {
        for (int row = 0; row < ROWS; row++) {
          sum += (long) weights[tile][row][column] * windows[window][tile * ROWS + row];
        }
      }
      double scaled = Math.rint(sum / (double) (1 << shift[channel])) + ZERO_POINT;
      return (int) Math.max(-128, Math.min(127, scaled));
    }
  }

  private static Stream<Case> cases() {
    return Stream.concat(
        Stream.of(
            new Case(1, 1, 1, 1, 3, 4, 2, 2, 4, 100, 100, 1),
            new Case(4, 1, 1, 1, 3, 3, 2, 1, 8, 100, 100, 2),
            new Case(3, 1, 2, 2, 2, 2, 1, 1, 5, 100, 100, 3)),
        Stream.iterate(100L, seed -> seed + 1).limit(12).map(Case::random));
  }

  @BeforeEach
  void copyCells() throws IOException {
    for (String cell : CELLS) {
      Files.write(
          folder.resolve(cell + ".v"),
          Resources.toByteArray(
              Resources.getResource(
                  ArrayCellsTest.class,
                  (cell.startsWith(MACRO)
                          ? "/io/xbarflow/cores/ideal/"
                          : "/io/xbarflow/rtlgen/rtl/")
                      + cell
                      + ".v")));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalsTheModelCycleByCycle(Case c) throws IOException {
    Stimulus stimulus = Stimulus.of(c);
    List<String> expected = model(c, stimulus, c.mvmCycles());
    assertTrue(
        expected.stream().filter(line -> line.endsWith("1")).count() >= 2, "too few images: " + c);
    assertEquals(expected, simulate(c, stimulus), c.toString());
    assertEquals(
        List.of(),
        Lint.output(
            folder, command(MACRO, "verilator", "--lint-only", "-Wall", "--top-module", "array")));
    assertEquals(
        List.of(),
        Lint.output(
            folder,
            "yosys",
            "-q",
            "-p",
            "read_verilog "
                + String.join(" ", sources(MACRO + "_stub"))
                + "; hierarchy -check -top array; proc; check -assert"));
  }

  @Test
  void comparisonSeesOneCycle() throws IOException {
    Case c = Case.random(100);
    Stimulus stimulus = Stimulus.of(c);
    assertNotEquals(model(c, stimulus, c.mvmCycles() + 1), simulate(c, stimulus));
  }

  /** A line for each cycle: starts, captures, and the beat offered with its last. */
  private static List<String> model(Case c, Stimulus stimulus, int mvmCycles) {
    List<String> lines = new ArrayList<>();
    int[] doneAt = new int[c.copies()];
    boolean[] busy = new boolean[c.copies()];
    boolean offered = false;
    int started = 0;
    int captured = 0;
    boolean held = false; // result `captured - 1` waits in post-processing
    int index = 0;
    int beat = 0;
    String[] stages = new String[PipelineDepth.POST_PROCESSING];
    for (int cycle = 0; cycle < c.cycles(); cycle++) {
      offered |= (stimulus.cycles()[cycle] & 1) != 0;
      final boolean ready = (stimulus.cycles()[cycle] & 2) != 0;
      // A stage is free when a beat leaves at the end or any stage from it on is empty.
      boolean[] free = new boolean[stages.length];
      for (int stage = stages.length - 1; stage >= 0; stage--) {
        boolean after = stage == stages.length - 1 ? ready : free[stage + 1];
        free[stage] = stages[stage] == null || after;
      }
      int window = Math.floorMod(captured - 1, c.windows());
      List<Integer> pixels = c.pixels(window);
      boolean enter = held && free[0];
      boolean pixelDone = enter && beat == c.beats() - 1;
      boolean resultFree = !held || (pixelDone && index == pixels.size() - 1);

      int from = captured % c.windows() % c.copies();
      boolean capture = busy[from] && cycle >= doneAt[from] && resultFree;
      int to = started % c.windows() % c.copies();
      boolean start = offered && (!busy[to] || (capture && from == to));
      lines.add(
          String.format(
              "%d %d %s",
              start ? 1 << to : 0,
              capture ? 1 << from : 0,
              Objects.requireNonNullElse(stages[stages.length - 1], "-")));

      for (int stage = stages.length - 1; stage >= 0; stage--) {
        if (free[stage]) {
          stages[stage] = stage == 0 ? null : stages[stage - 1];
        }
      }
      if (enter) {
        StringBuilder data = new StringBuilder();
        for (int lane = c.lanes() - 1; lane >= 0; lane--) {
          int channel = beat * c.lanes() + lane;
          int column = pixels.get(index) * c.channels() + channel;
          data.append(String.format("%02x", stimulus.value(captured - 1, column, channel) & 0xff));
        }
        boolean last =
            window == c.windows() - 1 && index == pixels.size() - 1 && beat == c.beats() - 1;
        stages[0] = data + " " + (last ? 1 : 0);
        beat = pixelDone ? 0 : beat + 1;
        index += pixelDone ? 1 : 0;
      }
      if (resultFree) {
        held = false;
      }
      if (capture) {
        busy[from] = false;
        held = true;
        captured++;
        index = 0;
      }
      if (start) {
        busy[to] = true;
        doneAt[to] = cycle + mvmCycles;
        offered = false;
        started++;
      }
    }
    return lines;
  }

  /** The same lines from the Verilog. */
  private List<String> simulate(Case c, Stimulus stimulus) throws IOException {
    Files.createDirectories(folder.resolve("mem"));
    for (int tile = 0; tile < c.rowTiles(); tile++) {
      StringBuilder text = new StringBuilder();
      for (byte[] row : stimulus.weights()[tile]) {
        for (byte weight : row) {
          text.append(String.format("%02x ", weight));
        }
        text.append('\n');
      }
      Files.writeString(folder.resolve("mem").resolve("macro_" + tile + ".hex"), text, US_ASCII);
    }
    StringBuilder windows = new StringBuilder();
    for (byte[] window : stimulus.windows()) {
      for (int row = window.length - 1; row >= 0; row--) {
        windows.append(String.format("%02x", window[row]));
      }
      windows.append('\n');
    }
    Files.writeString(folder.resolve("windows.hex"), windows, US_ASCII);
    StringBuilder cycles = new StringBuilder();
    for (int cycle : stimulus.cycles()) {
      cycles.append(cycle).append('\n');
    }
    Files.writeString(folder.resolve("cycles.hex"), cycles, US_ASCII);
    Files.writeString(folder.resolve("array.v"), array(c, stimulus), US_ASCII);
    Files.writeString(folder.resolve("bench.v"), bench(c), US_ASCII);
    assertEquals(
        List.of(),
        Lint.output(
            folder,
            Stream.concat(
                    Stream.of(
                        command(
                            MACRO, "iverilog", "-g2005", "-Wall", "-s", "bench", "-o", "bench")),
                    Stream.of("bench.v"))
                .toArray(String[]::new)));
    return Lint.output(folder, "vvp", "-n", "bench");
  }

  /** The cells as a core joins them. */
  private static String array(Case c, Stimulus stimulus) {
    StringBuilder bias = new StringBuilder();
    StringBuilder multiplier = new StringBuilder();
    for (int channel = c.channels() - 1; channel >= 0; channel--) {
      String end = channel > 0 ? ", " : "";
      bias.append(String.format("24'h%06x%s", stimulus.bias()[channel] & 0xffffff, end));
      multiplier.append(
          String.format("13'd%d%s", 1 << (FRACTION_BITS - stimulus.shift()[channel]), end));
    }
    StringBuilder macros = new StringBuilder();
    for (int copy = 0; copy < c.copies(); copy++) {
      for (int tile = 0; tile < c.rowTiles(); tile++) {
        int macro = copy * c.rowTiles() + tile;
        macros.append(
            """
              crossbar_macro_ideal #(
                .ROWS(%d), .COLUMNS(%d), .COLUMN_BITS(20), .MVM_CYCLES(%d), .COUNT_BITS(%d)
              ) u_macro_%d (
                .clk(clk), .rst_n(rst_n), .weights_id(24'd%d),
                .start(start[%d]), .row_data(window[%d +: %d]),
                .done(done[%d]), .column_data(columns_%d[%d +: %d])
              );
            """
                .formatted(
                    ROWS,
                    c.columns(),
                    c.mvmCycles(),
                    Case.bits(c.mvmCycles()),
                    macro,
                    tile,
                    copy,
                    tile * ROWS * 8,
                    ROWS * 8,
                    macro,
                    tile,
                    copy * c.columns() * 20,
                    c.columns() * 20));
      }
    }
    StringBuilder selects = new StringBuilder();
    String sum = "{" + c.lanes() * 24 + "{1'b0}}";
    for (int tile = 0; tile < c.rowTiles(); tile++) {
      selects.append(
          """
            wire [%1$d:0] lanes_%2$d;
            wire [%3$d:0] sum_%2$d;
            column_select #(
              .COPIES(%4$d), .COLUMNS(%5$d), .COLUMN_BITS(20), .CHANNELS(%6$d), .LANES(%7$d)
            ) u_select_%2$d (
              .clk(clk), .capture(capture), .column_data(columns_%2$d), .select(select),
              .pixel(pixel), .beat({%8$d'd0, beat}), .lane_data(lanes_%2$d)
            );
            lane_adder #(.LANES(%7$d), .A_BITS(20), .B_BITS(24), .SUM_BITS(24)) u_sum_%2$d (
              .enable(select), .a(lanes_%2$d), .b(%9$s), .sum(sum_%2$d)
            );
          """
              .formatted(
                  c.lanes() * 20 - 1,
                  tile,
                  c.lanes() * 24 - 1,
                  c.copies(),
                  c.columns(),
                  c.channels(),
                  c.lanes(),
                  32 - Case.bits(c.beats()),
                  sum));
      sum = "sum_" + tile;
    }
    StringBuilder columns = new StringBuilder();
    for (int tile = 0; tile < c.rowTiles(); tile++) {
      columns.append(
          "  wire [%d:0] columns_%d;\n".formatted(c.copies() * c.columns() * 20 - 1, tile));
    }
    return """
        `default_nettype none
        module array (
          input  wire          clk,
          input  wire          rst_n,
          input  wire          window_valid,
          output wire          window_taken,
          input  wire [%1$d:0] window,
          output wire [%2$d:0] start,
          output wire [%2$d:0] capture,
          output wire          out_valid,
          input  wire          out_ready,
          output wire [%3$d:0] out_data,
          output wire          out_last
        );
          wire [%4$d:0] done;
          wire          result_free;
          wire          select;
          wire          load;
          wire          unused_loaded;
          wire [31:0]   pixel;
        %5$s
          wire [%6$d:0] beat;
          wire [%7$d:0] all_biases = {%8$s};
          wire [%9$d:0] all_multipliers = {%10$s};
          mvm_control #(.COPIES(%11$d), .MACROS(%12$d), .WINDOWS(%13$d), .WINDOW_BITS(%14$d))
          u_control (
            .clk(clk), .rst_n(rst_n), .window_valid(window_valid), .window_taken(window_taken),
            .start(start), .macro_done(done), .result_free(result_free), .capture(capture)
          );
        %15$s
          wire [%19$d*24-1:0] sums = %18$s;
          wire [%19$d*24-1:0] loaded_sums;
          lane_register #(.BITS(%19$d*24)) u_load (
            .clk(clk), .load(load), .in(sums), .out(loaded_sums)
          );
          post_processing #(
            .PATCH_HEIGHT(%16$d), .PATCH_WIDTH(%17$d), .SUM_BITS(24), .LANES(%19$d), .BEATS(%20$d),
            .BEAT_BITS(%21$d), .MAP_HEIGHT(%22$d), .MAP_WIDTH(%23$d), .COORDINATE_BITS(%24$d),
            .ACCUMULATOR_BITS(24), .MULTIPLIER_BITS(13), .FRACTION_BITS(%25$d), .ZERO_POINT(%26$d)
          ) u_post_processing (
            .clk(clk), .rst_n(rst_n), .capture(|capture), .result_free(result_free),
            .select(select), .pixel(pixel), .beat(beat), .bias(all_biases[beat * %27$d +: %27$d]),
            .multiplier(all_multipliers[beat * %28$d +: %28$d]),
            .load(load), .loaded(unused_loaded), .sums(loaded_sums),
            .out_valid(out_valid), .out_ready(out_ready), .out_data(out_data), .out_last(out_last)
          );
        endmodule
        `default_nettype wire
        """
        .formatted(
            c.rowTiles() * ROWS * 8 - 1,
            c.copies() - 1,
            c.lanes() * 8 - 1,
            c.copies() * c.rowTiles() - 1,
            columns,
            Case.bits(c.beats()) - 1,
            c.channels() * 24 - 1,
            bias,
            c.channels() * 13 - 1,
            multiplier,
            c.copies(),
            c.rowTiles(),
            c.windows(),
            Case.bits(c.windows()),
            macros.append(selects),
            c.patchHeight(),
            c.patchWidth(),
            sum,
            c.lanes(),
            c.beats(),
            Case.bits(c.beats()),
            c.mapHeight(),
            c.mapWidth(),
            Case.bits(Math.max(c.mapHeight(), c.mapWidth()) + 1),
            FRACTION_BITS,
            ZERO_POINT,
            c.lanes() * 24,
            c.lanes() * 13);
  }

  /** Offers windows, takes beats, prints a line for each cycle. */
  private static String bench(Case c) {
    return """
        module bench;
          reg          clk;
          reg          rst_n;
          reg          window_valid;
          reg          out_ready;
          reg  [%1$d:0] windows [0:%2$d];
          reg  [3:0]   cycles [0:%2$d];
          integer      cycle;
          integer      next;
          wire         window_taken;
          wire [%3$d:0] start;
          wire [%3$d:0] capture;
          wire         out_valid;
          wire [%4$d:0] out_data;
          wire         out_last;
          reg          taken;
          array dut (
            .clk(clk), .rst_n(rst_n), .window_valid(window_valid), .window_taken(window_taken),
            .window(windows[next]), .start(start), .capture(capture), .out_valid(out_valid),
            .out_ready(out_ready), .out_data(out_data), .out_last(out_last)
          );
          initial begin
            $readmemh("windows.hex", windows);
            $readmemh("cycles.hex", cycles);
            clk = 0; rst_n = 0; window_valid = 0; out_ready = 0; next = 0;
            #1 clk = 1; #1 clk = 0; rst_n = 1;
            for (cycle = 0; cycle <= %2$d; cycle = cycle + 1) begin
              if (cycles[cycle][0]) window_valid = 1;
              out_ready = cycles[cycle][1];
              #1 if (out_valid) $display("%%0d %%0d %%h %%b", start, capture, out_data, out_last);
              else $display("%%0d %%0d -", start, capture);
              taken = window_taken;
              clk = 1; #1 clk = 0;
              if (taken) begin
                window_valid = 0;
                next = next + 1;
              end
            end
          end
        endmodule
        """
        .formatted(c.rowTiles() * ROWS * 8 - 1, c.cycles() - 1, c.copies() - 1, c.lanes() * 8 - 1);
  }

  /** Diagonal blocks of an array whose macros have {@code tileColumns} columns. */
  private record Blocks(
      int copies, int pixels, int channels, int blockChannels, int lanes, int tileColumns) {
    int elements() {
      return pixels * channels;
    }

    int count(int first) {
      return Math.min(blockChannels, channels - first);
    }

    /** Where element {@code element} of the pixels stands among the blocks. */
    int place(int element) {
      int channel = element % channels;
      int pixel = element / channels;
      int first = channel / blockChannels * blockChannels;
      return pixels * first + pixel * count(first) + channel - first;
    }
  }

  @Test
  void blocksAreSortedAndChosenFrom() throws IOException {
    for (Blocks blocks :
        List.of(
            new Blocks(1, 1, 4, 2, 2, 2),
            new Blocks(1, 4, 8, 8, 4, 12),
            new Blocks(2, 4, 8, 8, 4, 16),
            new Blocks(3, 4, 7, 3, 7, 100),
            new Blocks(1, 4, 6, 6, 3, 5),
            new Blocks(2, 9, 5, 1, 5, 9),
            new Blocks(2, 3, 6, 4, 2, 100))) {
      int[] sorted = new int[blocks.elements()];
      for (int element = 0; element < blocks.elements(); element++) {
        sorted[blocks.place(element)] = element;
      }
      ImmutableList.Builder<String> expected = ImmutableList.builder();
      for (int element : sorted) {
        expected.add(String.valueOf(element));
      }
      for (int copy = 0; copy < blocks.copies(); copy++) {
        for (int element = 0; element < blocks.elements(); element++) {
          expected.add(String.valueOf(copy * blocks.elements() + element));
        }
      }
      expected.add("0");
      Files.writeString(folder.resolve("bench.v"), bench(blocks), US_ASCII);
      assertEquals(
          List.of(),
          Lint.output(
              folder,
              "iverilog",
              "-g2005",
              "-Wall",
              "-o",
              "bench",
              "bench.v",
              "split_blocks.v",
              "column_select.v"));
      assertEquals(expected.build(), Lint.output(folder, "vvp", "-n", "bench"), blocks.toString());
      assertEquals(
          List.of(),
          Lint.output(
              folder,
              "verilator",
              "--lint-only",
              "-Wall",
              "-GTAPS=" + blocks.pixels(),
              "-GCHANNELS=" + blocks.channels(),
              "-GBLOCK_CHANNELS=" + blocks.blockChannels(),
              "split_blocks.v"));
      assertEquals(
          List.of(),
          Lint.output(
              folder,
              "verilator",
              "--lint-only",
              "-Wall",
              "-GCOPIES=" + blocks.copies(),
              "-GCOLUMNS=" + Math.min(blocks.tileColumns(), blocks.pixels() * blocks.count(0)),
              "-GCHANNELS=" + blocks.count(0),
              "-GLANES=" + blocks.lanes(),
              "column_select.v"));
    }
  }

  /**
   * Splits numbered elements; gives every copy's, each with an offset, to the selects as macros do
   * and asks for all of them beat by beat.
   */
  private static String bench(Blocks blocks) {
    int bits = blocks.elements() * 12;
    StringBuilder selects = new StringBuilder();
    List<String> lanes = new ArrayList<>();
    for (int first = 0; first < blocks.channels(); first += blocks.blockChannels()) {
      int columns = blocks.pixels() * blocks.count(first);
      for (int column = 0; column < columns; column += blocks.tileColumns()) {
        int used = Math.min(blocks.tileColumns(), columns - column);
        List<String> copies = new ArrayList<>();
        for (int copy = blocks.copies() - 1; copy >= 0; copy--) {
          int from = copy * bits + (blocks.pixels() * first + column) * 12;
          copies.add("many[%d +: %d]".formatted(from, used * 12));
        }
        int tile = lanes.size();
        selects.append(
            """
              wire [%1$d:0] lanes_%2$d;
              column_select #(
                .COPIES(%3$d), .COLUMNS(%4$d), .COLUMN_BITS(12), .FIRST_COLUMN(%5$d),
                .FIRST_CHANNEL(%6$d), .CHANNELS(%7$d), .LANES(%8$d)
              ) u_select_%2$d (
                .clk(clk), .capture(capture), .column_data({%9$s}), .select(select),
                .pixel(pixel), .beat(beat), .lane_data(lanes_%2$d)
              );
            """
                .formatted(
                    blocks.lanes() * 12 - 1,
                    tile,
                    blocks.copies(),
                    used,
                    column,
                    first,
                    blocks.count(first),
                    blocks.lanes(),
                    String.join(", ", copies)));
        lanes.add("lanes_" + tile);
      }
    }
    return """
        module bench;
          reg  [%1$d-1:0] pixels;
          wire [%1$d-1:0] split;
          reg  [%2$d*%1$d-1:0] many;
          reg             clk;
          reg  [%2$d-1:0] capture;
          reg             select;
          reg  [31:0]     pixel;
          reg  [31:0]     beat;
          wire [%6$d*12-1:0] chosen = %7$s;
          integer copy;
          integer element;
          integer lane;
          split_blocks #(
            .TAPS(%3$d), .CHANNELS(%4$d), .BLOCK_CHANNELS(%5$d), .ELEMENT_BITS(12)
          ) u_split (.pixels(pixels), .blocks(split));
        %8$s
          initial begin
            clk = 0;
            select = 1;
            for (element = 0; element < %9$d; element = element + 1) begin
              pixels[element*12 +: 12] = element;
            end
            #1;
            for (element = 0; element < %9$d; element = element + 1) begin
              $display("%%0d", split[element * 12 +: 12]);
              for (copy = 0; copy < %2$d; copy = copy + 1) begin
                many[(copy*%9$d + element)*12 +: 12] = split[element*12 +: 12] + copy*%9$d;
              end
            end
            for (copy = 0; copy < %2$d; copy = copy + 1) begin
              capture = 1 << copy;
              #1 clk = 1;
              #1 clk = 0;
              for (pixel = 0; pixel < %3$d; pixel = pixel + 1) begin
                for (beat = 0; beat < %4$d / %6$d; beat = beat + 1) begin
                  #1;
                  for (lane = 0; lane < %6$d; lane = lane + 1) begin
                    $display("%%0d", chosen[lane*12 +: 12]);
                  end
                end
              end
            end
            select = 0;
            #1 $display("%%0d", chosen);
          end
        endmodule
        """
        .formatted(
            bits,
            blocks.copies(),
            blocks.pixels(),
            blocks.channels(),
            blocks.blockChannels(),
            blocks.lanes(),
            String.join(" | ", lanes),
            selects,
            blocks.elements());
  }

  /** The files of {@code array}, with {@code macro} as its macro. */
  private static List<String> sources(String macro) {
    return Stream.concat(
            Stream.of("array.v", macro + ".v"),
            CELLS.stream()
                .filter(cell -> !cell.endsWith("_blocks") && !cell.startsWith(MACRO))
                .map(cell -> cell + ".v"))
        .toList();
  }

  private static String[] command(String macro, String... words) {
    return Stream.concat(Stream.of(words), sources(macro).stream()).toArray(String[]::new);
  }
}
