// Properties of frame_check.
//
// 1. frame_error rises with the first beat whose last is not that of a frame of FRAME_BEATS beats,
//    and stays.
// 2. It never rises otherwise.
`default_nettype none

module frame_check_properties #(
  parameter FRAME_BEATS = 5,
  parameter COUNT_BITS = 3
) (
  input wire clk,
  input wire in_valid,
  input wire in_ready,
  input wire in_last
);

  wire frame_error;

  // State of the cell that the invariants speak of.
  (* hierconn *) wire [COUNT_BITS-1:0] \u_cell.beat ;

  reg       started = 1'b0;
  reg       wrong;
  reg [7:0] left;              // beats of the frame after the next one

  frame_check #(
    .FRAME_BEATS (FRAME_BEATS),
    .COUNT_BITS  (COUNT_BITS)
  ) u_cell (
    .clk         (clk),
    .rst_n       (started),
    .in_valid    (in_valid),
    .in_ready    (in_ready),
    .in_last     (in_last),
    .frame_error (frame_error)
  );

  always @(posedge clk) begin
    started <= 1'b1;
    if (!started) begin
      wrong <= 1'b0;
      left <= FRAME_BEATS - 1;
    end else if (in_valid && in_ready) begin
      wrong <= wrong || in_last != (left == 8'd0);
      left <= (left == 8'd0) ? FRAME_BEATS - 1 : left - 8'd1;
    end

    if (started) begin
      // 1, 2.
      error_exactly_when_wrong: assert (frame_error == wrong);

      // The invariants that close the induction.
      beats_left: assert (left < FRAME_BEATS && \u_cell.beat + left == FRAME_BEATS - 1);

      right_frame: cover (!wrong && in_valid && in_ready && in_last);
      wrong_frame: cover (wrong);
    end
  end

endmodule

`default_nettype wire
