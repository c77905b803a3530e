// Multiplies signed numbers lane by lane with unsigned gains: out = in * gain. The codes of analog
// columns become units of the exact sum. Combinational; without enable nobody looks at the product.
`default_nettype none

module lane_gain #(
  parameter LANES = 2,
  parameter IN_BITS = 8,
  parameter GAIN_BITS = 8    // unsigned
) (
  input  wire                                   enable,
  input  wire [LANES*IN_BITS-1:0]               in,
  input  wire [LANES*GAIN_BITS-1:0]             gain,
  output reg  [LANES*(IN_BITS + GAIN_BITS)-1:0] out
);

  localparam OUT_BITS = IN_BITS + GAIN_BITS;

  always @* begin : multiply
    integer                    lane;
    reg signed [OUT_BITS-1:0]  value;
    reg signed [OUT_BITS-1:0]  factor;
    lane = 0;
    value = {OUT_BITS{1'b0}};
    factor = {OUT_BITS{1'b0}};
    out = {(LANES*OUT_BITS){1'bx}};
    if (enable) begin
      for (lane = 0; lane < LANES; lane = lane + 1) begin
        value = {{GAIN_BITS{in[lane*IN_BITS + IN_BITS - 1]}}, in[lane*IN_BITS +: IN_BITS]};
        factor = {{IN_BITS{1'b0}}, gain[lane*GAIN_BITS +: GAIN_BITS]};
        out[lane*OUT_BITS +: OUT_BITS] = value * factor;
      end
    end
  end

endmodule

`default_nettype wire
