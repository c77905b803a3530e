// Mean of each channel over the taps of a window, sent in BEATS beats of LANES.
//
// 1. window_taken loads a window; it may fall into the cycle in which the last beat of the one
//    before enters the pipe.
// 2. Taps outside the map hold the zero point, which adds nothing.
// 3. window_count is the number, in the tables of multipliers and thresholds, of what the waiting
//    window's sum is divided by.
`default_nettype none

module average_pool_output #(
  parameter TAPS = 4,
  parameter CHANNELS = 4,                           // LANES * BEATS
  parameter LANES = 2,
  parameter BEATS = 2,
  parameter BEAT_BITS = 1,                          // at least 1 and at least log2(BEATS)
  parameter PIXELS = 16,                            // of an image
  parameter PIXEL_BITS = 4,                         // at least 1 and at least log2(PIXELS)
  // The rest as average_pool_pipe explains.
  parameter VALUES_SIGNED = 1,
  parameter integer ZERO_POINT = 0,
  parameter SUM_BITS = 36,
  parameter [SUM_BITS-1:0] FACTOR = 1,
  parameter ROUND = 1,
  parameter COLUMN_TAPS = 1,                        // divides TAPS
  parameter COUNT_BITS = 1,
  parameter WORK_BITS = 60,
  parameter MULTIPLIER_BITS = 12,
  parameter ESTIMATE_SHIFT = 20,
  parameter FRACTION_BITS = 15,
  parameter signed [WORK_BITS-1:0] OFFSET = 0,
  parameter INDEX_BITS = 8,
  parameter FINAL_INDEX = 254,
  parameter integer OUT_LOW = -128,
  parameter THRESHOLD_BITS = 36,
  parameter THRESHOLD_SHIFT = 0
) (
  input  wire                                     clk,
  input  wire                                     rst_n,

  input  wire                                     window_valid,
  output wire                                     window_taken,
  input  wire [TAPS*CHANNELS*8-1:0]               window_data,
  input  wire [COUNT_BITS-1:0]                    window_count,

  output wire [COUNT_BITS-1:0]                    multiplier_select,
  input  wire [MULTIPLIER_BITS-1:0]               multiplier,
  output wire [LANES*(COUNT_BITS+INDEX_BITS)-1:0] threshold_select,
  input  wire [LANES*THRESHOLD_BITS-1:0]          threshold,

  output wire                                     out_valid,
  input  wire                                     out_ready,
  output wire [LANES*8-1:0]                       out_data,
  output wire                                     out_last
);

  localparam ROW_TAPS = TAPS / COLUMN_TAPS;
  localparam FINAL_BEAT = BEATS - 1;
  localparam FINAL_PIXEL = PIXELS - 1;

  reg                       held_valid;
  reg [TAPS*CHANNELS*8-1:0] held;
  reg [COUNT_BITS-1:0]      held_count;
  reg [BEAT_BITS-1:0]       beat;
  reg [PIXEL_BITS-1:0]      pixel;
  reg [TAPS*LANES*8-1:0]    values;
  integer                   tap;

  wire pipe_ready;
  wire enter = held_valid && pipe_ready;
  wire final_beat = (beat == FINAL_BEAT[BEAT_BITS-1:0]);
  wire final_pixel = (pixel == FINAL_PIXEL[PIXEL_BITS-1:0]);

  assign window_taken = window_valid && (!held_valid || (enter && final_beat));

  always @* begin
    for (tap = 0; tap < TAPS; tap = tap + 1) begin
      values[tap*LANES*8 +: LANES*8] =
          held[((tap % COLUMN_TAPS * ROW_TAPS + tap / COLUMN_TAPS) * CHANNELS + beat * LANES) * 8
               +: LANES*8];
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
      held_count <= window_count;
    end
  end

  average_pool_pipe #(
    .TAPS            (TAPS),
    .LANES           (LANES),
    .VALUES_SIGNED   (VALUES_SIGNED),
    .ZERO_POINT      (ZERO_POINT),
    .SUM_BITS        (SUM_BITS),
    .FACTOR          (FACTOR),
    .ROUND           (ROUND),
    .COLUMN_TAPS     (COLUMN_TAPS),
    .COUNT_BITS      (COUNT_BITS),
    .WORK_BITS       (WORK_BITS),
    .MULTIPLIER_BITS (MULTIPLIER_BITS),
    .ESTIMATE_SHIFT  (ESTIMATE_SHIFT),
    .FRACTION_BITS   (FRACTION_BITS),
    .OFFSET          (OFFSET),
    .INDEX_BITS      (INDEX_BITS),
    .FINAL_INDEX     (FINAL_INDEX),
    .OUT_LOW         (OUT_LOW),
    .THRESHOLD_BITS  (THRESHOLD_BITS),
    .THRESHOLD_SHIFT (THRESHOLD_SHIFT)
  ) u_pipe (
    .clk               (clk),
    .rst_n             (rst_n),
    .in_valid          (held_valid),
    .in_ready          (pipe_ready),
    .in_values         (values),
    .in_count          (held_count),
    .in_last           (final_beat && final_pixel),
    .multiplier_select (multiplier_select),
    .multiplier        (multiplier),
    .threshold_select  (threshold_select),
    .threshold         (threshold),
    .out_valid         (out_valid),
    .out_ready         (out_ready),
    .out_data          (out_data),
    .out_last          (out_last)
  );

endmodule

`default_nettype wire
