// Properties of reset_tree.
//
// 1. Every block has the reset of three rising edges before.
// 2. All blocks are let go, and reset, by the same edge.
`default_nettype none

module reset_tree_properties #(
  parameter BLOCKS = 3
) (
  input wire clk,
  input wire rst_in_n
);

  wire [BLOCKS-1:0] rst_n;

  reg [1:0] edges = 2'd0;   // so far, at most 3

  reset_tree #(
    .BLOCKS (BLOCKS)
  ) u_cell (
    .clk      (clk),
    .rst_in_n (rst_in_n),
    .rst_n    (rst_n)
  );

  always @(posedge clk) begin
    if (edges != 2'd3) edges <= edges + 2'd1;
    if (edges == 2'd3) begin
      // 1.
      after_three_edges: assert (rst_n[0] == $past(rst_in_n, 3));
      // 2.
      all_at_once: assert (rst_n == {BLOCKS{1'b0}} || rst_n == {BLOCKS{1'b1}});

      let_go: cover (rst_n[0] && !$past(rst_n[0]));
    end
  end

endmodule

`default_nettype wire
