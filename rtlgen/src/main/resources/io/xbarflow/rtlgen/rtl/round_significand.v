// Rounds a signed integer half to even to its SIGNIFICAND_BITS leading bits, as a conversion to
// floating point does; smaller numbers pass unchanged.
//
// Combinational. WIDTH must have room for the rounded number, which can be one bit longer.

`default_nettype none

module round_significand #(
  parameter WIDTH = 32,             // signed bits of number and rounded
  parameter SIGNIFICAND_BITS = 24   // bits kept; 24 for float32
) (
  input  wire signed [WIDTH-1:0] number,
  output wire signed [WIDTH-1:0] rounded
);

  // Bits that the largest magnitude loses.
  localparam DROPPED = WIDTH - SIGNIFICAND_BITS;

  wire negative = number[WIDTH-1];
  wire [WIDTH-1:0] magnitude = negative ? -number : number;

  generate
    if (DROPPED <= 0) begin : g_unchanged
      assign rounded = number;
      wire unused_ok = &{1'b0, magnitude};
    end else begin : g_round
      // kept[d] is the magnitude rounded to a multiple of 2^d; the leading one chooses d.
      wire [WIDTH-1:0] chosen [0:DROPPED];
      assign chosen[0] = magnitude;

      genvar d;
      for (d = 1; d <= DROPPED; d = d + 1) begin : g_drop
        localparam [WIDTH-1:0] UNIT = {{(WIDTH - 1){1'b0}}, 1'b1} << d;
        localparam [WIDTH-1:0] BELOW_HALF = (UNIT >> 1) - {{(WIDTH - 1){1'b0}}, 1'b1};
        wire [WIDTH-1:0] even = {{(WIDTH - 1){1'b0}}, magnitude[d]};
        wire [WIDTH-1:0] raised = magnitude + BELOW_HALF + even;
        // Long enough to lose d bits: some bit from SIGNIFICAND_BITS + d - 1 up is set.
        wire long_enough = |magnitude[WIDTH-1:SIGNIFICAND_BITS+d-1];
        assign chosen[d] = long_enough ? raised & ~(UNIT - {{(WIDTH - 1){1'b0}}, 1'b1})
                                       : chosen[d-1];
      end

      assign rounded = negative ? -$signed(chosen[DROPPED]) : $signed(chosen[DROPPED]);
    end
  endgenerate

endmodule

`default_nettype wire
