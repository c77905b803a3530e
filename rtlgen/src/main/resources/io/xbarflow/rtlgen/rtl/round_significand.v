// Rounds a signed integer half to even to its SIGNIFICAND_BITS leading bits, as a conversion to
// floating point does; shorter numbers pass unchanged.
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

  localparam [WIDTH-1:0] ONE = 1;

  wire negative = number[WIDTH-1];
  wire [WIDTH-1:0] magnitude = negative ? -number : number;
  reg [WIDTH-1:0] shortened;
  integer dropped;

  // The leading one chooses how many bits go; adding just under half of their weight, and one more
  // when the last bit kept is odd, carries into the bits kept as rounding half to even does.
  always @* begin
    shortened = magnitude;
    for (dropped = 1; dropped <= WIDTH - SIGNIFICAND_BITS; dropped = dropped + 1) begin
      if ((magnitude >> (SIGNIFICAND_BITS + dropped - 1)) != {WIDTH{1'b0}}) begin
        shortened = magnitude + (ONE << (dropped - 1)) - ONE + ((magnitude >> dropped) & ONE);
        shortened = (shortened >> dropped) << dropped;
      end
    end
  end

  assign rounded = negative ? -$signed(shortened) : $signed(shortened);

endmodule

`default_nettype wire
