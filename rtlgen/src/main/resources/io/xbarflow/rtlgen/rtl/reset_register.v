// One flip-flop of the reset's tree, a module of its own so that synthesis keeps it beside others
// that hold the same.
`default_nettype none

module reset_register (
  input  wire clk,

  input  wire rst_in_n,
  output reg  rst_n
);

  always @(posedge clk) rst_n <= rst_in_n;

endmodule

`default_nettype wire
