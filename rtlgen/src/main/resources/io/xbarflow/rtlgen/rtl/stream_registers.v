// STAGES register stages of a long link, one after the other.
`default_nettype none

module stream_registers #(
  parameter STAGES = 2,
  parameter DATA_BITS = 8
) (
  input  wire                 clk,
  input  wire                 rst_n,

  input  wire                 in_valid,
  output wire                 in_ready,
  input  wire [DATA_BITS-1:0] in_data,
  input  wire                 in_last,

  output wire                 out_valid,
  input  wire                 out_ready,
  output wire [DATA_BITS-1:0] out_data,
  output wire                 out_last
);

  // Stream n goes into stage n.
  wire [STAGES:0]               valid;
  wire [STAGES:0]               ready;
  wire [(STAGES+1)*DATA_BITS-1:0] data;
  wire [STAGES:0]               last;

  assign valid[0] = in_valid;
  assign in_ready = ready[0];
  assign data[DATA_BITS-1:0] = in_data;
  assign last[0] = in_last;

  assign out_valid = valid[STAGES];
  assign ready[STAGES] = out_ready;
  assign out_data = data[STAGES*DATA_BITS +: DATA_BITS];
  assign out_last = last[STAGES];

  generate
    genvar stage;
    for (stage = 0; stage < STAGES; stage = stage + 1) begin : g_stage
      stream_register #(
        .DATA_BITS (DATA_BITS)
      ) u_register (
        .clk       (clk),
        .rst_n     (rst_n),
        .in_valid  (valid[stage]),
        .in_ready  (ready[stage]),
        .in_data   (data[stage*DATA_BITS +: DATA_BITS]),
        .in_last   (last[stage]),
        .out_valid (valid[stage+1]),
        .out_ready (ready[stage+1]),
        .out_data  (data[(stage+1)*DATA_BITS +: DATA_BITS]),
        .out_last  (last[stage+1])
      );
    end
  endgenerate

endmodule

`default_nettype wire
