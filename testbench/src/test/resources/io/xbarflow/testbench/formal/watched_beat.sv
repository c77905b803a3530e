// Follows one beat, whichever the proof picks, through a cell that gives what it takes in order.
// At least one cycle lies between the two.
//
// 1. The cell gives no beat that it did not take, and never holds more than CAPACITY.
// 2. The beat that is given after as many as were ahead of the picked one has its payload.
// 3. A beat on offer stays on offer, unchanged, until it is taken.
`default_nettype none

module watched_beat #(
  parameter PAYLOAD_BITS = 2,
  parameter CAPACITY = 2,
  parameter COUNT_BITS = 2,      // holds CAPACITY
  parameter COVERS = 1     // 0: the cell never holds CAPACITY, or its sink is always ready
) (
  input  wire                    clk,
  input  wire                    rst_n,

  input  wire                    pick,            // the beat that is taken now is to be followed
  input  wire                    in_transfer,
  input  wire [PAYLOAD_BITS-1:0] in_payload,

  input  wire                    out_valid,
  input  wire                    out_ready,
  input  wire [PAYLOAD_BITS-1:0] out_payload,

  output reg  [COUNT_BITS-1:0]   inside,          // beats in the cell
  output reg                     picked,          // the beat is in the cell
  output reg  [COUNT_BITS-1:0]   ahead,           // beats that were taken before it and are inside
  output reg  [PAYLOAD_BITS-1:0] payload
);

  wire out_transfer = out_valid && out_ready;
  wire leaves = picked && out_transfer && ahead == {COUNT_BITS{1'b0}};

  reg started = 1'b0;

  always @(posedge clk) begin
    started <= rst_n;
    if (!rst_n) begin
      inside <= {COUNT_BITS{1'b0}};
      picked <= 1'b0;
    end else begin
      inside <= inside + in_transfer - out_transfer;
      if (picked) begin
        if (out_transfer) ahead <= ahead - 1'b1;
        if (leaves) picked <= 1'b0;
      end else if (pick && in_transfer) begin
        picked <= 1'b1;
        ahead <= inside - out_transfer;
        payload <= in_payload;
      end
    end

    if (rst_n && started) begin
      // 1.
      if (out_valid) gives_only_what_it_took: assert (inside != {COUNT_BITS{1'b0}});
      holds_at_most_its_capacity: assert (inside <= CAPACITY);
      if (picked) loses_nothing: assert (ahead < inside);
      // 2.
      if (picked && out_valid && ahead == {COUNT_BITS{1'b0}}) begin
        keeps_order_and_content: assert (out_payload == payload);
      end
      // 3.
      if ($past(started) && $past(out_valid && !out_ready)) begin
        valid_holds: assert (out_valid);
        payload_holds: assert (out_payload == $past(out_payload));
      end

      beat_leaves: cover (leaves && payload != {PAYLOAD_BITS{1'b0}});
      if (COVERS != 0) begin
        filled: cover (inside == CAPACITY && picked && ahead == CAPACITY - 1);
        refused_then_taken: cover (
            $past(started) && $past(out_valid && !out_ready) && out_transfer);
      end
    end
  end

endmodule

`default_nettype wire
