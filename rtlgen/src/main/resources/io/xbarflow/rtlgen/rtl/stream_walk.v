// Walks the pixels of a map in the order of a stream: patch by patch, patches in raster order, the
// pixels of a patch in raster order. Pixels beyond the map are left out. Patches of 1 x 1 are
// raster order. Image follows image.
`default_nettype none

module stream_walk #(
  parameter MAP_HEIGHT = 5,
  parameter MAP_WIDTH = 5,
  parameter PATCH_HEIGHT = 2,
  parameter PATCH_WIDTH = 2,
  parameter ROW_PERIOD = 2,       // of row_phase
  parameter COLUMN_PERIOD = 1,    // of column_phase
  parameter COORDINATE_BITS = 5   // holds the parameters above
) (
  input  wire                       clk,
  input  wire                       rst_n,

  input  wire                       step,          // on to the next pixel
  output wire [COORDINATE_BITS-1:0] row,
  output wire [COORDINATE_BITS-1:0] column,
  output wire [COORDINATE_BITS-1:0] row_phase,     // row modulo ROW_PERIOD
  output wire [COORDINATE_BITS-1:0] column_phase,  // column modulo COLUMN_PERIOD
  output wire                       patch_done     // the pixel is the last one of its patch
);

  localparam FINAL_COLUMN = MAP_WIDTH - 1;

  wire row_end;
  wire column_end;

  assign patch_done = row_end && column_end;

  // The rows of a patch repeat its columns; the patches of a row of patches repeat its rows.
  walk_axis #(
    .SIZE            (MAP_WIDTH),
    .PATCH           (PATCH_WIDTH),
    .PERIOD          (COLUMN_PERIOD),
    .COORDINATE_BITS (COORDINATE_BITS)
  ) u_columns (
    .clk       (clk),
    .rst_n     (rst_n),
    .step      (step),
    .go_back   (!row_end),
    .patch_end (column_end),
    .position  (column),
    .phase     (column_phase)
  );

  walk_axis #(
    .SIZE            (MAP_HEIGHT),
    .PATCH           (PATCH_HEIGHT),
    .PERIOD          (ROW_PERIOD),
    .COORDINATE_BITS (COORDINATE_BITS)
  ) u_rows (
    .clk       (clk),
    .rst_n     (rst_n),
    .step      (step && column_end),
    .go_back   (column != FINAL_COLUMN[COORDINATE_BITS-1:0]),
    .patch_end (row_end),
    .position  (row),
    .phase     (row_phase)
  );

endmodule

`default_nettype wire
