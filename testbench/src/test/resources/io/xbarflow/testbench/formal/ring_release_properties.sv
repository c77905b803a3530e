// Properties of ring_release.
//
// With the step's top row t = FIRST_ROW + step * STRIDE and the first row of the class at or below
// it, r(step) = ceil((t - CLASS) / CLASSES), 0 where that is above the map; rows of images follow
// each other at PITCH places:
//
// 1. Nothing is given back that this step or a later one still reads: free_place is at most row
//    r(step) plus, if the next step begins further down, the columns that were read of it.
// 2. Everything else is: free_place is that sum. Without BY_COLUMNS the columns do not count,
//    without BY_ROWS free_place is the first place of the image.
// 3. further tells whether r goes on by one row more than STRIDE / CLASSES.
// 4. image_place_next is where the image of the next step begins.
`default_nettype none

module ring_release_properties #(
  parameter CLASS = 0,
  parameter CLASSES = 1,
  parameter MAP_HEIGHT = 4,
  parameter MAP_WIDTH = 3,
  parameter OUT_HEIGHT = 4,
  parameter PITCH = 4,
  parameter FIRST_ROW = -1,
  parameter STRIDE = 1,
  parameter BY_COLUMNS = 1,
  parameter BY_ROWS = 1,
  parameter COORDINATE_BITS = 5,
  parameter PLACE_BITS = 7
) (
  input wire clk,
  input wire column_done,
  input wire row_done
);

  localparam CLASS_HEIGHT = (MAP_HEIGHT - CLASS + CLASSES - 1) / CLASSES;
  localparam IMAGE_PLACES = CLASS_HEIGHT * PITCH;
  localparam LIFT = 16;
  localparam BITS = 8;

  // r plus LIFT rows, for it may be negative before it is held against the map.
  function [BITS-1:0] lifted_row(input [BITS-1:0] of_step);
    lifted_row = of_step * STRIDE + LIFT * CLASSES + FIRST_ROW - CLASS + CLASSES - 1;
    if (CLASSES > 1) lifted_row = lifted_row / CLASSES[BITS-1:0];
  endfunction
  function [BITS-1:0] class_row(input [BITS-1:0] of_step);
    class_row = (lifted_row(of_step) < LIFT) ? 0 : lifted_row(of_step) - LIFT;
  endfunction

  wire                  further;
  wire [PLACE_BITS-1:0] image_place_next;
  wire [PLACE_BITS-1:0] free_place;

  // State of the cell that the invariants speak of.
  (* hierconn *) wire [COORDINATE_BITS-1:0] \u_cell.class_row ;
  (* hierconn *) wire [PLACE_BITS-1:0]      \u_cell.image_place ;
  (* hierconn *) wire [COORDINATE_BITS-1:0] \u_cell.g_uneven.offset ;   // where STRIDE needs it

  reg                  started = 1'b0;
  reg [3:0]            step;
  reg [3:0]            column;      // columns of the step that were read
  reg [PLACE_BITS-1:0] image;       // place of the image's first pixel

  wire                  final_row = step == OUT_HEIGHT - 1;
  wire [3:0]            step_below = step + 4'd1;
  wire                  row_is_there = class_row(step) < CLASS_HEIGHT;
  wire                  row_ends =
      row_is_there && (final_row || class_row(step_below) != class_row(step));
  wire [PLACE_BITS-1:0] columns = (row_ends && BY_COLUMNS != 0) ? column : 0;
  wire [PLACE_BITS-1:0] rows = (BY_ROWS != 0) ? class_row(step) * PITCH : 0;
  wire [PLACE_BITS-1:0] still_needed = image + class_row(step) * PITCH + (row_ends ? column : 0);
  wire [PLACE_BITS-1:0] slack = still_needed - free_place;

  ring_release #(
    .CLASS           (CLASS),
    .CLASSES         (CLASSES),
    .MAP_HEIGHT      (MAP_HEIGHT),
    .PITCH           (PITCH),
    .FIRST_ROW       (FIRST_ROW),
    .STRIDE          (STRIDE),
    .COLUMN_STEP     (1),
    .BY_COLUMNS      (BY_COLUMNS),
    .BY_ROWS         (BY_ROWS),
    .COORDINATE_BITS (COORDINATE_BITS),
    .PLACE_BITS      (PLACE_BITS)
  ) u_cell (
    .clk              (clk),
    .rst_n            (started),
    .column_done      (column_done),
    .row_done         (row_done),
    .final_row        (final_row),
    .further          (further),
    .image_place_next (image_place_next),
    .free_place       (free_place)
  );

  always @(posedge clk) begin
    // The last column of a step comes with row_done alone.
    assume (!column_done || (!row_done && column < MAP_WIDTH - 1));

    started <= 1'b1;
    if (!started) begin
      step <= 4'd0;
      column <= 4'd0;
      image <= {PLACE_BITS{1'b0}};
    end else if (row_done) begin
      step <= final_row ? 4'd0 : step_below;
      if (final_row) image <= image + IMAGE_PLACES[PLACE_BITS-1:0];
      column <= 4'd0;
    end else if (column_done) begin
      column <= column + 4'd1;
    end

    if (started) begin
      // 1.
      keeps_what_is_still_read: assert (!slack[PLACE_BITS-1]);
      // 2.
      gives_back_the_rest: assert (free_place == image + rows + columns);
      // 3.
      further_is_one_row_more: assert (
          final_row || further == (lifted_row(step_below) - lifted_row(step) != STRIDE / CLASSES));
      // 4.
      next_image_begins: assert (
          image_place_next
              == image + (final_row ? IMAGE_PLACES[PLACE_BITS-1:0] : {PLACE_BITS{1'b0}}));

      // The invariants that close the induction.
      counters_in_range: assert (step < OUT_HEIGHT && column < MAP_WIDTH);
      row_of_the_step: assert (
          \u_cell.class_row == ((lifted_row(step) - LIFT) & {COORDINATE_BITS{1'b1}}));
      image_of_the_step: assert (\u_cell.image_place == image);
      if (STRIDE % CLASSES != 0) begin
        offset_of_the_step: assert (
            \u_cell.g_uneven.offset + step * STRIDE + LIFT * CLASSES + FIRST_ROW
                == lifted_row(step) * CLASSES + CLASS);
      end

      second_image: cover (image != 0 && final_row && column == MAP_WIDTH - 1);
    end
  end

endmodule

`default_nettype wire
