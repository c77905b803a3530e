// Properties of newest_row.
//
// With row(step) = min(FIRST_ROW + step * STRIDE, MAP_HEIGHT - 1):
//
// 1. row_class is that row modulo CLASSES.
// 2. row_class_next and class_row_next are class and row in it of the next step, of the first one
//    after the last.
`default_nettype none

module newest_row_properties #(
  parameter CLASSES = 2,
  parameter CLASS_BITS = 1,
  parameter MAP_HEIGHT = 5,
  parameter FIRST_ROW = 1,
  parameter STRIDE = 1,
  parameter OUT_HEIGHT = 5,
  parameter COORDINATE_BITS = 5
) (
  input wire clk,
  input wire row_done
);

  function [7:0] newest(input [7:0] of_step);
    newest = (FIRST_ROW + of_step * STRIDE > MAP_HEIGHT - 1)
        ? MAP_HEIGHT - 1 : FIRST_ROW + of_step * STRIDE;
  endfunction

  wire [CLASS_BITS-1:0]      row_class;
  wire [CLASS_BITS-1:0]      row_class_next;
  wire [COORDINATE_BITS-1:0] class_row_next;

  // State of the cell that the invariants speak of.
  (* hierconn *) wire [COORDINATE_BITS-1:0] \u_cell.row ;

  reg       started = 1'b0;
  reg [7:0] step;
  reg [7:0] class_row;           // what class_row_next was for this step

  wire       final_row = step == OUT_HEIGHT - 1;
  wire [7:0] next = final_row ? newest(8'd0) : newest(step + 8'd1);

  newest_row #(
    .CLASSES         (CLASSES),
    .CLASS_BITS      (CLASS_BITS),
    .MAP_HEIGHT      (MAP_HEIGHT),
    .FIRST_ROW       (FIRST_ROW),
    .STRIDE          (STRIDE),
    .COORDINATE_BITS (COORDINATE_BITS)
  ) u_cell (
    .clk            (clk),
    .rst_n          (started),
    .row_done       (row_done),
    .final_row      (final_row),
    .row_class      (row_class),
    .row_class_next (row_class_next),
    .class_row_next (class_row_next)
  );

  always @(posedge clk) begin
    started <= 1'b1;
    if (!started) step <= 8'd0;
    else if (row_done) step <= final_row ? 8'd0 : step + 8'd1;

    if (started) begin
      // 1.
      class_of_the_row: assert (row_class == newest(step) % CLASSES);
      // 2.
      next_class: assert (row_class_next == next % CLASSES);
      next_class_row: assert (class_row_next == next / CLASSES);

      // The invariants that close the induction.
      step_in_range: assert (step < OUT_HEIGHT);
      row_of_the_step: assert (\u_cell.row == newest(step));

      second_image: cover ($past(started) && $past(row_done && final_row));
    end
  end

endmodule

`default_nettype wire
