// Properties of requantise_pipe, however many stages it has.
//
// 1. What comes out is what was put in, in order, every lane requantised: the exact product of
//    accumulator and multiplier, rounded as round_half_even does (watched_beat).
// 2. A result holds until it is taken, and last stays with its beat.
// 3. in_ready is high in every cycle in which the sink is: one beat passes each cycle.
`default_nettype none

module requantise_pipe_properties #(
  parameter LANES = 1,
  parameter ACCUMULATOR_BITS = 8,
  parameter MULTIPLIER_BITS = 6,
  parameter FRACTION_BITS = 7,
  parameter integer OUT_LOW = -128,
  parameter integer OUT_HIGH = 127,
  parameter integer ZERO_POINT = 0
) (
  input wire                              clk,
  input wire                              in_valid,
  input wire [LANES*ACCUMULATOR_BITS-1:0] in_accumulator,
  input wire [LANES*MULTIPLIER_BITS-1:0]  in_multiplier,
  input wire                              in_last,
  input wire                              out_ready
);

  localparam PRODUCT_BITS = ACCUMULATOR_BITS + MULTIPLIER_BITS + 1;

  (* anyseq *) wire pick;

  wire               in_ready;
  wire               out_valid;
  wire [LANES*8-1:0] out_data;
  wire               out_last;
  wire [3:0]         inside;
  wire               unused_picked;
  wire [3:0]         unused_ahead;
  wire [LANES*8:0]   unused_payload;

  reg started = 1'b0;
  reg [LANES*PRODUCT_BITS-1:0] products;
  wire [LANES*8-1:0]           expected;

  always @* begin : multiply
    integer                           lane;
    reg signed [ACCUMULATOR_BITS-1:0] accumulator;
    reg        [MULTIPLIER_BITS-1:0]  multiplier;
    reg signed [PRODUCT_BITS-1:0]     wide_accumulator;
    for (lane = 0; lane < LANES; lane = lane + 1) begin
      accumulator = in_accumulator[lane*ACCUMULATOR_BITS +: ACCUMULATOR_BITS];
      multiplier = in_multiplier[lane*MULTIPLIER_BITS +: MULTIPLIER_BITS];
      wide_accumulator = accumulator;
      products[lane*PRODUCT_BITS +: PRODUCT_BITS] =
          wide_accumulator * $signed({1'b0, multiplier});
    end
  end

  round_half_even #(
    .LANES         (LANES),
    .PRODUCT_BITS  (PRODUCT_BITS),
    .FRACTION_BITS (FRACTION_BITS),
    .OUT_LOW       (OUT_LOW),
    .OUT_HIGH      (OUT_HIGH),
    .ZERO_POINT    (ZERO_POINT)
  ) u_expected (
    .product (products),
    .value   (expected)
  );

  requantise_pipe #(
    .LANES             (LANES),
    .ACCUMULATOR_BITS  (ACCUMULATOR_BITS),
    .ROUND_ACCUMULATOR (0),
    .MULTIPLIER_BITS   (MULTIPLIER_BITS),
    .FRACTION_BITS     (FRACTION_BITS),
    .OUT_LOW           (OUT_LOW),
    .OUT_HIGH          (OUT_HIGH),
    .ZERO_POINT        (ZERO_POINT)
  ) u_cell (
    .clk            (clk),
    .rst_n          (started),
    .in_valid       (in_valid),
    .in_ready       (in_ready),
    .in_accumulator (in_accumulator),
    .in_multiplier  (in_multiplier),
    .in_last        (in_last),
    .out_valid      (out_valid),
    .out_ready      (out_ready),
    .out_data       (out_data),
    .out_last       (out_last)
  );

  // Nobody need know here how many beats the pipe holds.
  watched_beat #(
    .PAYLOAD_BITS (LANES * 8 + 1),
    .CAPACITY     (15),
    .COUNT_BITS   (4),
    .COVERS       (0)
  ) u_watch (
    .clk         (clk),
    .rst_n       (started),
    .pick        (pick),
    .in_transfer (in_valid && in_ready),
    .in_payload  ({in_last, expected}),
    .out_valid   (out_valid),
    .out_ready   (out_ready),
    .out_payload ({out_last, out_data}),
    .inside      (inside),
    .picked      (unused_picked),
    .ahead       (unused_ahead),
    .payload     (unused_payload)
  );

  always @(posedge clk) begin
    started <= 1'b1;
    if (started) begin
      // 3.
      if (out_ready) ready_with_the_sink: assert (in_ready);

      refuses: cover (in_valid && !in_ready);
    end
  end

endmodule

`default_nettype wire
