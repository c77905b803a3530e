// Walks the pixels of a map patch by patch: patches in raster order, the pixels of a patch in
// raster order, without those beyond the map's right and lower edge.
`default_nettype none

module patch_walk #(
  parameter PATCH_HEIGHT = 2,
  parameter PATCH_WIDTH = 2,
  parameter PATCH_BITS = 2,         // at least 1 and at least log2(PATCH_HEIGHT * PATCH_WIDTH)
  parameter MAP_HEIGHT = 5,         // at least PATCH_HEIGHT
  parameter MAP_WIDTH = 5,          // at least PATCH_WIDTH
  parameter COORDINATE_BITS = 3     // at least 1 and at least log2(the greater of the two)
) (
  input  wire                  clk,
  input  wire                  rst_n,

  input  wire                  advance,
  output reg  [PATCH_BITS-1:0] pixel,        // in the patch, PATCH_WIDTH a row
  output wire                  patch_end,    // the pixel is its patch's last one in the map
  output wire                  map_end       // the pixel is the map's last one
);

  localparam FINAL_PATCH_COLUMN = PATCH_WIDTH - 1;
  localparam FINAL_PATCH_ROW = PATCH_HEIGHT - 1;
  localparam FINAL_COLUMN = MAP_WIDTH - 1;
  localparam FINAL_ROW = MAP_HEIGHT - 1;

  reg [PATCH_BITS-1:0]      patch_column;    // of the pixel, in its patch
  reg [PATCH_BITS-1:0]      patch_row;
  reg [COORDINATE_BITS-1:0] left;            // column of the patch's first pixel
  reg [COORDINATE_BITS-1:0] top;
  reg [COORDINATE_BITS-1:0] column;          // of the pixel
  reg [COORDINATE_BITS-1:0] row;

  wire final_column = (column == FINAL_COLUMN[COORDINATE_BITS-1:0]);
  wire final_row = (row == FINAL_ROW[COORDINATE_BITS-1:0]);
  // Patches of one row or column leave no counter of it behind.
  wire row_end = (PATCH_WIDTH == 1) || final_column
      || (patch_column == FINAL_PATCH_COLUMN[PATCH_BITS-1:0]);
  wire column_end = (PATCH_HEIGHT == 1) || final_row
      || (patch_row == FINAL_PATCH_ROW[PATCH_BITS-1:0]);

  assign patch_end = row_end && column_end;
  assign map_end = final_column && final_row;

  always @(posedge clk) begin
    if (!rst_n) begin
      pixel <= {PATCH_BITS{1'b0}};
      patch_column <= {PATCH_BITS{1'b0}};
      patch_row <= {PATCH_BITS{1'b0}};
      left <= {COORDINATE_BITS{1'b0}};
      top <= {COORDINATE_BITS{1'b0}};
      column <= {COORDINATE_BITS{1'b0}};
      row <= {COORDINATE_BITS{1'b0}};
    end else if (advance) begin
      if (!row_end) begin
        pixel <= pixel + 1'b1;
        patch_column <= patch_column + 1'b1;
        column <= column + 1'b1;
      end else begin
        patch_column <= {PATCH_BITS{1'b0}};
        if (!patch_end) begin
          pixel <= pixel - patch_column + PATCH_WIDTH[PATCH_BITS-1:0];
          patch_row <= patch_row + 1'b1;
          column <= left;
          row <= row + 1'b1;
        end else begin
          pixel <= {PATCH_BITS{1'b0}};
          patch_row <= {PATCH_BITS{1'b0}};
          left <= final_column ? {COORDINATE_BITS{1'b0}} : column + 1'b1;
          column <= final_column ? {COORDINATE_BITS{1'b0}} : column + 1'b1;
          top <= map_end ? {COORDINATE_BITS{1'b0}} : (final_column ? row + 1'b1 : top);
          row <= map_end ? {COORDINATE_BITS{1'b0}} : (final_column ? row + 1'b1 : top);
        end
      end
    end
  end

endmodule

`default_nettype wire
