// Greatest value of each channel over windows of KERNEL_HEIGHT x KERNEL_WIDTH pixels, STRIDE_HEIGHT
// and STRIDE_WIDTH apart, from a stream in raster order. Padding has no values, so that it only
// shifts the windows. No two windows of a column end in one row, nor two of a row in one column.
//
// No pixel is kept, only the greatest values so far of the windows that are open: first over the
// pixels of a row, in a word a beat; what is complete there enters the row of windows, in a word a
// beat from left to right. Where windows lie side by side, pixels go straight into that row.
// 1. A beat is taken in cycle t while its partial results are read, and merged in t + 1.
// 2. A beat that completes a window enters the output register when it is merged and waits for room
//    there. Other beats never wait.
// 3. in_ready is low only while a beat waits; in the cycle in which it is merged it is high.
`default_nettype none

module row_max_pool #(
  parameter LANES = 2,
  parameter BEATS = 2,             // beats of a pixel
  parameter BEAT_BITS = 1,         // at least 1 and at least log2(BEATS)
  parameter MAP_HEIGHT = 5,
  parameter MAP_WIDTH = 5,
  parameter OUT_HEIGHT = 2,
  parameter OUT_WIDTH = 2,
  parameter KERNEL_HEIGHT = 3,
  parameter KERNEL_WIDTH = 3,
  parameter STRIDE_HEIGHT = 2,
  parameter STRIDE_WIDTH = 2,
  parameter PAD_TOP = 0,           // less than KERNEL_HEIGHT
  parameter PAD_LEFT = 0,          // less than KERNEL_WIDTH
  parameter VALUES_SIGNED = 1,
  parameter WORDS = 4,             // OUT_WIDTH * BEATS
  parameter WORD_BITS = 2,         // at least 1 and at least log2(WORDS)
  parameter COORDINATE_BITS = 3    // holds the map, kernel and strides
) (
  input  wire               clk,
  input  wire               rst_n,

  input  wire               in_valid,
  output wire               in_ready,
  input  wire [LANES*8-1:0] in_data,

  output reg                out_valid,
  input  wire               out_ready,
  output reg  [LANES*8-1:0] out_data,
  output reg                out_last
);

  localparam FINAL_BEAT = BEATS - 1;
  localparam FINAL_WORD = WORDS - 1;
  localparam [COORDINATE_BITS-1:0] ORIGIN = 0;
  localparam [WORD_BITS-1:0] FIRST_WORD = 0;

  // Rows in which the first and the last window end; the map's edge may cut the last one off.
  localparam FIRST_ROW = KERNEL_HEIGHT - 1 - PAD_TOP;
  localparam WHOLE_ROW = FIRST_ROW + (OUT_HEIGHT - 1) * STRIDE_HEIGHT;
  localparam FINAL_ROW = (WHOLE_ROW < MAP_HEIGHT) ? WHOLE_ROW : MAP_HEIGHT - 1;
  // Modulo STRIDE_HEIGHT windows begin in rows BEGIN_ROW and end in rows END_ROW.
  localparam BEGIN_ROW = (STRIDE_HEIGHT - PAD_TOP % STRIDE_HEIGHT) % STRIDE_HEIGHT;
  localparam END_ROW = FIRST_ROW % STRIDE_HEIGHT;
  // Most windows of a column that are open between two rows.
  localparam ROW_SLOTS = (KERNEL_HEIGHT + STRIDE_HEIGHT - 2) / STRIDE_HEIGHT;

  // The same for columns.
  localparam FIRST_COLUMN = KERNEL_WIDTH - 1 - PAD_LEFT;
  localparam WHOLE_COLUMN = FIRST_COLUMN + (OUT_WIDTH - 1) * STRIDE_WIDTH;
  localparam FINAL_COLUMN = (WHOLE_COLUMN < MAP_WIDTH) ? WHOLE_COLUMN : MAP_WIDTH - 1;
  localparam BEGIN_COLUMN = (STRIDE_WIDTH - PAD_LEFT % STRIDE_WIDTH) % STRIDE_WIDTH;
  localparam END_COLUMN = FIRST_COLUMN % STRIDE_WIDTH;
  localparam COLUMN_SLOTS = (KERNEL_WIDTH + STRIDE_WIDTH - 2) / STRIDE_WIDTH;

  // Every pixel has at most one window, and every pixel of a row has one.
  localparam APART = (KERNEL_HEIGHT <= STRIDE_HEIGHT) && (KERNEL_WIDTH == STRIDE_WIDTH);

  reg [BEAT_BITS-1:0] beat;

  reg                 held;            // the beat taken last is not merged yet
  reg [LANES*8-1:0]   held_data;
  reg                 held_final;      // it completes a window
  reg                 held_last;       // it is the image's last beat that does

  wire [COORDINATE_BITS-1:0] row;
  wire [COORDINATE_BITS-1:0] column;
  wire [COORDINATE_BITS-1:0] row_phase;
  wire [COORDINATE_BITS-1:0] column_phase;
  wire                       unused_patch_done;

  wire [LANES*8-1:0] row_greatest;     // of the pixels of a row in one window
  wire [LANES*8-1:0] greatest;         // of the window

  wire take = in_valid && in_ready;
  wire final_beat = (beat == FINAL_BEAT[BEAT_BITS-1:0]);
  wire in_columns = (column <= FINAL_COLUMN[COORDINATE_BITS-1:0]);
  wire in_rows = (row <= FINAL_ROW[COORDINATE_BITS-1:0]);
  wire use_beat = take && in_rows && in_columns;
  wire final_row = (row == FINAL_ROW[COORDINATE_BITS-1:0]);
  wire final_column = (column == FINAL_COLUMN[COORDINATE_BITS-1:0]);
  wire row_ends = (row_phase == END_ROW[COORDINATE_BITS-1:0]);
  wire column_ends = (column_phase == END_COLUMN[COORDINATE_BITS-1:0]);
  // Windows end from the first one on.
  wire lower_end = final_row || (row_ends && row + 1'b1 > FIRST_ROW[COORDINATE_BITS-1:0]);
  wire right_end =
      final_column || (column_ends && column + 1'b1 > FIRST_COLUMN[COORDINATE_BITS-1:0]);

  wire enter = held && held_final && (!out_valid || out_ready);
  wire merge = enter || (held && !held_final);

  assign in_ready = !held || merge;

  stream_walk #(
    .MAP_HEIGHT      (MAP_HEIGHT),
    .MAP_WIDTH       (MAP_WIDTH),
    .PATCH_HEIGHT    (1),
    .PATCH_WIDTH     (1),
    .ROW_PERIOD      (STRIDE_HEIGHT),
    .COLUMN_PERIOD   (STRIDE_WIDTH),
    .COORDINATE_BITS (COORDINATE_BITS)
  ) u_walk (
    .clk          (clk),
    .rst_n        (rst_n),
    .step         (take && final_beat),
    .row          (row),
    .column       (column),
    .row_phase    (row_phase),
    .column_phase (column_phase),
    .patch_done   (unused_patch_done)
  );

  generate
    if (KERNEL_WIDTH == 1 || (APART && KERNEL_HEIGHT > 1)) begin : g_no_columns
      assign row_greatest = held_data;
    end else begin : g_columns
      reg [BEAT_BITS-1:0] held_beat;
      reg                 held_first;
      reg                 held_begins;
      reg                 held_ends;

      max_pool_partials #(
        .LANES         (LANES),
        .SLOTS         (COLUMN_SLOTS),
        .NEWEST        ((KERNEL_WIDTH - 1) / STRIDE_WIDTH),
        .WORDS         (BEATS),
        .WORD_BITS     (BEAT_BITS),
        .VALUES_SIGNED (VALUES_SIGNED)
      ) u_partials (
        .clk       (clk),
        .read      (use_beat),
        .read_word (beat),
        .merge     (merge),
        .word      (held_beat),
        .first     (held_first),
        .begins    (held_begins),
        .shift     (held_ends),
        .data      (held_data),
        .oldest    (row_greatest)
      );

      always @(posedge clk) begin
        if (take) begin
          held_beat <= beat;
          held_first <= (column == ORIGIN);
          held_begins <= (column_phase == BEGIN_COLUMN[COORDINATE_BITS-1:0]);
          held_ends <= column_ends;
        end
      end
    end

    if (KERNEL_HEIGHT == 1) begin : g_no_rows
      assign greatest = row_greatest;
    end else begin : g_rows
      reg [WORD_BITS-1:0] word;            // of the beat's partial results
      reg [WORD_BITS-1:0] window_word;     // of its window's first beat
      reg [WORD_BITS-1:0] held_word;
      reg                 held_enters;     // the beat enters the row of windows
      reg                 held_first;
      reg                 held_begins;
      reg                 held_ends;

      wire enters;
      wire starts;                         // it may be a window's first beat
      wire [WORD_BITS-1:0] word_next =
          (word == FINAL_WORD[WORD_BITS-1:0]) ? FIRST_WORD : word + 1'b1;

      if (APART) begin : g_apart
        assign enters = 1'b1;
        assign starts =
            (column == ORIGIN) || (column_phase == BEGIN_COLUMN[COORDINATE_BITS-1:0]);
      end else begin : g_overlap
        assign enters = right_end;
        assign starts = 1'b1;
      end

      max_pool_partials #(
        .LANES         (LANES),
        .SLOTS         (ROW_SLOTS),
        .NEWEST        ((KERNEL_HEIGHT - 1) / STRIDE_HEIGHT),
        .WORDS         (WORDS),
        .WORD_BITS     (WORD_BITS),
        .VALUES_SIGNED (VALUES_SIGNED)
      ) u_partials (
        .clk       (clk),
        .read      (use_beat && enters),
        .read_word (word),
        .merge     (merge && held_enters),
        .word      (held_word),
        .first     (held_first),
        .begins    (held_begins),
        .shift     (held_ends),
        .data      (row_greatest),
        .oldest    (greatest)
      );

      // Every row goes once over the words; the pixels before a window's end share its words.
      always @(posedge clk) begin
        if (!rst_n) begin
          word <= FIRST_WORD;
          window_word <= FIRST_WORD;
        end else if (take && in_columns) begin
          word <= (final_beat && !right_end) ? window_word : word_next;
          if (final_beat && right_end) window_word <= word_next;
        end
      end

      always @(posedge clk) begin
        if (take) begin
          held_word <= word;
          held_enters <= enters;
          held_first <= starts && (row == ORIGIN);
          held_begins <= starts && (row_phase == BEGIN_ROW[COORDINATE_BITS-1:0]);
          held_ends <= row_ends && right_end;
        end
      end
    end
  endgenerate

  always @(posedge clk) begin
    if (!rst_n) begin
      beat <= {BEAT_BITS{1'b0}};
      held <= 1'b0;
      out_valid <= 1'b0;
    end else begin
      if (take) beat <= final_beat ? {BEAT_BITS{1'b0}} : beat + 1'b1;
      if (take) held <= in_rows && in_columns;
      else if (merge) held <= 1'b0;
      if (enter) out_valid <= 1'b1;
      else if (out_ready) out_valid <= 1'b0;
    end
  end

  always @(posedge clk) begin
    if (take) begin
      held_data <= in_data;
      held_final <= right_end && lower_end;
      held_last <= final_row && final_column && final_beat;
    end
    if (enter) begin
      out_data <= greatest;
      out_last <= held_last;
    end
  end

endmodule

`default_nettype wire
