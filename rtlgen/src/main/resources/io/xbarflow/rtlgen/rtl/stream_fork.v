// Repeats one stream on BRANCHES streams. Each branch takes a beat as soon as it can; the input
// moves on once all have.
//
// 1. out_valid[n] never waits for any ready.
// 2. Every branch sees every beat once, in order.
// 3. in_ready is high in the cycle in which the last branch takes the beat.
`default_nettype none

module stream_fork #(
  parameter BRANCHES = 2,
  parameter DATA_BITS = 8
) (
  input  wire                          clk,
  input  wire                          rst_n,

  input  wire                          in_valid,
  output wire                          in_ready,
  input  wire [DATA_BITS-1:0]          in_data,
  input  wire                          in_last,

  output wire [BRANCHES-1:0]           out_valid,
  input  wire [BRANCHES-1:0]           out_ready,
  output wire [BRANCHES*DATA_BITS-1:0] out_data,
  output wire [BRANCHES-1:0]           out_last
);

  reg [BRANCHES-1:0] taken;

  wire [BRANCHES-1:0] taken_now = taken | (out_valid & out_ready);

  assign out_valid = {BRANCHES{in_valid}} & ~taken;
  assign out_data = {BRANCHES{in_data}};
  assign out_last = {BRANCHES{in_last}};
  assign in_ready = in_valid && (&taken_now);

  always @(posedge clk) begin
    if (!rst_n) taken <= {BRANCHES{1'b0}};
    else taken <= in_ready ? {BRANCHES{1'b0}} : taken_now;
  end

endmodule

`default_nettype wire
