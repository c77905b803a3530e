// Toy look-up block: every value of a beat is looked up in a table of 256 bytes.
//
// One register stage; a beat leaves one cycle after it came. In the last of every three beats lane 1
// is unused (5 channels over 2 lanes) and stays 0.
// mem/fault.hex holds the number of the defect a test asks for; read at run time, so that all
// defects share one build.
`default_nettype none

module xor_table (
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

  localparam [7:0] WRONG_VALUE = 8'd1;
  localparam [7:0] LAST_DROPPED = 8'd2;
  localparam [7:0] VALID_DROPPED = 8'd3;
  localparam [7:0] DATA_CHANGES = 8'd4;
  localparam [7:0] DEADLOCK = 8'd5;
  localparam [7:0] UNUSED_LANE = 8'd6;
  localparam [7:0] LATE = 8'd7;
  localparam [7:0] EXTRA_BEAT = 8'd8;
  localparam [7:0] FAILED_ASSERTION = 8'd9;

  reg [7:0] table_memory [0:255];
  initial $readmemh("mem/table.hex", table_memory);

  reg [7:0] fault_memory [0:0];
  initial $readmemh("mem/fault.hex", fault_memory);
  wire [7:0] fault = fault_memory[0];

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
  wire blocked = fault == DEADLOCK && beats >= 16'd40;
  wire late = fault == LATE && chosen && !held_back;

  assign in_ready = (!valid || out_ready) && !blocked && !late;
  assign out_valid = valid && !(fault == VALID_DROPPED && stalled && beats[3:0] == 4'd7);
  assign out_data = fault == DATA_CHANGES && stalled && beats[3:0] == 4'd7 ? data ^ 16'h0100 : data;
  assign out_last = last;

  wire take = in_valid && in_ready;
  wire [7:0] value_0 = table_memory[in_data[7:0]];
  wire [7:0] value_1 = partial && fault != UNUSED_LANE ? 8'd0 : table_memory[in_data[15:8]];

  always @(posedge clk) begin
    if (!rst_n) begin
      valid <= 1'b0;
      beat <= 2'd0;
      beats <= 16'd0;
      stalled <= 1'b0;
      held_back <= 1'b0;
    end else begin
      stalled <= valid && !out_ready;
      if (fault == LATE && chosen) held_back <= 1'b1;
      if (!valid || out_ready) valid <= take;
      if (fault == EXTRA_BEAT && beats == 16'd432 && valid && out_ready) begin
        valid <= 1'b1;
        beats <= 16'd433;
      end
      if (take) begin
        beat <= partial ? 2'd0 : beat + 2'd1;
        beats <= beats + 16'd1;
      end
      if (fault == FAILED_ASSERTION && chosen) $error("the chosen beat came");
    end
    if (take) begin
      data[7:0] <= fault == WRONG_VALUE && chosen ? value_0 ^ 8'h08 : value_0;
      data[15:8] <= value_1;
      last <= in_last && fault != LAST_DROPPED;
    end
  end

endmodule

`default_nettype wire
