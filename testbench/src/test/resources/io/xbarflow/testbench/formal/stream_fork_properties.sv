// Properties of stream_fork.
//
// 1. Every branch takes every beat once: it is one beat ahead of the input or level with it.
// 2. What is on offer is the input's beat, and a branch that lacks it is offered it whatever the
//    others do.
// 3. A beat on offer stays on offer until it is taken, when the input does the same.
// 4. The input moves on in the cycle in which the last branch takes the beat.
`default_nettype none

module stream_fork_properties #(
  parameter BRANCHES = 2,
  parameter DATA_BITS = 2
) (
  input wire                 clk,
  input wire                 in_valid,
  input wire [DATA_BITS-1:0] in_data,
  input wire                 in_last,
  input wire [BRANCHES-1:0]  out_ready
);

  wire                          in_ready;
  wire [BRANCHES-1:0]           out_valid;
  wire [BRANCHES*DATA_BITS-1:0] out_data;
  wire [BRANCHES-1:0]           out_last;

  // State of the cell that the invariants speak of.
  (* hierconn *) wire [BRANCHES-1:0] \u_cell.taken ;

  reg                started = 1'b0;
  reg [BRANCHES-1:0] ahead;           // the branch has taken a beat more than the input has given

  wire [BRANCHES-1:0] ahead_now = ahead | (out_valid & out_ready);

  stream_fork #(
    .BRANCHES  (BRANCHES),
    .DATA_BITS (DATA_BITS)
  ) u_cell (
    .clk       (clk),
    .rst_n     (started),
    .in_valid  (in_valid),
    .in_ready  (in_ready),
    .in_data   (in_data),
    .in_last   (in_last),
    .out_valid (out_valid),
    .out_ready (out_ready),
    .out_data  (out_data),
    .out_last  (out_last)
  );

  always @(posedge clk) begin
    started <= 1'b1;
    if (!started) ahead <= {BRANCHES{1'b0}};
    else ahead <= (in_valid && in_ready) ? ~ahead_now : ahead_now;

    if (started && $past(started) && $past(in_valid && !in_ready)) begin
      assume (in_valid && in_data == $past(in_data) && in_last == $past(in_last));
    end

    if (started && $past(started)) begin
      // 1.
      takes_no_beat_twice: assert ((ahead & out_valid) == {BRANCHES{1'b0}});
      if (in_valid && in_ready) misses_no_beat: assert (&ahead_now);
      // 2.
      offers_the_beat: assert (out_data == {BRANCHES{in_data}} && out_last == {BRANCHES{in_last}});
      offers_to_all_that_lack_it: assert (out_valid == ({BRANCHES{in_valid}} & ~ahead));
      // 3.
      if ($past(in_valid)) begin
        valid_holds: assert (($past(out_valid & ~out_ready) & ~out_valid) == {BRANCHES{1'b0}});
      end
      // 4.
      moves_on_at_once: assert (in_ready == (in_valid && (&ahead_now)));

      // The invariant that closes the induction.
      taken_is_ahead: assert (\u_cell.taken == ahead);

      one_after_the_other: cover (
          in_valid && in_ready && $past(in_valid) && $past(out_ready == 1) && out_ready == 2);
      all_at_once: cover (in_ready && out_valid == {BRANCHES{1'b1}});
    end
  end

endmodule

`default_nettype wire
