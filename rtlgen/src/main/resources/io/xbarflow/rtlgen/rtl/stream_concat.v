// Concatenation of streams along the channels, columns or rows: of every pixel, row or image the
// beats of operand 0, then those of operand 1, and so on; operand n has LAST_BEATS[n] + 1 beats in
// its turn. Operand 0 stands in the low bits of LAST_BEATS and of the input ports.
//
// 1. Only the operand in turn is ready; the others wait.
// 2. A beat is offered the cycle after it was taken.
// 3. out_last is that of the final operand.
`default_nettype none

module stream_concat #(
  parameter OPERANDS = 2,
  parameter DATA_BITS = 8,
  parameter BEAT_BITS = 1,
  parameter [OPERANDS*BEAT_BITS-1:0] LAST_BEATS = {OPERANDS*BEAT_BITS{1'b0}}
) (
  input  wire                          clk,
  input  wire                          rst_n,

  input  wire [OPERANDS-1:0]           in_valid,
  output wire [OPERANDS-1:0]           in_ready,
  input  wire [OPERANDS*DATA_BITS-1:0] in_data,
  input  wire                          in_last,   // of the final operand

  output reg                           out_valid,
  input  wire                          out_ready,
  output reg  [DATA_BITS-1:0]          out_data,
  output reg                           out_last
);

  reg [OPERANDS-1:0]  turn;                       // one bit set: the operand that gives a beat
  reg [BEAT_BITS-1:0] beat;                       // number of that beat in its turn

  // What the operand in turn offers, and the number of its turn's final beat.
  reg [DATA_BITS-1:0] data;
  reg [BEAT_BITS-1:0] last_beat;

  integer operand;

  always @* begin
    data = {DATA_BITS{1'b0}};
    last_beat = {BEAT_BITS{1'b0}};
    for (operand = 0; operand < OPERANDS; operand = operand + 1) begin
      if (turn[operand]) begin
        data = in_data[operand*DATA_BITS +: DATA_BITS];
        last_beat = LAST_BEATS[operand*BEAT_BITS +: BEAT_BITS];
      end
    end
  end

  wire free = !out_valid || out_ready;
  wire valid = |(in_valid & turn);

  assign in_ready = turn & {OPERANDS{free}};

  always @(posedge clk) begin
    if (!rst_n) begin
      out_valid <= 1'b0;
      turn <= {{(OPERANDS - 1){1'b0}}, 1'b1};
      beat <= {BEAT_BITS{1'b0}};
    end else if (free) begin
      out_valid <= valid;
      if (valid) begin
        beat <= beat == last_beat ? {BEAT_BITS{1'b0}} : beat + 1'b1;
        if (beat == last_beat) turn <= {turn[OPERANDS-2:0], turn[OPERANDS-1]};
      end
    end
  end

  always @(posedge clk) begin
    if (free) begin
      out_data <= data;
      out_last <= in_last && turn[OPERANDS-1];
    end
  end

endmodule

`default_nettype wire
