// Properties of stride_filter. The reference walks over the map in the order of the stream.
//
// 1. keep: row and column are multiples of the stride, and within the grid of OUT_HEIGHT x
//    OUT_WIDTH pixels.
// 2. Of a pixel that is kept, slot is its row and column on the grid modulo the patch, one-hot.
// 3. patch_done: it is the last one of its patch, also where the grid's edge cuts the patch off.
`default_nettype none

module stride_filter_properties #(
  parameter MAP_HEIGHT = 5,
  parameter MAP_WIDTH = 5,
  parameter ORDER_HEIGHT = 2,
  parameter ORDER_WIDTH = 1,
  parameter OUT_HEIGHT = 2,
  parameter OUT_WIDTH = 3,
  parameter PATCH_HEIGHT = 2,
  parameter PATCH_WIDTH = 2,
  parameter STRIDE_HEIGHT = 2,
  parameter STRIDE_WIDTH = 2,
  parameter COORDINATE_BITS = 4
) (
  input wire clk,
  input wire pixel_done
);

  localparam SLOTS = PATCH_HEIGHT * PATCH_WIDTH;

  wire             keep;
  wire [SLOTS-1:0] slot;
  wire             patch_done;

  reg       started = 1'b0;
  reg [7:0] patch_row;
  reg [7:0] patch_column;
  reg [7:0] row_in_patch;
  reg [7:0] column_in_patch;

  wire [7:0] row = patch_row * ORDER_HEIGHT + row_in_patch;
  wire [7:0] column = patch_column * ORDER_WIDTH + column_in_patch;
  wire       column_end = column_in_patch == ORDER_WIDTH - 1 || column == MAP_WIDTH - 1;
  wire       row_end = row_in_patch == ORDER_HEIGHT - 1 || row == MAP_HEIGHT - 1;

  // On the grid.
  wire [7:0] y = row / STRIDE_HEIGHT;
  wire [7:0] x = column / STRIDE_WIDTH;
  wire       kept = row % STRIDE_HEIGHT == 0 && column % STRIDE_WIDTH == 0
      && y < OUT_HEIGHT && x < OUT_WIDTH;
  wire [7:0] number = (y % PATCH_HEIGHT) * PATCH_WIDTH + x % PATCH_WIDTH;
  wire       last_row = y % PATCH_HEIGHT == PATCH_HEIGHT - 1 || y == OUT_HEIGHT - 1;
  wire       last_column = x % PATCH_WIDTH == PATCH_WIDTH - 1 || x == OUT_WIDTH - 1;

  stride_filter #(
    .MAP_HEIGHT      (MAP_HEIGHT),
    .MAP_WIDTH       (MAP_WIDTH),
    .ORDER_HEIGHT    (ORDER_HEIGHT),
    .ORDER_WIDTH     (ORDER_WIDTH),
    .OUT_HEIGHT      (OUT_HEIGHT),
    .OUT_WIDTH       (OUT_WIDTH),
    .PATCH_HEIGHT    (PATCH_HEIGHT),
    .PATCH_WIDTH     (PATCH_WIDTH),
    .STRIDE_HEIGHT   (STRIDE_HEIGHT),
    .STRIDE_WIDTH    (STRIDE_WIDTH),
    .COORDINATE_BITS (COORDINATE_BITS)
  ) u_cell (
    .clk        (clk),
    .rst_n      (started),
    .pixel_done (pixel_done),
    .keep       (keep),
    .slot       (slot),
    .patch_done (patch_done)
  );

  always @(posedge clk) begin
    // Every cycle is a pixel: waiting changes nothing, which stream_walk_properties shows.
    assume (pixel_done);

    started <= 1'b1;
    if (!started) begin
      patch_row <= 8'd0;
      patch_column <= 8'd0;
      row_in_patch <= 8'd0;
      column_in_patch <= 8'd0;
    end else begin
      column_in_patch <= column_end ? 8'd0 : column_in_patch + 8'd1;
      if (column_end) row_in_patch <= row_end ? 8'd0 : row_in_patch + 8'd1;
      if (column_end && row_end) begin
        patch_column <= (column == MAP_WIDTH - 1) ? 8'd0 : patch_column + 8'd1;
        if (column == MAP_WIDTH - 1) begin
          patch_row <= (row == MAP_HEIGHT - 1) ? 8'd0 : patch_row + 8'd1;
        end
      end
    end

    if (started) begin
      // 1.
      keeps_the_grid: assert (keep == kept);
      // 2.
      if (keep) slot_in_the_patch: assert (slot == {{(SLOTS - 1){1'b0}}, 1'b1} << number);
      // 3.
      end_of_the_patch: assert (patch_done == (kept && last_row && last_column));

      second_row_of_patches: cover (patch_done && patch_row != 8'd0);
    end
  end

endmodule

`default_nettype wire
