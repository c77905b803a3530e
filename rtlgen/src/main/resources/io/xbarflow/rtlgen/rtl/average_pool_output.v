// Mean of each channel over the taps of a window, sent in BEATS beats of LANES.
//
//   acc = sum over taps of x - TAPS * zx, taps outside the map holding zx
//   y   = requantised acc, the multiplier depending on how many taps count
//
// 1. window_taken loads a window; it may fall into the cycle in which the last beat of the one
//    before enters the pipe.
`default_nettype none

module average_pool_output #(
  parameter TAPS = 4,
  parameter CHANNELS = 4,                        // LANES * BEATS
  parameter LANES = 2,
  parameter BEATS = 2,
  parameter BEAT_BITS = 1,                       // at least 1 and at least log2(BEATS)
  parameter PIXELS = 16,                         // of an image
  parameter PIXEL_BITS = 4,                      // at least 1 and at least log2(PIXELS)
  parameter VALUES_SIGNED = 1,
  parameter ACCUMULATOR_BITS = 12,               // at least 10
  parameter signed [ACCUMULATOR_BITS-1:0] OFFSET = 0,   // -TAPS * zx
  parameter ROUND_ACCUMULATOR = 0,
  parameter MULTIPLIER_BITS = 24,
  parameter FRACTION_BITS = 30,
  parameter integer OUT_LOW = -128,
  parameter integer OUT_HIGH = 127,
  parameter integer ZERO_POINT = 0
) (
  input  wire                       clk,
  input  wire                       rst_n,

  input  wire                       window_valid,
  output wire                       window_taken,
  input  wire [TAPS*CHANNELS*8-1:0] window_data,
  input  wire [MULTIPLIER_BITS-1:0] window_multiplier,

  output wire                       out_valid,
  input  wire                       out_ready,
  output wire [LANES*8-1:0]         out_data,
  output wire                       out_last
);

  localparam FINAL_BEAT = BEATS - 1;
  localparam FINAL_PIXEL = PIXELS - 1;

  reg                              held_valid;
  reg [TAPS*CHANNELS*8-1:0]        held;
  reg [MULTIPLIER_BITS-1:0]        multiplier;
  reg [BEAT_BITS-1:0]              beat;
  reg [PIXEL_BITS-1:0]             pixel;
  reg [LANES*ACCUMULATOR_BITS-1:0] accumulator;
  reg signed [ACCUMULATOR_BITS-1:0] total;
  reg [7:0]                        value;
  integer                          lane;
  integer                          tap;

  wire pipe_ready;
  wire enter = held_valid && pipe_ready;
  wire final_beat = (beat == FINAL_BEAT[BEAT_BITS-1:0]);
  wire final_pixel = (pixel == FINAL_PIXEL[PIXEL_BITS-1:0]);

  assign window_taken = window_valid && (!held_valid || (enter && final_beat));

  always @* begin
    value = 8'd0;
    for (lane = 0; lane < LANES; lane = lane + 1) begin
      total = OFFSET;
      for (tap = 0; tap < TAPS; tap = tap + 1) begin
        value = held[(tap * CHANNELS + beat * LANES + lane) * 8 +: 8];
        total = total + $signed({{(ACCUMULATOR_BITS - 8){(VALUES_SIGNED != 0) && value[7]}},
                                 value});
      end
      accumulator[lane*ACCUMULATOR_BITS +: ACCUMULATOR_BITS] = total;
    end
  end

  always @(posedge clk) begin
    if (!rst_n) begin
      held_valid <= 1'b0;
      beat <= {BEAT_BITS{1'b0}};
      pixel <= {PIXEL_BITS{1'b0}};
    end else begin
      if (window_taken) held_valid <= 1'b1;
      else if (enter && final_beat) held_valid <= 1'b0;
      if (enter) beat <= final_beat ? {BEAT_BITS{1'b0}} : beat + 1'b1;
      if (enter && final_beat) pixel <= final_pixel ? {PIXEL_BITS{1'b0}} : pixel + 1'b1;
    end
  end

  always @(posedge clk) begin
    if (window_taken) begin
      held <= window_data;
      multiplier <= window_multiplier;
    end
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
    .in_valid       (held_valid),
    .in_ready       (pipe_ready),
    .in_accumulator (accumulator),
    .in_multiplier  ({LANES{multiplier}}),
    .in_last        (final_beat && final_pixel),
    .out_valid      (out_valid),
    .out_ready      (out_ready),
    .out_data       (out_data),
    .out_last       (out_last)
  );

endmodule

`default_nettype wire
