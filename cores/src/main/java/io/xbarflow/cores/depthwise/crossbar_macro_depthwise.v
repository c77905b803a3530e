// One unit of core type depthwise: channels of a window times their weights, exact.
//
//   column_data[c] = sum over t of row_data[t*COLUMNS + c] * weight[t][c],
//   t = 0 .. ROWS/COLUMNS - 1
//
// A cycle takes TOGETHER = ROWS/COLUMNS/MVM_CYCLES taps, rounded up, of every channel: COLUMNS *
// TOGETHER multipliers of 8 x 8 bits.
//
// 1. In the cycle of start, which is the first of the MVM, the taps of that cycle are taken from
//    row_data and the others are sampled.
// 2. done rises MVM_CYCLES cycles later; column_data then holds the result until the next start;
//    until then it is X in simulation, the last result in hardware. An MVM may start in the cycle
//    in which the one before is done, and not before.
// 3. Weights stand in depthwise_weights, a word for every cycle of an MVM: 8 bits a weight, COLUMNS
//    * TOGETHER of them, the channels of the first tap lowest, channel 0 lowest; zero where the
//    last cycle has no tap left. weights_id is constant.
//
// row_data: 8 bits a row, row 0 lowest, int8 or uint8. column_data: COLUMN_BITS signed bits a
// channel, channel 0 lowest. Reset takes the control state only; one cycle of it brings up the
// first word of weights.
`default_nettype none

module crossbar_macro_depthwise #(
  parameter ROWS = 36,             // taps times channels
  parameter COLUMNS = 4,           // channels
  parameter COLUMN_BITS = 20,      // at most 32
  parameter INPUTS_SIGNED = 1,
  parameter MVM_CYCLES = 9,        // at most as many as there are taps
  parameter COUNT_BITS = 4         // at least 1 and at least log2(MVM_CYCLES)
) (
  input  wire                           clk,
  input  wire                           rst_n,
  input  wire [23:0]                    weights_id,

  input  wire                           start,
  input  wire [ROWS*8-1:0]              row_data,

  output wire                           done,
  output wire [COLUMNS*COLUMN_BITS-1:0] column_data
);

  localparam TAPS = ROWS / COLUMNS;
  localparam TOGETHER = (TAPS + MVM_CYCLES - 1) / MVM_CYCLES;
  localparam STEP_BITS = TOGETHER * COLUMNS * 8;
  localparam WINDOW_BITS = MVM_CYCLES * STEP_BITS;
  localparam LAST_STEP = MVM_CYCLES - 1;

  // Steps of an MVM. Between MVMs step is 0, so that the weights of the first step are there when
  // start comes.

  reg                   running;   // an MVM has begun in an earlier cycle
  reg  [COUNT_BITS-1:0] step;

  wire                  busy = start || running;
  wire                  last = busy && (step == LAST_STEP[COUNT_BITS-1:0]);
  wire [COUNT_BITS-1:0] next_step =
      (rst_n && busy && !last) ? step + 1'b1 : {COUNT_BITS{1'b0}};

  assign done = !running;

  always @(posedge clk) begin
    running <= rst_n && busy && !last;
    step <= next_step;
  end

  // Inputs move down by one step in every cycle.

  wire [WINDOW_BITS-1:0] window;
  reg  [WINDOW_BITS-1:0] waiting;  // taps of this step and those to come, after the first
  wire [WINDOW_BITS-1:0] inputs = start ? window : waiting;

  assign window[ROWS*8-1:0] = row_data;

  generate
    if (WINDOW_BITS > ROWS*8) begin : g_padding
      assign window[WINDOW_BITS-1:ROWS*8] = {(WINDOW_BITS - ROWS*8){1'b0}};
    end
  endgenerate

  always @(posedge clk) begin
    if (busy) waiting <= inputs >> STEP_BITS;
  end

  wire [STEP_BITS-1:0] weights;

  depthwise_weights #(
    .WORDS(MVM_CYCLES), .WORD_BITS(STEP_BITS), .ADDRESS_BITS(COUNT_BITS)
  ) u_weights (
    .clk(clk), .weights_id(weights_id), .address(next_step), .word(weights)
  );

  // Multipliers and sums, a channel after the other; the sums of the last step are the result.

  reg [COLUMNS*COLUMN_BITS-1:0] sums;
  reg [COLUMNS*COLUMN_BITS-1:0] held_result;

`ifdef SYNTHESIS
  assign column_data = held_result;
`else
  // Nobody may rely on the result before.
  assign column_data = done ? held_result : {(COLUMNS*COLUMN_BITS){1'bx}};
`endif

  always @(posedge clk) begin : multiply_add
    integer                       channel;
    integer                       tap;
    reg signed [8:0]              value;
    reg signed [7:0]              weight;
    reg signed [COLUMN_BITS-1:0]  sum;
    reg [COLUMNS*COLUMN_BITS-1:0] result;
    if (busy) begin
      for (channel = 0; channel < COLUMNS; channel = channel + 1) begin
        sum = start ? {COLUMN_BITS{1'b0}} : sums[channel*COLUMN_BITS +: COLUMN_BITS];
        for (tap = 0; tap < TOGETHER; tap = tap + 1) begin
          value[7:0] = inputs[(tap*COLUMNS + channel)*8 +: 8];
          value[8] = (INPUTS_SIGNED != 0) && value[7];
          weight = weights[(tap*COLUMNS + channel)*8 +: 8];
          sum = sum + value * weight;
        end
        result[channel*COLUMN_BITS +: COLUMN_BITS] = sum;
      end
      sums <= result;
      if (last) held_result <= result;
    end
  end

endmodule

`default_nettype wire
