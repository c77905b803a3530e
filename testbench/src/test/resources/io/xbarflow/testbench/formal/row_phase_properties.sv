// Properties of row_phase.
//
// 1. phase is the top row's class: (FIRST_PHASE + step * REST) modulo CLASSES, anew in each image.
`default_nettype none

module row_phase_properties #(
  parameter CLASSES = 3,
  parameter CLASS_BITS = 2,
  parameter FIRST_PHASE = 1,
  parameter REST = 2,
  parameter OUT_HEIGHT = 7
) (
  input wire clk,
  input wire row_done
);

  wire [CLASS_BITS-1:0] phase;

  reg       started = 1'b0;
  reg [7:0] step;

  wire final_row = step == OUT_HEIGHT - 1;

  row_phase #(
    .CLASSES     (CLASSES),
    .CLASS_BITS  (CLASS_BITS),
    .FIRST_PHASE (FIRST_PHASE),
    .REST        (REST)
  ) u_cell (
    .clk       (clk),
    .rst_n     (started),
    .row_done  (row_done),
    .final_row (final_row),
    .phase     (phase)
  );

  always @(posedge clk) begin
    started <= 1'b1;
    if (!started) step <= 8'd0;
    else if (row_done) step <= final_row ? 8'd0 : step + 8'd1;

    if (started) begin
      // 1.
      phase_of_the_top_row: assert (phase == (FIRST_PHASE + step * REST) % CLASSES);
      // The invariant that closes the induction.
      step_in_range: assert (step < OUT_HEIGHT);

      second_image: cover ($past(started) && $past(row_done && final_row));
    end
  end

endmodule

`default_nettype wire
