// Tells where a pixel of a stream goes that brings the pixels of each window one behind the other:
// whether it is on the stride grid of OUT_HEIGHT x OUT_WIDTH pixels, which pixel of its patch it is
// there, and whether it is the patch's last. Patches may be cut off by the grid's edge.
`default_nettype none

module stride_filter #(
  parameter MAP_HEIGHT = 4,
  parameter MAP_WIDTH = 4,
  parameter ORDER_HEIGHT = 1,     // order of the stream; 1 x 1 is raster order
  parameter ORDER_WIDTH = 1,
  parameter OUT_HEIGHT = 2,
  parameter OUT_WIDTH = 2,
  parameter PATCH_HEIGHT = 1,     // pixels of the grid that make a window
  parameter PATCH_WIDTH = 1,
  parameter STRIDE_HEIGHT = 2,
  parameter STRIDE_WIDTH = 2,
  parameter COORDINATE_BITS = 3   // holds the map, the order and patch * stride
) (
  input  wire                                clk,
  input  wire                                rst_n,

  input  wire                                pixel_done,   // the current pixel is complete
  output wire                                keep,         // it is on the grid
  output wire [PATCH_HEIGHT*PATCH_WIDTH-1:0] slot,         // which one of its patch; one-hot
  output wire                                patch_done    // it is the last one of its patch
);

  localparam FINAL_ROW = (OUT_HEIGHT - 1) * STRIDE_HEIGHT;
  localparam FINAL_COLUMN = (OUT_WIDTH - 1) * STRIDE_WIDTH;

  wire [COORDINATE_BITS-1:0] row;
  wire [COORDINATE_BITS-1:0] column;
  wire [COORDINATE_BITS-1:0] row_phase;
  wire [COORDINATE_BITS-1:0] column_phase;
  wire                       unused_order_done;
  wire [PATCH_HEIGHT-1:0]    row_slot;
  wire [PATCH_WIDTH-1:0]     column_slot;

  wire final_row = (row == FINAL_ROW[COORDINATE_BITS-1:0]);
  wire final_column = (column == FINAL_COLUMN[COORDINATE_BITS-1:0]);

  assign keep = (row_slot != {PATCH_HEIGHT{1'b0}}) && (column_slot != {PATCH_WIDTH{1'b0}})
      && (row <= FINAL_ROW[COORDINATE_BITS-1:0])
      && (column <= FINAL_COLUMN[COORDINATE_BITS-1:0]);
  assign patch_done = keep && (row_slot[PATCH_HEIGHT-1] || final_row)
      && (column_slot[PATCH_WIDTH-1] || final_column);

  stream_walk #(
    .MAP_HEIGHT      (MAP_HEIGHT),
    .MAP_WIDTH       (MAP_WIDTH),
    .PATCH_HEIGHT    (ORDER_HEIGHT),
    .PATCH_WIDTH     (ORDER_WIDTH),
    .ROW_PERIOD      (PATCH_HEIGHT * STRIDE_HEIGHT),
    .COLUMN_PERIOD   (PATCH_WIDTH * STRIDE_WIDTH),
    .COORDINATE_BITS (COORDINATE_BITS)
  ) u_walk (
    .clk          (clk),
    .rst_n        (rst_n),
    .step         (pixel_done),
    .row          (row),
    .column       (column),
    .row_phase    (row_phase),
    .column_phase (column_phase),
    .patch_done   (unused_order_done)
  );

  generate
    genvar i;
    genvar j;
    for (i = 0; i < PATCH_HEIGHT; i = i + 1) begin : g_row
      localparam ROW = i * STRIDE_HEIGHT;
      assign row_slot[i] = (row_phase == ROW[COORDINATE_BITS-1:0]);
      for (j = 0; j < PATCH_WIDTH; j = j + 1) begin : g_slot
        assign slot[i*PATCH_WIDTH+j] = row_slot[i] && column_slot[j];
      end
    end
    for (j = 0; j < PATCH_WIDTH; j = j + 1) begin : g_column
      localparam COLUMN = j * STRIDE_WIDTH;
      assign column_slot[j] = (column_phase == COLUMN[COORDINATE_BITS-1:0]);
    end
  endgenerate

endmodule

`default_nettype wire
