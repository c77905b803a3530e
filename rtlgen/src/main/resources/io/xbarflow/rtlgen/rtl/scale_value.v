// term = value * RATIO + FIXED for one 8-bit value, in fixed point. Combinational.
`default_nettype none

module scale_value #(
  parameter VALUE_SIGNED = 1,
  parameter TERM_BITS = 40,                     // signed, at least 10
  parameter signed [TERM_BITS-1:0] RATIO = 1,
  parameter signed [TERM_BITS-1:0] FIXED = 0
) (
  input  wire [7:0]                  value,
  output wire signed [TERM_BITS-1:0] term
);

  wire signed [TERM_BITS-1:0] wide =
      $signed({{(TERM_BITS - 8){(VALUE_SIGNED != 0) && value[7]}}, value});

  assign term = wide * RATIO + FIXED;

endmodule

`default_nettype wire
