// Watches one stream: raises frame_error for ever once last does not fall on the final beat of a
// frame of FRAME_BEATS beats.
`default_nettype none

module frame_check #(
  parameter FRAME_BEATS = 4,
  parameter COUNT_BITS = 2     // at least 1 and at least log2(FRAME_BEATS)
) (
  input  wire clk,
  input  wire rst_n,

  input  wire in_valid,
  input  wire in_ready,
  input  wire in_last,

  output reg  frame_error
);

  localparam FINAL_BEAT = FRAME_BEATS - 1;

  reg [COUNT_BITS-1:0] beat;

  wire transfer = in_valid && in_ready;
  wire final_beat = (beat == FINAL_BEAT[COUNT_BITS-1:0]);

  always @(posedge clk) begin
    if (!rst_n) begin
      beat <= {COUNT_BITS{1'b0}};
      frame_error <= 1'b0;
    end else if (transfer) begin
      beat <= final_beat ? {COUNT_BITS{1'b0}} : beat + 1'b1;
      if (in_last != final_beat) frame_error <= 1'b1;
    end
  end

endmodule

`default_nettype wire
