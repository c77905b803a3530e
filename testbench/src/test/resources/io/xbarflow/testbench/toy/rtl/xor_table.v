// Toy look-up block: every value of a beat is looked up in a table of 256 bytes.
//
// One register stage; a beat leaves one cycle after it came. In the last of every three beats lane 1
// is unused (5 channels over 2 lanes) and stays 0.
// FAULT names the defect a test asks for; 0 is none.
`default_nettype none

module xor_table #(
  parameter FAULT = 0
) (
  input  wire clk,
  input  wire rst_n,
  input  wire in_valid,
  output wire in_ready,
  input  wire [15:0] in_data,
  input  wire in_last,
  output wire out_valid,
  input  wire out_ready,
  output wire [15:0] out_data,
  output wire out_last
);

  localparam NO_FAULT = 0;
  localparam WRONG_VALUE = 1;
  localparam LAST_DROPPED = 2;
  localparam VALID_DROPPED = 3;
  localparam DATA_CHANGES = 4;
  localparam DEADLOCK = 5;
  localparam UNUSED_LANE = 6;
  localparam LATE = 7;
  localparam EXTRA_BEAT = 8;
  localparam FAILED_ASSERTION = 9;

  reg [7:0] table_memory [0:255];
  initial $readmemh("mem/table.hex", table_memory);

  reg valid;
  reg [15:0] data;
  reg last;
  reg [1:0] beat;
  reg [15:0] beats;
  reg stalled;
  reg held_back;
  wire partial = beat == 2'd2;

  // The beat that the faults touch: beat 40, in pixel 13 of image 0.
  wire chosen = beats == 16'd40;
  wire blocked = FAULT == DEADLOCK && beats >= 16'd40;
  wire late = FAULT == LATE && chosen && !held_back;

  assign in_ready = (!valid || out_ready) && !blocked && !late;
  assign out_valid = valid && !(FAULT == VALID_DROPPED && stalled && beats[3:0] == 4'd7);
  assign out_data = FAULT == DATA_CHANGES && stalled && beats[3:0] == 4'd7 ? data ^ 16'h0100 : data;
  assign out_last = last;

  wire take = in_valid && in_ready;
  wire [7:0] value_0 = table_memory[in_data[7:0]];
  wire [7:0] value_1 = partial && FAULT != UNUSED_LANE ? 8'd0 : table_memory[in_data[15:8]];

  always @(posedge clk) begin
    if (!rst_n) begin
      valid <= 1'b0;
      beat <= 2'd0;
      beats <= 16'd0;
      stalled <= 1'b0;
      held_back <= 1'b0;
    end else begin
      stalled <= valid && !out_ready;
      if (FAULT == LATE && chosen) held_back <= 1'b1;
      if (!valid || out_ready) valid <= take;
      if (FAULT == EXTRA_BEAT && beats == 16'd144 && valid && out_ready) begin
        valid <= 1'b1;
        beats <= 16'd145;
      end
      if (take) begin
        beat <= partial ? 2'd0 : beat + 2'd1;
        beats <= beats + 16'd1;
      end
      if (FAULT == FAILED_ASSERTION && chosen) $error("the chosen beat came");
    end
    if (take) begin
      data[7:0] <= FAULT == WRONG_VALUE && chosen ? value_0 ^ 8'h08 : value_0;
      data[15:8] <= value_1;
      last <= in_last && FAULT != LAST_DROPPED;
    end
  end

endmodule

`default_nettype wire
