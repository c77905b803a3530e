// Greatest value of each channel over windows of KERNEL_HEIGHT x KERNEL_WIDTH pixels, as far apart
// as they are large, from a stream in raster order. Rows and columns left over at the map's end are
// dropped.
//
// The memory holds the greatest values so far of the windows that are open, beat by beat from left
// to right.
// 1. A beat is taken in cycle t while its partial result is read, and merged in t + 1.
// 2. A beat of a window's first pixel starts afresh; one of its last pixel enters the output
//    register when it is merged and waits for room there. Other beats never wait.
// 3. in_ready is low only while a beat waits; in the cycle in which it is merged it is high.
`default_nettype none

module row_max_pool #(
  parameter LANES = 2,
  parameter BEATS = 2,             // beats of a pixel
  parameter BEAT_BITS = 1,         // at least 1 and at least log2(BEATS)
  parameter MAP_HEIGHT = 5,
  parameter MAP_WIDTH = 5,
  parameter OUT_HEIGHT = 2,        // MAP_HEIGHT / KERNEL_HEIGHT
  parameter OUT_WIDTH = 2,         // MAP_WIDTH / KERNEL_WIDTH
  parameter KERNEL_HEIGHT = 2,
  parameter KERNEL_WIDTH = 2,
  parameter VALUES_SIGNED = 1,
  parameter WORDS = 4,             // OUT_WIDTH * BEATS, or BEATS when KERNEL_HEIGHT is 1
  parameter WORD_BITS = 2,         // at least 1 and at least log2(WORDS)
  parameter COORDINATE_BITS = 3    // holds the map
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
  localparam FINAL_ROW = OUT_HEIGHT * KERNEL_HEIGHT - 1;
  localparam FINAL_COLUMN = OUT_WIDTH * KERNEL_WIDTH - 1;
  localparam FINAL_ROW_PHASE = KERNEL_HEIGHT - 1;
  localparam FINAL_COLUMN_PHASE = KERNEL_WIDTH - 1;
  localparam [COORDINATE_BITS-1:0] ORIGIN = 0;
  localparam [WORD_BITS-1:0] FIRST_WORD = 0;
  // Flipping the sign bit of int8 values orders them as unsigned ones.
  localparam [7:0] ORDER = (VALUES_SIGNED != 0) ? 8'h80 : 8'h00;

  reg [BEAT_BITS-1:0] beat;
  reg [WORD_BITS-1:0] word;            // of the beat's partial result
  reg [WORD_BITS-1:0] window_word;     // of its window's first beat

  reg                 held;            // the beat taken last is not merged yet
  reg [LANES*8-1:0]   held_data;
  reg [WORD_BITS-1:0] held_word;
  reg                 held_first;      // it belongs to a window's first pixel
  reg                 held_final;      // to a window's last pixel
  reg                 held_last;       // it is the image's last beat in a window
  reg                 forward;         // its partial result was written while it was read
  reg [LANES*8-1:0]   forward_data;

  wire [COORDINATE_BITS-1:0] row;
  wire [COORDINATE_BITS-1:0] column;
  wire [COORDINATE_BITS-1:0] row_phase;
  wire [COORDINATE_BITS-1:0] column_phase;
  wire                       unused_patch_done;

  wire [LANES*8-1:0] stored_data;
  wire [LANES*8-1:0] partial_data = forward ? forward_data : stored_data;
  wire [LANES*8-1:0] greatest;

  wire take = in_valid && in_ready;
  wire final_beat = (beat == FINAL_BEAT[BEAT_BITS-1:0]);
  wire in_columns = (column <= FINAL_COLUMN[COORDINATE_BITS-1:0]);
  wire in_rows = (row <= FINAL_ROW[COORDINATE_BITS-1:0]);
  wire right_end = (column_phase == FINAL_COLUMN_PHASE[COORDINATE_BITS-1:0]);
  wire lower_end = (row_phase == FINAL_ROW_PHASE[COORDINATE_BITS-1:0]);
  wire first = (row_phase == ORIGIN) && (column_phase == ORIGIN);
  wire last = (row == FINAL_ROW[COORDINATE_BITS-1:0])
      && (column == FINAL_COLUMN[COORDINATE_BITS-1:0]);
  wire [WORD_BITS-1:0] word_next =
      (word == FINAL_WORD[WORD_BITS-1:0]) ? FIRST_WORD : word + 1'b1;

  wire enter = held && held_final && (!out_valid || out_ready);
  wire store = held && !held_final;
  wire merge = enter || store;
  wire same_word = store && (held_word == word);

  assign in_ready = !held || merge;

  stream_walk #(
    .MAP_HEIGHT      (MAP_HEIGHT),
    .MAP_WIDTH       (MAP_WIDTH),
    .PATCH_HEIGHT    (1),
    .PATCH_WIDTH     (1),
    .ROW_PERIOD      (KERNEL_HEIGHT),
    .COLUMN_PERIOD   (KERNEL_WIDTH),
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

  ram_1r1w #(
    .DEPTH        (WORDS),
    .WIDTH        (LANES * 8),
    .ADDRESS_BITS (WORD_BITS)
  ) u_partial (
    .clk           (clk),
    .write_enable  (store),
    .write_address (held_word),
    .write_data    (greatest),
    .read_enable   (take && in_rows && in_columns && !first && !same_word),
    .read_address  (word),
    .read_data     (stored_data)
  );

  generate
    genvar lane;
    for (lane = 0; lane < LANES; lane = lane + 1) begin : g_lane
      wire [7:0] value = held_data[lane*8 +: 8];
      wire [7:0] partial = partial_data[lane*8 +: 8];
      assign greatest[lane*8 +: 8] =
          (held_first || (value ^ ORDER) > (partial ^ ORDER)) ? value : partial;
    end
  endgenerate

  always @(posedge clk) begin
    if (!rst_n) begin
      beat <= {BEAT_BITS{1'b0}};
      word <= FIRST_WORD;
      window_word <= FIRST_WORD;
      held <= 1'b0;
      out_valid <= 1'b0;
    end else begin
      if (take) beat <= final_beat ? {BEAT_BITS{1'b0}} : beat + 1'b1;
      // Every row goes once over the words; the pixels of a row in one window share theirs.
      if (take && in_columns) begin
        word <= (final_beat && !right_end) ? window_word : word_next;
        if (final_beat && right_end) window_word <= word_next;
      end
      if (take) held <= in_rows && in_columns;
      else if (merge) held <= 1'b0;
      if (enter) out_valid <= 1'b1;
      else if (out_ready) out_valid <= 1'b0;
    end
  end

  always @(posedge clk) begin
    if (take) begin
      held_data <= in_data;
      held_word <= word;
      held_first <= first;
      held_final <= right_end && lower_end;
      held_last <= last && final_beat;
      forward <= same_word;
      forward_data <= greatest;
    end
    if (enter) begin
      out_data <= greatest;
      out_last <= held_last;
    end
  end

endmodule

`default_nettype wire
