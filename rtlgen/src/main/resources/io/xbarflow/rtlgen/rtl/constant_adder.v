// Element-wise addition of a constant: y = saturate(round_half_even(inner + outer)). One of the two
// terms is the stream's, value * RATIO + FIXED; the other is the channel's constant.
//
// CONSTANT_INNER: the constant's term is the inner one, the one rounded with ROUND_INNER (already
// when the table was made, so rounding it again changes nothing).
`default_nettype none

module constant_adder #(
  parameter LANES = 2,
  parameter BEATS = 2,
  parameter BEAT_BITS = 1,                     // at least 1 and at least log2(BEATS)
  parameter VALUES_SIGNED = 1,
  parameter CONSTANT_INNER = 1,
  parameter SUM_BITS = 40,                     // signed, of both terms and their sum
  parameter signed [SUM_BITS-1:0] RATIO = 1,
  parameter signed [SUM_BITS-1:0] FIXED = 0,
  parameter ROUND_INNER = 0,
  parameter FRACTION_BITS = 30,
  parameter integer OUT_LOW = -128,
  parameter integer OUT_HIGH = 127
) (
  input  wire                      clk,
  input  wire                      rst_n,

  input  wire                      in_valid,
  output wire                      in_ready,
  input  wire [LANES*8-1:0]        in_data,
  input  wire                      in_last,

  output reg  [BEAT_BITS-1:0]      beat,       // asks for the constants
  input  wire [LANES*SUM_BITS-1:0] constants,

  output wire                      out_valid,
  input  wire                      out_ready,
  output wire [LANES*8-1:0]        out_data,
  output wire                      out_last
);

  localparam FINAL_BEAT = BEATS - 1;

  wire [LANES*SUM_BITS-1:0] terms;
  wire final_beat = (beat == FINAL_BEAT[BEAT_BITS-1:0]);

  scale_value #(
    .LANES        (LANES),
    .VALUE_SIGNED (VALUES_SIGNED),
    .TERM_BITS    (SUM_BITS),
    .RATIO        (RATIO),
    .FIXED        (FIXED)
  ) u_term (
    .value (in_data),
    .term  (terms)
  );

  always @(posedge clk) begin
    if (!rst_n) beat <= {BEAT_BITS{1'b0}};
    else if (in_valid && in_ready) beat <= final_beat ? {BEAT_BITS{1'b0}} : beat + 1'b1;
  end

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
    .in_valid  (in_valid),
    .in_ready  (in_ready),
    .in_inner  ((CONSTANT_INNER != 0) ? constants : terms),
    .in_outer  ((CONSTANT_INNER != 0) ? terms : constants),
    .in_last   (in_last),
    .out_valid (out_valid),
    .out_ready (out_ready),
    .out_data  (out_data),
    .out_last  (out_last)
  );

endmodule

`default_nettype wire
