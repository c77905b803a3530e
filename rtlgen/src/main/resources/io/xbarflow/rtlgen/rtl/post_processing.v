// Post-processing of one MVM's column sums: adds the bias, requantises, and sends the pixels of the
// patch in raster order, each in BEATS beats of LANES. Pixels beyond the map's right or lower edge
// are left out and take no time.
//
//   acc[p][o] = column sum of pixel p and channel o + bias[o]
//
// The column sums stay in column_select, one for each tile; select, pixel and beat ask for those
// of the next beat. They are loaded into registers behind the tiles and come back in the next
// cycle, added over the row tiles.
//
// 1. capture loads a result; it may fall into the cycle in which the last beat of the one before
//    enters the pipe (result_free).
// 2. A result captured in cycle t enters from t + 1, one beat a cycle; its first beat is offered
//    five cycles later.
`default_nettype none

module post_processing #(
  parameter PATCH_HEIGHT = 1,                    // pixels of a result
  parameter PATCH_WIDTH = 1,
  parameter SUM_BITS = 20,                       // signed, at most ACCUMULATOR_BITS
  parameter LANES = 2,
  parameter BEATS = 2,
  parameter BEAT_BITS = 1,                       // at least 1 and at least log2(BEATS)
  parameter MAP_HEIGHT = 4,                      // of the map sent
  parameter MAP_WIDTH = 4,
  parameter COORDINATE_BITS = 3,                 // at most 31, holds both
  parameter ACCUMULATOR_BITS = 24,
  parameter ROUND_ACCUMULATOR = 0,
  parameter MULTIPLIER_BITS = 24,
  parameter FRACTION_BITS = 30,
  parameter integer OUT_LOW = -128,
  parameter integer OUT_HIGH = 127,
  parameter integer ZERO_POINT = 0
) (
  input  wire                              clk,
  input  wire                              rst_n,

  input  wire                              capture,
  output wire                              result_free,

  output wire                              select,
  output wire [31:0]                       pixel,        // of the patch
  output reg  [BEAT_BITS-1:0]              beat,         // of the pixel; asks for the constants too
  input  wire [LANES*ACCUMULATOR_BITS-1:0] bias,
  input  wire [LANES*MULTIPLIER_BITS-1:0]  multiplier,
  output wire                              load,         // the registers behind the tiles
  output reg                               loaded,       // they hold a beat
  input  wire [LANES*SUM_BITS-1:0]         sums,         // of that beat

  output wire                              out_valid,
  input  wire                              out_ready,
  output wire [LANES*8-1:0]                out_data,
  output wire                              out_last
);

  localparam FINAL_BEAT = BEATS - 1;
  localparam FINAL_ROW = MAP_HEIGHT - 1;
  localparam FINAL_COLUMN = MAP_WIDTH - 1;

  reg                        result_valid;

  reg [LANES*ACCUMULATOR_BITS-1:0] loaded_bias;
  reg [LANES*MULTIPLIER_BITS-1:0]  loaded_multiplier;
  reg                              loaded_last;

  wire [LANES*ACCUMULATOR_BITS-1:0] accumulator;
  wire                       pipe_ready;
  wire [COORDINATE_BITS-1:0] row;            // of the pixel
  wire [COORDINATE_BITS-1:0] column;
  wire [COORDINATE_BITS-1:0] patch_row;      // in its patch
  wire [COORDINATE_BITS-1:0] patch_column;
  wire                       patch_end;      // it is the last one of its patch, of the map
  wire                       map_end = (row == FINAL_ROW[COORDINATE_BITS-1:0])
                                 && (column == FINAL_COLUMN[COORDINATE_BITS-1:0]);
  wire                       enter = result_valid && (!loaded || pipe_ready);
  wire                       final_beat = (beat == FINAL_BEAT[BEAT_BITS-1:0]);
  wire                       pixel_done = enter && final_beat;

  assign select = result_valid;
  assign load = enter;
  assign pixel = {{(32 - COORDINATE_BITS){1'b0}}, patch_row} * PATCH_WIDTH
      + {{(32 - COORDINATE_BITS){1'b0}}, patch_column};
  assign result_free = !result_valid || (pixel_done && patch_end);

  stream_walk #(
    .MAP_HEIGHT      (MAP_HEIGHT),
    .MAP_WIDTH       (MAP_WIDTH),
    .PATCH_HEIGHT    (PATCH_HEIGHT),
    .PATCH_WIDTH     (PATCH_WIDTH),
    .ROW_PERIOD      (PATCH_HEIGHT),
    .COLUMN_PERIOD   (PATCH_WIDTH),
    .COORDINATE_BITS (COORDINATE_BITS)
  ) u_walk (
    .clk          (clk),
    .rst_n        (rst_n),
    .step         (pixel_done),
    .row          (row),
    .column       (column),
    .row_phase    (patch_row),
    .column_phase (patch_column),
    .patch_done   (patch_end)
  );

  always @(posedge clk) begin
    if (!rst_n) begin
      result_valid <= 1'b0;
      beat <= {BEAT_BITS{1'b0}};
      loaded <= 1'b0;
    end else begin
      if (capture) result_valid <= 1'b1;
      else if (pixel_done && patch_end) result_valid <= 1'b0;
      if (enter) beat <= final_beat ? {BEAT_BITS{1'b0}} : beat + 1'b1;
      if (enter) loaded <= 1'b1;
      else if (pipe_ready) loaded <= 1'b0;
    end
  end

  always @(posedge clk) begin
    if (enter) begin
      loaded_bias <= bias;
      loaded_multiplier <= multiplier;
      loaded_last <= final_beat && map_end;
    end
  end

  lane_adder #(
    .LANES    (LANES),
    .A_BITS   (SUM_BITS),
    .B_BITS   (ACCUMULATOR_BITS),
    .SUM_BITS (ACCUMULATOR_BITS)
  ) u_bias (
    .enable (loaded),
    .a      (sums),
    .b      (loaded_bias),
    .sum    (accumulator)
  );

  requantise_pipe #(
    .LANES             (LANES),
    .ACCUMULATOR_BITS  (ACCUMULATOR_BITS),
    .ROUND_ACCUMULATOR (ROUND_ACCUMULATOR),
    .MULTIPLIER_BITS   (MULTIPLIER_BITS),
    .FRACTION_BITS     (FRACTION_BITS),
    .OUT_LOW           (OUT_LOW),
    .OUT_HIGH          (OUT_HIGH),
    .ZERO_POINT        (ZERO_POINT)
  ) u_requantise (
    .clk            (clk),
    .rst_n          (rst_n),
    .in_valid       (loaded),
    .in_ready       (pipe_ready),
    .in_accumulator (accumulator),
    .in_multiplier  (loaded_multiplier),
    .in_last        (loaded_last),
    .out_valid      (out_valid),
    .out_ready      (out_ready),
    .out_data       (out_data),
    .out_last       (out_last)
  );

endmodule

`default_nettype wire
