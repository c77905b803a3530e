// term = value * RATIO + FIXED for 8-bit values in LANES lanes, in fixed point. Combinational.
`default_nettype none

module scale_value #(
  parameter LANES = 1,
  parameter VALUE_SIGNED = 1,
  parameter TERM_BITS = 40,                     // signed, at least 10
  parameter signed [TERM_BITS-1:0] RATIO = 1,
  parameter signed [TERM_BITS-1:0] FIXED = 0
) (
  input  wire [LANES*8-1:0]         value,
  output reg  [LANES*TERM_BITS-1:0] term
);

  always @* begin : scale
    integer                    lane;
    reg signed [TERM_BITS-1:0] wide;
    for (lane = 0; lane < LANES; lane = lane + 1) begin
      wide = {{(TERM_BITS - 8){(VALUE_SIGNED != 0) && value[lane*8 + 7]}}, value[lane*8 +: 8]};
      term[lane*TERM_BITS +: TERM_BITS] = wide * RATIO + FIXED;
    end
  end

endmodule

`default_nettype wire
