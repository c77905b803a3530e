// One tap's real value in fixed point, rounded as the float32 product is.
//
//   term = round_significand((value - ZERO_POINT) * FACTOR)
//
// Combinational.
`default_nettype none

module tap_term #(
  parameter VALUES_SIGNED = 1,
  parameter integer ZERO_POINT = 0,
  parameter SUM_BITS = 36,                  // signed, at least 11, holds every product
  parameter [SUM_BITS-1:0] FACTOR = 1,      // odd part of the scale's significand
  parameter ROUND = 1                       // 0 where no product has more than 24 bits
) (
  input  wire [7:0]                 value,
  output wire signed [SUM_BITS-1:0] term
);

  wire signed [SUM_BITS-1:0] wide =
      $signed({{(SUM_BITS - 8){(VALUES_SIGNED != 0) && value[7]}}, value})
      - $signed({{(SUM_BITS - 10){ZERO_POINT[9]}}, ZERO_POINT[9:0]});
  wire signed [SUM_BITS-1:0] product = wide * $signed(FACTOR);

  generate
    if (ROUND != 0) begin : g_round
      round_significand #(
        .WIDTH (SUM_BITS)
      ) u_round (
        .number  (product),
        .rounded (term)
      );
    end else begin : g_exact
      assign term = product;
    end
  endgenerate

endmodule

`default_nettype wire
