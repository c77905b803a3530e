// Toy chip of four straight connections, to test ports of every width Verilator treats differently:
// 72 bits (words), 24, 8 and 40.
`default_nettype none

module xbarflow_top (
  input  wire clk,
  input  wire rst_n,

  input  wire s_axis_0_tvalid,
  output wire s_axis_0_tready,
  input  wire [71:0] s_axis_0_tdata,
  input  wire s_axis_0_tlast,
  output wire s_axis_0_frame_error,
  output wire [31:0] s_axis_0_frame_error_index,
  output wire [31:0] s_axis_0_frame_error_count,

  input  wire s_axis_1_tvalid,
  output wire s_axis_1_tready,
  input  wire [23:0] s_axis_1_tdata,
  input  wire s_axis_1_tlast,
  output wire s_axis_1_frame_error,
  output wire [31:0] s_axis_1_frame_error_index,
  output wire [31:0] s_axis_1_frame_error_count,

  input  wire s_axis_2_tvalid,
  output wire s_axis_2_tready,
  input  wire [7:0] s_axis_2_tdata,
  input  wire s_axis_2_tlast,
  output wire s_axis_2_frame_error,
  output wire [31:0] s_axis_2_frame_error_index,
  output wire [31:0] s_axis_2_frame_error_count,

  input  wire s_axis_3_tvalid,
  output wire s_axis_3_tready,
  input  wire [39:0] s_axis_3_tdata,
  input  wire s_axis_3_tlast,
  output wire s_axis_3_frame_error,
  output wire [31:0] s_axis_3_frame_error_index,
  output wire [31:0] s_axis_3_frame_error_count,

  output wire m_axis_0_tvalid,
  input  wire m_axis_0_tready,
  output wire [71:0] m_axis_0_tdata,
  output wire m_axis_0_tlast,
  output wire m_axis_0_tuser,

  output wire m_axis_1_tvalid,
  input  wire m_axis_1_tready,
  output wire [23:0] m_axis_1_tdata,
  output wire m_axis_1_tlast,
  output wire m_axis_1_tuser,

  output wire m_axis_2_tvalid,
  input  wire m_axis_2_tready,
  output wire [7:0] m_axis_2_tdata,
  output wire m_axis_2_tlast,
  output wire m_axis_2_tuser,

  output wire m_axis_3_tvalid,
  input  wire m_axis_3_tready,
  output wire [39:0] m_axis_3_tdata,
  output wire m_axis_3_tlast,
  output wire m_axis_3_tuser,

  output wire frame_error
);

  wire unused = clk & rst_n;

  // This chip takes every frame to be right.
  assign frame_error = 1'b0;
  assign s_axis_0_frame_error = 1'b0;
  assign s_axis_0_frame_error_index = 32'd0;
  assign s_axis_0_frame_error_count = 32'd0;
  assign m_axis_0_tuser = 1'b0;
  assign s_axis_1_frame_error = 1'b0;
  assign s_axis_1_frame_error_index = 32'd0;
  assign s_axis_1_frame_error_count = 32'd0;
  assign m_axis_1_tuser = 1'b0;
  assign s_axis_2_frame_error = 1'b0;
  assign s_axis_2_frame_error_index = 32'd0;
  assign s_axis_2_frame_error_count = 32'd0;
  assign m_axis_2_tuser = 1'b0;
  assign s_axis_3_frame_error = 1'b0;
  assign s_axis_3_frame_error_index = 32'd0;
  assign s_axis_3_frame_error_count = 32'd0;
  assign m_axis_3_tuser = 1'b0;

  wire from_0_valid = s_axis_0_tvalid;
  wire from_0_ready = m_axis_0_tready;
  wire [71:0] from_0_data = s_axis_0_tdata;
  wire from_0_last = s_axis_0_tlast;
  wire to_0_valid = from_0_valid;
  wire to_0_ready = m_axis_0_tready;
  wire [71:0] to_0_data = from_0_data;
  wire to_0_last = from_0_last;
  assign s_axis_0_tready = from_0_ready;
  assign m_axis_0_tvalid = to_0_valid;
  assign m_axis_0_tdata = to_0_data;
  assign m_axis_0_tlast = to_0_last;

  wire from_1_valid = s_axis_1_tvalid;
  wire from_1_ready = m_axis_1_tready;
  wire [23:0] from_1_data = s_axis_1_tdata;
  wire from_1_last = s_axis_1_tlast;
  wire to_1_valid = from_1_valid;
  wire to_1_ready = m_axis_1_tready;
  wire [23:0] to_1_data = from_1_data;
  wire to_1_last = from_1_last;
  assign s_axis_1_tready = from_1_ready;
  assign m_axis_1_tvalid = to_1_valid;
  assign m_axis_1_tdata = to_1_data;
  assign m_axis_1_tlast = to_1_last;

  wire from_2_valid = s_axis_2_tvalid;
  wire from_2_ready = m_axis_2_tready;
  wire [7:0] from_2_data = s_axis_2_tdata;
  wire from_2_last = s_axis_2_tlast;
  wire to_2_valid = from_2_valid;
  wire to_2_ready = m_axis_2_tready;
  wire [7:0] to_2_data = from_2_data;
  wire to_2_last = from_2_last;
  assign s_axis_2_tready = from_2_ready;
  assign m_axis_2_tvalid = to_2_valid;
  assign m_axis_2_tdata = to_2_data;
  assign m_axis_2_tlast = to_2_last;

  wire from_3_valid = s_axis_3_tvalid;
  wire from_3_ready = m_axis_3_tready;
  wire [39:0] from_3_data = s_axis_3_tdata;
  wire from_3_last = s_axis_3_tlast;
  wire to_3_valid = from_3_valid;
  wire to_3_ready = m_axis_3_tready;
  wire [39:0] to_3_data = from_3_data;
  wire to_3_last = from_3_last;
  assign s_axis_3_tready = from_3_ready;
  assign m_axis_3_tvalid = to_3_valid;
  assign m_axis_3_tdata = to_3_data;
  assign m_axis_3_tlast = to_3_last;

endmodule

`default_nettype wire
