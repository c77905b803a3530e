// Register stage of a long link: one cycle of latency, two beats of room, ready from a register, so
// that no path crosses it.
//
// 1. A beat taken in cycle t is offered from t + 1.
// 2. in_ready is low only while both places are taken.
`default_nettype none

module stream_register #(
  parameter DATA_BITS = 8
) (
  input  wire                 clk,
  input  wire                 rst_n,

  input  wire                 in_valid,
  output wire                 in_ready,
  input  wire [DATA_BITS-1:0] in_data,
  input  wire                 in_last,

  output reg                  out_valid,
  input  wire                 out_ready,
  output reg  [DATA_BITS-1:0] out_data,
  output reg                  out_last
);

  reg                 spare_valid;
  reg [DATA_BITS-1:0] spare_data;
  reg                 spare_last;

  wire in_transfer = in_valid && in_ready;
  wire out_free = !out_valid || out_ready;

  assign in_ready = !spare_valid;

  always @(posedge clk) begin
    if (!rst_n) begin
      out_valid <= 1'b0;
      spare_valid <= 1'b0;
    end else begin
      if (out_free) out_valid <= spare_valid || in_transfer;
      if (out_free) spare_valid <= 1'b0;
      else if (in_transfer) spare_valid <= 1'b1;
    end
  end

  always @(posedge clk) begin
    if (out_free) begin
      out_data <= spare_valid ? spare_data : in_data;
      out_last <= spare_valid ? spare_last : in_last;
    end
    if (in_transfer) begin
      spare_data <= in_data;
      spare_last <= in_last;
    end
  end

endmodule

`default_nettype wire
