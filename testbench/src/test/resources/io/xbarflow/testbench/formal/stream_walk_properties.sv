// Properties of stream_walk.
//
// The reference counts patches and pixels in them: patch row, patch column, row and column within.
//
// 1. row and column are patch * PATCH + position within.
// 2. The phases are row and column modulo their periods.
// 3. patch_done marks the last pixel of a patch, also of one that the map's edge cuts off.
//
// So every pixel of the map is visited once an image, patch by patch.
`default_nettype none

module stream_walk_properties #(
  parameter MAP_HEIGHT = 5,
  parameter MAP_WIDTH = 3,
  parameter PATCH_HEIGHT = 2,
  parameter PATCH_WIDTH = 2,
  parameter ROW_PERIOD = 2,
  parameter COLUMN_PERIOD = 1,
  parameter COORDINATE_BITS = 4
) (
  input wire clk,
  input wire step
);

  localparam ROW_PATCHES = (MAP_HEIGHT + PATCH_HEIGHT - 1) / PATCH_HEIGHT;
  localparam COLUMN_PATCHES = (MAP_WIDTH + PATCH_WIDTH - 1) / PATCH_WIDTH;

  wire [COORDINATE_BITS-1:0] row;
  wire [COORDINATE_BITS-1:0] column;
  wire [COORDINATE_BITS-1:0] row_phase;
  wire [COORDINATE_BITS-1:0] column_phase;
  wire                       patch_done;

  // State of the cell that the invariants speak of, as far as the parameters make it.
  (* hierconn *) wire [COORDINATE_BITS-1:0] \u_cell.u_rows.g_patch.count ;
  (* hierconn *) wire [COORDINATE_BITS-1:0] \u_cell.u_rows.g_patch.first_position ;
  (* hierconn *) wire [COORDINATE_BITS-1:0] \u_cell.u_rows.g_phase.g_patch_phase.first_phase ;
  (* hierconn *) wire [COORDINATE_BITS-1:0] \u_cell.u_columns.g_patch.count ;
  (* hierconn *) wire [COORDINATE_BITS-1:0] \u_cell.u_columns.g_patch.first_position ;
  (* hierconn *) wire [COORDINATE_BITS-1:0] \u_cell.u_columns.g_phase.g_patch_phase.first_phase ;

  reg       started = 1'b0;
  reg [7:0] patch_row;
  reg [7:0] patch_column;
  reg [7:0] row_in_patch;
  reg [7:0] column_in_patch;

  wire [7:0] row_reference = patch_row * PATCH_HEIGHT + row_in_patch;
  wire [7:0] column_reference = patch_column * PATCH_WIDTH + column_in_patch;
  wire       column_end =
      column_in_patch == PATCH_WIDTH - 1 || column_reference == MAP_WIDTH - 1;
  wire       row_end = row_in_patch == PATCH_HEIGHT - 1 || row_reference == MAP_HEIGHT - 1;

  stream_walk #(
    .MAP_HEIGHT      (MAP_HEIGHT),
    .MAP_WIDTH       (MAP_WIDTH),
    .PATCH_HEIGHT    (PATCH_HEIGHT),
    .PATCH_WIDTH     (PATCH_WIDTH),
    .ROW_PERIOD      (ROW_PERIOD),
    .COLUMN_PERIOD   (COLUMN_PERIOD),
    .COORDINATE_BITS (COORDINATE_BITS)
  ) u_cell (
    .clk          (clk),
    .rst_n        (started),
    .step         (step),
    .row          (row),
    .column       (column),
    .row_phase    (row_phase),
    .column_phase (column_phase),
    .patch_done   (patch_done)
  );

  always @(posedge clk) begin
    started <= 1'b1;
    if (!started) begin
      patch_row <= 8'd0;
      patch_column <= 8'd0;
      row_in_patch <= 8'd0;
      column_in_patch <= 8'd0;
    end else if (step) begin
      column_in_patch <= column_end ? 8'd0 : column_in_patch + 8'd1;
      if (column_end) row_in_patch <= row_end ? 8'd0 : row_in_patch + 8'd1;
      if (column_end && row_end) begin
        patch_column <= (patch_column == COLUMN_PATCHES - 1) ? 8'd0 : patch_column + 8'd1;
        if (patch_column == COLUMN_PATCHES - 1) begin
          patch_row <= (patch_row == ROW_PATCHES - 1) ? 8'd0 : patch_row + 8'd1;
        end
      end
    end

    if (started) begin
      // 1.
      row_of_the_patch: assert (row == row_reference);
      column_of_the_patch: assert (column == column_reference);
      // 2.
      phases: assert (row_phase == row % ROW_PERIOD && column_phase == column % COLUMN_PERIOD);
      // 3.
      end_of_the_patch: assert (patch_done == (row_end && column_end));

      // The invariants that close the induction.
      counters_in_range: assert (
          patch_row < ROW_PATCHES && row_in_patch < PATCH_HEIGHT && row_reference < MAP_HEIGHT
              && patch_column < COLUMN_PATCHES && column_in_patch < PATCH_WIDTH
              && column_reference < MAP_WIDTH);
      if (PATCH_HEIGHT > 1) begin
        rows_agree: assert (
            \u_cell.u_rows.g_patch.count == row_in_patch
                && \u_cell.u_rows.g_patch.first_position == row_reference - row_in_patch);
      end
      if (PATCH_WIDTH > 1) begin
        columns_agree: assert (
            \u_cell.u_columns.g_patch.count == column_in_patch
                && \u_cell.u_columns.g_patch.first_position == column_reference - column_in_patch);
      end
      if (PATCH_HEIGHT > 1 && ROW_PERIOD > 1) begin
        row_phases_agree: assert (
            \u_cell.u_rows.g_phase.g_patch_phase.first_phase
                == (row_reference - row_in_patch) % ROW_PERIOD);
      end
      if (PATCH_WIDTH > 1 && COLUMN_PERIOD > 1) begin
        column_phases_agree: assert (
            \u_cell.u_columns.g_phase.g_patch_phase.first_phase
                == (column_reference - column_in_patch) % COLUMN_PERIOD);
      end

      second_patch: cover ($past(started) && $past(step && patch_done) && patch_column == 1);
    end
  end

endmodule

`default_nettype wire
