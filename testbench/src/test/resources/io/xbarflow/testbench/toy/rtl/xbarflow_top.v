// Toy chip of two blocks: a look-up table and a link register.
`default_nettype none

module xbarflow_top (
  input  wire clk,
  input  wire rst_n,
  input  wire s_axis_tvalid,
  output wire s_axis_tready,
  input  wire [15:0] s_axis_tdata,
  input  wire s_axis_tlast,
  output wire s_axis_frame_error,
  output wire [31:0] s_axis_frame_error_index,
  output wire [31:0] s_axis_frame_error_count,
  output wire m_axis_tvalid,
  input  wire m_axis_tready,
  output wire [15:0] m_axis_tdata,
  output wire m_axis_tlast,
  output wire m_axis_tuser,
  output wire frame_error
);

  // This chip takes every frame to be right.
  assign s_axis_frame_error = 1'b0;
  assign s_axis_frame_error_index = 32'd0;
  assign s_axis_frame_error_count = 32'd0;
  assign m_axis_tuser = 1'b0;
  assign frame_error = 1'b0;

  wire image_in_valid = s_axis_tvalid;
  wire image_in_ready;
  wire [15:0] image_in_data = s_axis_tdata;
  wire image_in_last = s_axis_tlast;
  assign s_axis_tready = image_in_ready;

  wire table_out_valid;
  wire table_out_ready;
  wire [15:0] table_out_data;
  wire table_out_last;

  wire table_far_valid;
  wire table_far_ready = m_axis_tready;
  wire [15:0] table_far_data;
  wire table_far_last;
  assign m_axis_tvalid = table_far_valid;
  assign m_axis_tdata = table_far_data;
  assign m_axis_tlast = table_far_last;

  xor_table u_flip (
    .clk(clk),
    .rst_n(rst_n),
    .in_valid(image_in_valid),
    .in_ready(image_in_ready),
    .in_data(image_in_data),
    .in_last(image_in_last),
    .out_valid(table_out_valid),
    .out_ready(table_out_ready),
    .out_data(table_out_data),
    .out_last(table_out_last)
  );

  link_register u_far (
    .clk(clk),
    .rst_n(rst_n),
    .in_valid(table_out_valid),
    .in_ready(table_out_ready),
    .in_data(table_out_data),
    .in_last(table_out_last),
    .out_valid(table_far_valid),
    .out_ready(table_far_ready),
    .out_data(table_far_data),
    .out_last(table_far_last)
  );

endmodule

`default_nettype wire
