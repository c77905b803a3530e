// Properties of frame_axis. With p the number of steps modulo SIZE:
//
// 1. given is IN_FIRST <= p < IN_FIRST + IN_SIZE.
// 2. wanted is p = OUT_FIRST + n * STEP for some n of 0 .. OUT_SIZE - 1; final_wanted the last n.
// 3. at_start and at_end are p = 0 and p = SIZE - 1.
`default_nettype none

module frame_axis_properties #(
  parameter SIZE = 6,
  parameter IN_FIRST = 1,
  parameter IN_SIZE = 4,
  parameter OUT_FIRST = 0,
  parameter OUT_SIZE = 3,
  parameter STEP = 2,
  parameter COORDINATE_BITS = 3
) (
  input wire clk,
  input wire step
);

  wire at_start;
  wire at_end;
  wire given;
  wire wanted;
  wire final_wanted;

  // State of the cell that the invariants speak of.
  (* hierconn *) wire [COORDINATE_BITS-1:0] \u_cell.position ;
  (* hierconn *) wire [COORDINATE_BITS-1:0] \u_cell.g_grid.phase ;   // there with STEP > 1

  reg       started = 1'b0;
  reg [7:0] p;
  reg [7:0] seen;              // wanted positions before p

  wire [7:0] from_first = p - OUT_FIRST;
  wire       is_wanted =
      p >= OUT_FIRST && from_first % STEP == 0 && from_first / STEP < OUT_SIZE;

  frame_axis #(
    .SIZE            (SIZE),
    .IN_FIRST        (IN_FIRST),
    .IN_SIZE         (IN_SIZE),
    .OUT_FIRST       (OUT_FIRST),
    .OUT_SIZE        (OUT_SIZE),
    .STEP            (STEP),
    .COORDINATE_BITS (COORDINATE_BITS)
  ) u_cell (
    .clk          (clk),
    .rst_n        (started),
    .step         (step),
    .at_start     (at_start),
    .at_end       (at_end),
    .given        (given),
    .wanted       (wanted),
    .final_wanted (final_wanted)
  );

  always @(posedge clk) begin
    started <= 1'b1;
    if (!started) begin
      p <= 8'd0;
      seen <= 8'd0;
    end else if (step) begin
      p <= (p == SIZE - 1) ? 8'd0 : p + 8'd1;
      seen <= (p == SIZE - 1) ? 8'd0 : seen + wanted;
    end

    if (started) begin
      // 1.
      given_inside: assert (given == (p >= IN_FIRST && p < IN_FIRST + IN_SIZE));
      // 2.
      wanted_on_the_grid: assert (wanted == is_wanted);
      last_wanted: assert (final_wanted == (p == OUT_FIRST + (OUT_SIZE - 1) * STEP));
      if (final_wanted) none_missed: assert (seen == OUT_SIZE - 1);
      // 3.
      ends: assert (at_start == (p == 0) && at_end == (p == SIZE - 1));

      // The invariants that close the induction.
      position_in_range: assert (p < SIZE && \u_cell.position == p);
      if (STEP > 1 && p >= OUT_FIRST) begin
        phase_of_the_grid: assert (\u_cell.g_grid.phase == from_first % STEP);
      end
      seen_before: assert (
          seen == (p <= OUT_FIRST ? 0
              : (from_first - 1) / STEP + 1 < OUT_SIZE ? (from_first - 1) / STEP + 1 : OUT_SIZE));

      second_walk: cover ($past(started) && $past(step && at_end) && at_start);
    end
  end

endmodule

`default_nettype wire
