// Keeps numbers for the next clock cycle: the register between the columns and what adds them up.
`default_nettype none

module lane_register #(
  parameter BITS = 40
) (
  input  wire            clk,

  input  wire            load,
  input  wire [BITS-1:0] in,
  output reg  [BITS-1:0] out
);

  always @(posedge clk) begin
    if (load) out <= in;
  end

endmodule

`default_nettype wire
