// Rounds signed integers, in LANES lanes, half to even to their SIGNIFICAND_BITS leading bits, as a
// conversion to floating point does; shorter numbers pass unchanged.
//
// Combinational. WIDTH must have room for the rounded number, which can be one bit longer.

`default_nettype none

module round_significand #(
  parameter LANES = 1,
  parameter WIDTH = 32,             // signed bits of number and rounded
  parameter SIGNIFICAND_BITS = 24   // bits kept; 24 for float32
) (
  input  wire [LANES*WIDTH-1:0] number,
  output reg  [LANES*WIDTH-1:0] rounded
);

  localparam [WIDTH-1:0] ONE = 1;

  // The leading one chooses how many bits go; adding just under half of their weight, and one more
  // when the last bit kept is odd, carries into the bits kept as rounding half to even does.
  always @* begin : round
    integer         lane;
    integer         dropped;
    reg             negative;
    reg [WIDTH-1:0] magnitude;
    reg [WIDTH-1:0] shortened;
    for (lane = 0; lane < LANES; lane = lane + 1) begin
      negative = number[lane*WIDTH + WIDTH - 1];
      magnitude = number[lane*WIDTH +: WIDTH];
      if (negative) magnitude = -magnitude;
      shortened = magnitude;
      for (dropped = 1; dropped <= WIDTH - SIGNIFICAND_BITS; dropped = dropped + 1) begin
        if ((magnitude >> (SIGNIFICAND_BITS + dropped - 1)) != {WIDTH{1'b0}}) begin
          shortened = magnitude + (ONE << (dropped - 1)) - ONE + ((magnitude >> dropped) & ONE);
          shortened = (shortened >> dropped) << dropped;
        end
      end
      rounded[lane*WIDTH +: WIDTH] = negative ? -shortened : shortened;
    end
  end

endmodule

`default_nettype wire
