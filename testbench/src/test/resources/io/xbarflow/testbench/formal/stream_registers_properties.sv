// Properties of stream_registers, a row of STAGES stream_registers.
//
// 1. What it gives is what it took, in order; it holds at most two beats a stage (watched_beat).
// 2. A beat taken by an empty row is offered STAGES cycles later.
// 3. in_ready is high while the sink has always been ready.
`default_nettype none

module stream_registers_properties #(
  parameter STAGES = 2,
  parameter DATA_BITS = 1
) (
  input wire                 clk,
  input wire                 in_valid,
  input wire [DATA_BITS-1:0] in_data,
  input wire                 in_last,
  input wire                 out_ready
);

  localparam COUNT_BITS = 4;

  (* anyseq *) wire pick;

  wire                  in_ready;
  wire                  out_valid;
  wire [DATA_BITS-1:0]  out_data;
  wire                  out_last;
  wire [COUNT_BITS-1:0] inside;
  wire                  unused_picked;
  wire [COUNT_BITS-1:0] unused_ahead;
  wire [DATA_BITS:0]    unused_payload;

  reg          started = 1'b0;
  reg          always_ready = 1'b1;             // the sink
  reg [STAGES:0] alone = {(STAGES + 1){1'b0}};  // bit n: an empty row took a beat n + 1 cycles ago

  stream_registers #(
    .STAGES    (STAGES),
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
    .CAPACITY     (2 * STAGES),
    .COUNT_BITS   (COUNT_BITS)
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
    .picked      (unused_picked),
    .ahead       (unused_ahead),
    .payload     (unused_payload)
  );

  always @(posedge clk) begin
    started <= 1'b1;
    if (started) begin
      always_ready <= always_ready && out_ready;
      alone <= {alone[STAGES-1:0], in_valid && in_ready && inside == 0};

      // 2.
      if (alone[STAGES-1]) offered_after_its_stages: assert (out_valid);
      if (STAGES > 1 && alone[0] && inside == 1) never_earlier: assert (!out_valid);
      // 3.
      if (always_ready) ready_at_full_rate: assert (in_ready);

      refuses: cover (!in_ready);
    end
  end

endmodule

`default_nettype wire
