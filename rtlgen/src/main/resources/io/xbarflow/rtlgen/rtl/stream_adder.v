// Element-wise addition of two streams: y = saturate(round_half_even(inner + outer)) with
//
//   inner = b * RATIO_B + FIXED, outer = a * RATIO_A
//
// A beat is taken from both streams at once; it is offered three cycles later.
`default_nettype none

module stream_adder #(
  parameter LANES = 2,
  parameter A_SIGNED = 1,
  parameter B_SIGNED = 1,
  parameter SUM_BITS = 40,                       // signed, of both terms and their sum
  parameter signed [SUM_BITS-1:0] RATIO_A = 1,
  parameter signed [SUM_BITS-1:0] RATIO_B = 1,
  parameter signed [SUM_BITS-1:0] FIXED = 0,
  parameter ROUND_INNER = 0,
  parameter FRACTION_BITS = 30,
  parameter integer OUT_LOW = -128,
  parameter integer OUT_HIGH = 127
) (
  input  wire               clk,
  input  wire               rst_n,

  input  wire               a_valid,
  output wire               a_ready,
  input  wire [LANES*8-1:0] a_data,
  input  wire               a_last,

  input  wire               b_valid,
  output wire               b_ready,
  input  wire [LANES*8-1:0] b_data,

  output wire               out_valid,
  input  wire               out_ready,
  output wire [LANES*8-1:0] out_data,
  output wire               out_last
);

  wire [LANES*SUM_BITS-1:0] inner;
  wire [LANES*SUM_BITS-1:0] outer;
  wire                      pipe_ready;

  assign a_ready = b_valid && pipe_ready;
  assign b_ready = a_valid && pipe_ready;

  scale_value #(
    .LANES        (LANES),
    .VALUE_SIGNED (B_SIGNED),
    .TERM_BITS    (SUM_BITS),
    .RATIO        (RATIO_B),
    .FIXED        (FIXED)
  ) u_inner (
    .value (b_data),
    .term  (inner)
  );

  scale_value #(
    .LANES        (LANES),
    .VALUE_SIGNED (A_SIGNED),
    .TERM_BITS    (SUM_BITS),
    .RATIO        (RATIO_A)
  ) u_outer (
    .value (a_data),
    .term  (outer)
  );

  add_pipe #(
    .LANES         (LANES),
    .SUM_BITS      (SUM_BITS),
    .ROUND_INNER   (ROUND_INNER),
    .FRACTION_BITS (FRACTION_BITS),
    .OUT_LOW       (OUT_LOW),
    .OUT_HIGH      (OUT_HIGH)
  ) u_add (
    .clk       (clk),
    .rst_n     (rst_n),
    .in_valid  (a_valid && b_valid),
    .in_ready  (pipe_ready),
    .in_inner  (inner),
    .in_outer  (outer),
    .in_last   (a_last),
    .out_valid (out_valid),
    .out_ready (out_ready),
    .out_data  (out_data),
    .out_last  (out_last)
  );

endmodule

`default_nettype wire
