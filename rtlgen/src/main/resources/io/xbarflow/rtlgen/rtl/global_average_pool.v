// Mean of each channel over a whole map: one accumulator per channel.
//
//   acc = sum over pixels of x + OFFSET, OFFSET = -pixels * zx
//
// A beat is taken while its accumulators are read and added one cycle later; with the image's last
// pixel the sum enters the requantiser. The next image's first pixel starts afresh.
`default_nettype none

module global_average_pool #(
  parameter LANES = 2,
  parameter BEATS = 2,
  parameter BEAT_BITS = 1,                       // at least 1 and at least log2(BEATS)
  parameter PIXELS = 16,
  parameter PIXEL_BITS = 4,                      // at least 1 and at least log2(PIXELS)
  parameter VALUES_SIGNED = 1,
  parameter ACCUMULATOR_BITS = 16,               // at least 9
  parameter signed [ACCUMULATOR_BITS-1:0] OFFSET = 0,
  parameter ROUND_ACCUMULATOR = 0,
  parameter MULTIPLIER_BITS = 24,
  parameter [MULTIPLIER_BITS-1:0] MULTIPLIER = 1,
  parameter FRACTION_BITS = 30,
  parameter integer OUT_LOW = -128,
  parameter integer OUT_HIGH = 127,
  parameter integer ZERO_POINT = 0
) (
  input  wire               clk,
  input  wire               rst_n,

  input  wire               in_valid,
  output wire               in_ready,
  input  wire [LANES*8-1:0] in_data,

  output wire               out_valid,
  input  wire               out_ready,
  output wire [LANES*8-1:0] out_data,
  output wire               out_last
);

  localparam FINAL_BEAT = BEATS - 1;
  localparam FINAL_PIXEL = PIXELS - 1;
  localparam SUMS_BITS = LANES * ACCUMULATOR_BITS;

  reg [BEAT_BITS-1:0]  beat;
  reg [PIXEL_BITS-1:0] pixel;

  reg                  adding;          // the beat taken last is being added
  reg [LANES*8-1:0]    added_data;
  reg [BEAT_BITS-1:0]  added_beat;
  reg                  added_first;     // it belongs to the first pixel
  reg                  added_final;     // to the last pixel
  reg                  forward;         // its accumulators were written while they were read
  reg [SUMS_BITS-1:0]  forward_sums;
  reg [SUMS_BITS-1:0]  sums;

  wire [SUMS_BITS-1:0] stored_sums;
  wire                 pipe_ready;
  wire final_beat = (beat == FINAL_BEAT[BEAT_BITS-1:0]);
  wire final_pixel = (pixel == FINAL_PIXEL[PIXEL_BITS-1:0]);
  wire take = in_valid && in_ready;
  wire added_moves = adding && (!added_final || pipe_ready);

  assign in_ready = !adding || added_moves;

  ram_1r1w #(
    .DEPTH        (BEATS),
    .WIDTH        (SUMS_BITS),
    .ADDRESS_BITS (BEAT_BITS)
  ) u_sums (
    .clk           (clk),
    .write_enable  (added_moves),
    .write_address (added_beat),
    .write_data    (sums),
    .read_enable   (take && !(added_moves && added_beat == beat)),
    .read_address  (beat),
    .read_data     (stored_sums)
  );

  always @* begin : add
    integer                    lane;
    reg [SUMS_BITS-1:0]        start_sums;
    reg [7:0]                  value;
    start_sums = added_first ? {LANES{OFFSET}} : forward ? forward_sums : stored_sums;
    lane = 0;
    value = 8'd0;
    sums = {SUMS_BITS{1'bx}};
    if (adding) begin
      for (lane = 0; lane < LANES; lane = lane + 1) begin
        value = added_data[lane*8 +: 8];
        sums[lane*ACCUMULATOR_BITS +: ACCUMULATOR_BITS] =
            start_sums[lane*ACCUMULATOR_BITS +: ACCUMULATOR_BITS]
            + {{(ACCUMULATOR_BITS - 8){(VALUES_SIGNED != 0) && value[7]}}, value};
      end
    end
  end

  always @(posedge clk) begin
    if (!rst_n) begin
      beat <= {BEAT_BITS{1'b0}};
      pixel <= {PIXEL_BITS{1'b0}};
      adding <= 1'b0;
    end else begin
      if (take) adding <= 1'b1;
      else if (added_moves) adding <= 1'b0;
      if (take) beat <= final_beat ? {BEAT_BITS{1'b0}} : beat + 1'b1;
      if (take && final_beat) pixel <= final_pixel ? {PIXEL_BITS{1'b0}} : pixel + 1'b1;
    end
  end

  always @(posedge clk) begin
    if (take) begin
      added_data <= in_data;
      added_beat <= beat;
      added_first <= (pixel == {PIXEL_BITS{1'b0}});
      added_final <= final_pixel;
      forward <= added_moves && (added_beat == beat);
      forward_sums <= sums;
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
    .in_valid       (adding && added_final),
    .in_ready       (pipe_ready),
    .in_accumulator (sums),
    .in_multiplier  ({LANES{MULTIPLIER}}),
    .in_last        (added_beat == FINAL_BEAT[BEAT_BITS-1:0]),
    .out_valid      (out_valid),
    .out_ready      (out_ready),
    .out_data       (out_data),
    .out_last       (out_last)
  );

endmodule

`default_nettype wire
