// Second half of an element-wise addition: sum = inner + outer, rounded half to even. Three
// register stages:
//
//   stage 1  inner and outer terms, FRACTION_BITS after the binary point
//   stage 2  their sum; with ROUND_INNER the inner term is first rounded to 24 significant bits, as
//            the inner one of two float32 multiply-adds is
//   stage 3  rounded and saturated values; the terms already hold the zero points
`default_nettype none

module add_pipe #(
  parameter LANES = 2,
  parameter SUM_BITS = 40,         // signed, of both terms and their sum
  parameter ROUND_INNER = 0,
  parameter FRACTION_BITS = 30,
  parameter integer OUT_LOW = -128,
  parameter integer OUT_HIGH = 127
) (
  input  wire                      clk,
  input  wire                      rst_n,

  input  wire                      in_valid,
  output wire                      in_ready,
  input  wire [LANES*SUM_BITS-1:0] in_inner,
  input  wire [LANES*SUM_BITS-1:0] in_outer,
  input  wire                      in_last,

  output reg                       out_valid,
  input  wire                      out_ready,
  output reg  [LANES*8-1:0]        out_data,
  output reg                       out_last
);

  reg                      terms_valid;
  reg [LANES*SUM_BITS-1:0] inner;
  reg [LANES*SUM_BITS-1:0] outer;
  reg                      terms_last;
  reg                      sum_valid;
  reg [LANES*SUM_BITS-1:0] sum;
  reg                      sum_last;

  wire [LANES*SUM_BITS-1:0] rounded;   // inner terms as they are added
  wire [LANES*8-1:0]        out_next;

  wire out_free = !out_valid || out_ready;
  wire sum_free = !sum_valid || out_free;
  wire terms_free = !terms_valid || sum_free;

  assign in_ready = terms_free;

  generate
    if (ROUND_INNER != 0) begin : g_round
      round_significand #(
        .LANES (LANES),
        .WIDTH (SUM_BITS)
      ) u_round (
        .number  (inner),
        .rounded (rounded)
      );
    end else begin : g_exact
      assign rounded = inner;
    end
  endgenerate

  round_half_even #(
    .LANES         (LANES),
    .PRODUCT_BITS  (SUM_BITS),
    .FRACTION_BITS (FRACTION_BITS),
    .OUT_LOW       (OUT_LOW),
    .OUT_HIGH      (OUT_HIGH)
  ) u_round_half_even (
    .product (sum),
    .value   (out_next)
  );

  always @(posedge clk) begin
    if (!rst_n) begin
      terms_valid <= 1'b0;
      sum_valid <= 1'b0;
      out_valid <= 1'b0;
    end else begin
      if (terms_free) terms_valid <= in_valid;
      if (sum_free) sum_valid <= terms_valid;
      if (out_free) out_valid <= sum_valid;
    end
  end

  always @(posedge clk) begin : add
    integer                  lane;
    reg [LANES*SUM_BITS-1:0] sums;
    if (sum_free && terms_valid) begin
      for (lane = 0; lane < LANES; lane = lane + 1) begin
        sums[lane*SUM_BITS +: SUM_BITS] =
            rounded[lane*SUM_BITS +: SUM_BITS] + outer[lane*SUM_BITS +: SUM_BITS];
      end
      sum <= sums;
    end
  end

  always @(posedge clk) begin
    if (terms_free) begin
      inner <= in_inner;
      outer <= in_outer;
      terms_last <= in_last;
    end
    if (sum_free) sum_last <= terms_last;
    if (out_free) begin
      out_data <= out_next;
      out_last <= sum_last;
    end
  end

endmodule

`default_nettype wire
