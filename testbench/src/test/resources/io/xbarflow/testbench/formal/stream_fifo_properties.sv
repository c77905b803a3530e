// Properties of stream_fifo.
//
// 1. What it gives is what it took, in order; it holds at most DEPTH + 1 beats (watched_beat).
// 2. in_ready is low only while the memory holds DEPTH beats.
// 3. A beat taken by an empty FIFO is offered two cycles later.
// 4. While the memory holds a beat and the output is free, a beat is offered in the next cycle:
//    together with 2, one beat passes each cycle.
`default_nettype none

module stream_fifo_properties #(
  parameter DEPTH = 4,
  parameter ADDRESS_BITS = 2,
  parameter DATA_BITS = 2
) (
  input wire                 clk,
  input wire                 in_valid,
  input wire [DATA_BITS-1:0] in_data,
  input wire                 in_last,
  input wire                 out_ready
);

  localparam COUNT_BITS = ADDRESS_BITS + 2;
  localparam ROUND = DEPTH;

  (* anyseq *) wire pick;

  wire                  in_ready;
  wire                  out_valid;
  wire [DATA_BITS-1:0]  out_data;
  wire                  out_last;
  wire [COUNT_BITS-1:0] inside;
  wire                  picked;
  wire [COUNT_BITS-1:0] ahead;
  wire [DATA_BITS:0]    payload;

  // State of the cell that the invariants speak of.
  (* hierconn *) wire [ADDRESS_BITS:0]   \u_cell.held ;
  (* hierconn *) wire [ADDRESS_BITS-1:0] \u_cell.write_address ;
  (* hierconn *) wire [ADDRESS_BITS-1:0] \u_cell.read_address ;
  (* hierconn *) wire [ADDRESS_BITS-1:0] \u_cell.u_beats.watched_address ;
  (* hierconn *) wire [DATA_BITS:0]      \u_cell.u_beats.word ;

  wire [COUNT_BITS-1:0] held = {1'b0, \u_cell.held };
  wire [COUNT_BITS-1:0] write_address = {2'b00, \u_cell.write_address };
  wire [COUNT_BITS-1:0] read_address = {2'b00, \u_cell.read_address };
  wire [COUNT_BITS-1:0] watched_address = {2'b00, \u_cell.u_beats.watched_address };

  // Addresses behind the last beat held, and of the picked beat, before they go round.
  wire [COUNT_BITS-1:0] behind_held = read_address + held;
  wire [COUNT_BITS-1:0] behind_ahead = read_address + ahead - out_valid;

  reg started = 1'b0;

  stream_fifo #(
    .DEPTH        (DEPTH),
    .ADDRESS_BITS (ADDRESS_BITS),
    .DATA_BITS    (DATA_BITS)
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

  // The watched word of the memory is any, so the picked beat may be any that goes there.
  watched_beat #(
    .PAYLOAD_BITS (DATA_BITS + 1),
    .CAPACITY     (DEPTH + 1),
    .COUNT_BITS   (COUNT_BITS)
  ) u_watch (
    .clk         (clk),
    .rst_n       (started),
    .pick        (pick && write_address == watched_address),
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
      ready_unless_full: assert (in_ready || held == DEPTH);
      // 3.
      if ($past(started, 2) && $past(in_valid && in_ready && inside == 0, 2)) begin
        passes_in_two_cycles: assert (out_valid);
      end
      // 4.
      if ($past(held != 0 && (!out_valid || out_ready))) offers_each_cycle: assert (out_valid);

      // The invariants that close the induction.
      never_overflows: assert (held <= DEPTH);
      addresses_in_range: assert (write_address < DEPTH && read_address < DEPTH);
      addresses_agree: assert (
          write_address == (behind_held >= ROUND ? behind_held - ROUND : behind_held));
      nothing_lost: assert (inside == held + out_valid);
      if (picked && !(out_valid && ahead == 0)) begin
        stands_at_its_address: assert (
            watched_address == (behind_ahead >= ROUND ? behind_ahead - ROUND : behind_ahead));
        stands_there_unchanged: assert (\u_cell.u_beats.word == payload);
      end

      full: cover (!in_ready);
    end
  end

endmodule

`default_nettype wire
