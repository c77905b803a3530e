// Post-processing of one MVM's column sums: adds the row tiles and the bias, requantises, and sends
// the columns in BEATS beats of LANES.
//
//   acc[o] = sum over row tiles of column_sums[tile][o] + bias[o]
//
// 1. capture loads a result; it may fall into the cycle in which the last beat of the one before
//    enters the pipe (result_free).
// 2. A result captured in cycle t enters from t + 1, one beat a cycle; its first beat is offered
//    three cycles later.
`default_nettype none

module post_processing #(
  parameter ROW_TILES = 1,
  parameter COLUMNS = 4,                         // LANES * BEATS
  parameter COLUMN_BITS = 20,                    // signed, at most ACCUMULATOR_BITS
  parameter LANES = 2,
  parameter BEATS = 2,
  parameter BEAT_BITS = 1,                       // at least 1 and at least log2(BEATS)
  parameter PIXELS = 16,                         // of an image
  parameter PIXEL_BITS = 4,                      // at least 1 and at least log2(PIXELS)
  parameter ACCUMULATOR_BITS = 24,
  parameter ROUND_ACCUMULATOR = 0,
  parameter MULTIPLIER_BITS = 24,
  parameter FRACTION_BITS = 30,
  parameter integer OUT_LOW = -128,
  parameter integer OUT_HIGH = 127,
  parameter integer ZERO_POINT = 0
) (
  input  wire                                     clk,
  input  wire                                     rst_n,

  input  wire                                     capture,
  output wire                                     result_free,
  input  wire [ROW_TILES*COLUMNS*COLUMN_BITS-1:0] column_sums,

  output reg  [BEAT_BITS-1:0]                     beat,         // asks for the constants
  input  wire [LANES*ACCUMULATOR_BITS-1:0]        bias,
  input  wire [LANES*MULTIPLIER_BITS-1:0]         multiplier,

  output wire                                     out_valid,
  input  wire                                     out_ready,
  output wire [LANES*8-1:0]                       out_data,
  output wire                                     out_last
);

  localparam FINAL_BEAT = BEATS - 1;
  localparam FINAL_PIXEL = PIXELS - 1;

  reg                                     result_valid;
  reg [ROW_TILES*COLUMNS*COLUMN_BITS-1:0] result;
  reg [PIXEL_BITS-1:0]                    pixel;
  reg [LANES*ACCUMULATOR_BITS-1:0]        accumulator;
  reg signed [ACCUMULATOR_BITS-1:0]       total;
  reg signed [COLUMN_BITS-1:0]            column_sum;
  integer                                 lane;
  integer                                 tile;

  wire pipe_ready;
  wire enter = result_valid && pipe_ready;
  wire final_beat = (beat == FINAL_BEAT[BEAT_BITS-1:0]);
  wire final_pixel = (pixel == FINAL_PIXEL[PIXEL_BITS-1:0]);

  assign result_free = !result_valid || (enter && final_beat);

  always @* begin
    column_sum = {COLUMN_BITS{1'b0}};
    for (lane = 0; lane < LANES; lane = lane + 1) begin
      total = $signed(bias[lane*ACCUMULATOR_BITS +: ACCUMULATOR_BITS]);
      for (tile = 0; tile < ROW_TILES; tile = tile + 1) begin
        column_sum = $signed(result[(tile * COLUMNS + beat * LANES + lane) * COLUMN_BITS
                                    +: COLUMN_BITS]);
        total = total + {{(ACCUMULATOR_BITS - COLUMN_BITS + 1){column_sum[COLUMN_BITS-1]}},
                         column_sum[COLUMN_BITS-2:0]};
      end
      accumulator[lane*ACCUMULATOR_BITS +: ACCUMULATOR_BITS] = total;
    end
  end

  always @(posedge clk) begin
    if (!rst_n) begin
      result_valid <= 1'b0;
      beat <= {BEAT_BITS{1'b0}};
      pixel <= {PIXEL_BITS{1'b0}};
    end else begin
      if (capture) result_valid <= 1'b1;
      else if (enter && final_beat) result_valid <= 1'b0;
      if (enter) beat <= final_beat ? {BEAT_BITS{1'b0}} : beat + 1'b1;
      if (enter && final_beat) pixel <= final_pixel ? {PIXEL_BITS{1'b0}} : pixel + 1'b1;
    end
  end

  always @(posedge clk) begin
    if (capture) result <= column_sums;
  end

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
    .in_valid       (result_valid),
    .in_ready       (pipe_ready),
    .in_accumulator (accumulator),
    .in_multiplier  (multiplier),
    .in_last        (final_beat && final_pixel),
    .out_valid      (out_valid),
    .out_ready      (out_ready),
    .out_data       (out_data),
    .out_last       (out_last)
  );

endmodule

`default_nettype wire
