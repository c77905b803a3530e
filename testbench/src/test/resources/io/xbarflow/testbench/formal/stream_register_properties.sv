// Properties of stream_register.
//
// 1. What it gives is what it took, in order; it holds at most two beats (watched_beat).
// 2. A beat that is taken is offered from the next cycle on.
// 3. in_ready is low only while both places are taken, and high again the cycle after one left: one
//    beat passes each cycle while the sink is ready.
`default_nettype none

module stream_register_properties #(
  parameter DATA_BITS = 2
) (
  input wire                 clk,
  input wire                 in_valid,
  input wire [DATA_BITS-1:0] in_data,
  input wire                 in_last,
  input wire                 out_ready
);

  (* anyseq *) wire pick;

  wire                 in_ready;
  wire                 out_valid;
  wire [DATA_BITS-1:0] out_data;
  wire                 out_last;
  wire [1:0]           inside;
  wire                 picked;
  wire [1:0]           ahead;
  wire [DATA_BITS:0]   payload;

  // State of the cell that the invariants speak of.
  (* hierconn *) wire                 \u_cell.spare_valid ;
  (* hierconn *) wire [DATA_BITS-1:0] \u_cell.spare_data ;
  (* hierconn *) wire                 \u_cell.spare_last ;

  reg started = 1'b0;

  stream_register #(
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

  watched_beat #(
    .PAYLOAD_BITS (DATA_BITS + 1),
    .CAPACITY     (2),
    .COUNT_BITS   (2)
  ) u_watch (
    .clk         (clk),
    .rst_n       (started),
    .pick        (pick),
    .in_transfer (in_valid && in_ready),
    .in_payload  ({in_last, in_data}),
    .out_valid   (out_valid),
    .out_ready   (out_ready),
    .out_payload ({out_last, out_data}),
    .inside      (inside),
    .picked      (picked),
    .ahead       (ahead),
    .payload     (payload)
  );

  always @(posedge clk) begin
    started <= 1'b1;
    if (started && $past(started)) begin
      // 2.
      if ($past(in_valid && in_ready)) offered_in_the_next_cycle: assert (out_valid);
      // 3.
      ready_while_there_is_room: assert (in_ready == (inside != 2'd2));
      if ($past(out_ready)) ready_after_a_beat_left: assert (in_ready);

      // The invariants that close the induction.
      nothing_lost: assert (inside == {1'b0, out_valid} + {1'b0, \u_cell.spare_valid });
      spare_is_second: assert (out_valid || !\u_cell.spare_valid );
      if (picked && ahead == 2'd1) begin
        spare_unchanged: assert ({\u_cell.spare_last , \u_cell.spare_data } == payload);
      end
    end
  end

endmodule

`default_nettype wire
