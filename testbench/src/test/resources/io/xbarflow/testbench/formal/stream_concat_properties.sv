// Properties of stream_concat.
//
// 1. It takes LAST_BEATS[0] + 1 beats of operand 0, then those of operand 1, and so on, and begins
//    again; the others are not ready.
// 2. It gives what it took, in order, the last of the final operand with it (watched_beat).
// 3. A beat is offered the cycle after it was taken, and one passes each cycle.
`default_nettype none

module stream_concat_properties #(
  parameter OPERANDS = 2,
  parameter DATA_BITS = 2,
  parameter BEAT_BITS = 2,
  parameter [OPERANDS*BEAT_BITS-1:0] LAST_BEATS = 4'b0110
) (
  input wire                          clk,
  input wire [OPERANDS-1:0]           in_valid,
  input wire [OPERANDS*DATA_BITS-1:0] in_data,
  input wire                          in_last,
  input wire                          out_ready
);

  (* anyseq *) wire pick;

  wire [OPERANDS-1:0]  in_ready;
  wire                 out_valid;
  wire [DATA_BITS-1:0] out_data;
  wire                 out_last;
  wire [1:0]           inside;
  wire                 picked;
  wire [1:0]           unused_ahead;
  wire [DATA_BITS:0]   payload;

  // State of the cell that the invariants speak of.
  (* hierconn *) wire [OPERANDS-1:0]  \u_cell.turn ;
  (* hierconn *) wire [BEAT_BITS-1:0] \u_cell.beat ;

  reg                 started = 1'b0;
  reg [3:0]           operand;         // whose turn it is
  reg [BEAT_BITS-1:0] beats_left;      // in its turn, after this one

  wire [OPERANDS-1:0] now = {{(OPERANDS - 1){1'b0}}, 1'b1} << operand;
  wire                transfer = |(in_valid & in_ready);
  wire [3:0]          operand_next = (operand == OPERANDS - 1) ? 4'd0 : operand + 4'd1;

  stream_concat #(
    .OPERANDS   (OPERANDS),
    .DATA_BITS  (DATA_BITS),
    .BEAT_BITS  (BEAT_BITS),
    .LAST_BEATS (LAST_BEATS)
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
    .CAPACITY     (1),
    .COUNT_BITS   (2)
  ) u_watch (
    .clk         (clk),
    .rst_n       (started),
    .pick        (pick),
    .in_transfer (transfer),
    .in_payload  ({in_last && operand == OPERANDS - 1, in_data[operand*DATA_BITS +: DATA_BITS]}),
    .out_valid   (out_valid),
    .out_ready   (out_ready),
    .out_payload ({out_last, out_data}),
    .inside      (inside),
    .picked      (picked),
    .ahead       (unused_ahead),
    .payload     (payload)
  );

  always @(posedge clk) begin
    started <= 1'b1;
    if (!started) begin
      operand <= 4'd0;
      beats_left <= LAST_BEATS[BEAT_BITS-1:0];
    end else if (transfer) begin
      if (beats_left == 0) begin
        operand <= operand_next;
        beats_left <= LAST_BEATS[operand_next*BEAT_BITS +: BEAT_BITS];
      end else begin
        beats_left <= beats_left - 1'b1;
      end
    end

    if (started && $past(started)) begin
      // 1.
      only_the_operand_in_turn: assert ((in_ready & ~now) == {OPERANDS{1'b0}});
      // 3.
      ready_when_the_output_is_free: assert (|in_ready == (!out_valid || out_ready));
      if ($past(transfer)) offered_in_the_next_cycle: assert (out_valid);

      // The invariants that close the induction.
      turn_is_the_operand: assert (operand < OPERANDS && \u_cell.turn == now);
      beats_agree: assert (
          \u_cell.beat + beats_left == LAST_BEATS[operand*BEAT_BITS +: BEAT_BITS]
              && beats_left <= LAST_BEATS[operand*BEAT_BITS +: BEAT_BITS]);
      nothing_lost: assert (inside == {1'b0, out_valid});

      whole_round: cover ($past(transfer && operand == OPERANDS - 1) && operand == 0);
    end
  end

endmodule

`default_nettype wire
