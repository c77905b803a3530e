// The chip's reset: brought into the clock's time, then one flip-flop for every block, so that no
// net goes to all of the chip. All blocks are let go by the same edge.
//
// 1. rst_in_n low for 4 cycles resets every block.
// 2. When it is high from before a rising edge on, with no doubt about the synchroniser, rst_n is
//    high from behind the third edge on.
`default_nettype none

module reset_tree #(
  parameter BLOCKS = 2
) (
  input  wire              clk,

  input  wire              rst_in_n,
  output wire [BLOCKS-1:0] rst_n
);

  wire synchronised_n;

  reset_synchroniser u_synchroniser (
    .clk      (clk),
    .rst_in_n (rst_in_n),
    .rst_n    (synchronised_n)
  );

  generate
    genvar i;
    for (i = 0; i < BLOCKS; i = i + 1) begin : g_block
      reset_register u_register (
        .clk      (clk),
        .rst_in_n (synchronised_n),
        .rst_n    (rst_n[i])
      );
    end
  endgenerate

endmodule

`default_nettype wire
