// Toy link register: one stage of full throughput with two beats of room, so that ready needs no
// combinational path. A beat leaves one cycle after it came.
`default_nettype none

module link_register (
  input  wire clk,
  input  wire rst_n,
  input  wire in_valid,
  output wire in_ready,
  input  wire [15:0] in_data,
  input  wire in_last,
  output wire out_valid,
  input  wire out_ready,
  output wire [15:0] out_data,
  output wire out_last
);

  reg front_valid;
  reg [16:0] front;
  reg back_valid;
  reg [16:0] back;

  assign in_ready = !back_valid;
  assign out_valid = front_valid;
  assign out_data = front[15:0];
  assign out_last = front[16];

  wire take = in_valid && in_ready;
  wire give = !front_valid || out_ready;

  always @(posedge clk) begin
    if (!rst_n) begin
      front_valid <= 1'b0;
      back_valid <= 1'b0;
    end else if (give) begin
      front_valid <= take || back_valid;
      back_valid <= 1'b0;
    end else if (take) begin
      back_valid <= 1'b1;
    end
    if (give) front <= back_valid ? back : {in_last, in_data};
    if (take) back <= {in_last, in_data};
  end

endmodule

`default_nettype wire
