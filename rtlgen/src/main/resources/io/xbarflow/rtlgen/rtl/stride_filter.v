// Tells which pixels of a raster stream fall on a stride grid of OUT_HEIGHT x OUT_WIDTH pixels.
`default_nettype none

module stride_filter #(
  parameter MAP_HEIGHT = 4,
  parameter MAP_WIDTH = 4,
  parameter OUT_HEIGHT = 2,
  parameter OUT_WIDTH = 2,
  parameter STRIDE_HEIGHT = 2,
  parameter STRIDE_WIDTH = 2
) (
  input  wire clk,
  input  wire rst_n,

  input  wire pixel_done,   // the current pixel is complete
  output wire keep          // the current pixel is on the grid
);

  reg [31:0] row;          // of the map
  reg [31:0] column;
  reg [31:0] row_phase;    // row modulo the stride
  reg [31:0] column_phase;

  wire final_column = (column == MAP_WIDTH - 1);
  wire final_row = (row == MAP_HEIGHT - 1);

  assign keep = (row_phase == 32'd0) && (column_phase == 32'd0)
      && (row <= (OUT_HEIGHT - 1) * STRIDE_HEIGHT) && (column <= (OUT_WIDTH - 1) * STRIDE_WIDTH);

  always @(posedge clk) begin
    if (!rst_n) begin
      row <= 32'd0;
      column <= 32'd0;
      row_phase <= 32'd0;
      column_phase <= 32'd0;
    end else if (pixel_done) begin
      column <= final_column ? 32'd0 : column + 32'd1;
      column_phase <= (final_column || column_phase == STRIDE_WIDTH - 1) ? 32'd0
                                                                        : column_phase + 32'd1;
      if (final_column) begin
        row <= final_row ? 32'd0 : row + 32'd1;
        row_phase <= (final_row || row_phase == STRIDE_HEIGHT - 1) ? 32'd0 : row_phase + 32'd1;
      end
    end
  end

endmodule

`default_nettype wire
