// Behavioural model of one macro of core type bit_sliced: an array whose cells hold BITS_PER_CELL
// bits of a weight, read phase by phase through shared converters. For synthesis the custom macro
// takes its place (syn/ holds a stub).
//
//   cell[r][c][j]  = digit j, of BITS_PER_CELL bits, of weight[r][c] + 128
//   input[r][k]    = digit k, of INPUT_BITS_PER_CYCLE bits, of row_data[r]; of row_data[r] + 128
//                    when that is signed and a digit has more than one bit
//   code[k][c][j]  = min(round(sum over r of input[r][k] * cell[r][c][j] / ADC_STEP),
//                        2^ADC_BITS - 1)
//   column_data[c] = sum over k and j of place[k] * 2^(BITS_PER_CELL*j) * ADC_STEP * code[k][c][j]
//                    - 128 * sum over k and r of place[k] * input[r][k]
//                    - 128 * sum over r of weight[r][c]       when inputs have 128 added
//
// place[k] = 2^(INPUT_BITS_PER_CYCLE*k), negative for the sign bit of signed inputs taken bit by
// bit. The converter rounds half up. The second line, the unit column, is counted exactly.
//
// 1. In the cycle of start the row drivers sample row_data.
// 2. done rises MVM_CYCLES cycles later; column_data then holds the result until the next start.
//    Until then it is X.
// 3. Weights are programmed before use: here they are read from mem/macro_<weights_id>.hex when the
//    simulation begins, int8 in hexadecimal, one row of the macro per line. weights_id is
//    constant.
//
// row_data: 8 bits a row, row 0 lowest, int8 or uint8. column_data: COLUMN_BITS signed bits a
// column, column 0 lowest.
`default_nettype none

module crossbar_macro_bit_sliced #(
  parameter ROWS = 4,                    // rows and columns (of weights) used
  parameter COLUMNS = 4,
  parameter COLUMN_BITS = 20,            // at most 32
  parameter INPUTS_SIGNED = 1,
  parameter MVM_CYCLES = 8,
  parameter COUNT_BITS = 3,              // at least 1 and at least log2(MVM_CYCLES)
  parameter BITS_PER_CELL = 2,           // 1, 2 or 4
  parameter INPUT_BITS_PER_CYCLE = 1,    // 1, 2, 4 or 8
  parameter ADC_BITS = 10,               // 1 to 16
  parameter ADC_STEP = 1                 // units of a column's sum
) (
  input  wire                           clk,
  input  wire                           rst_n,
  input  wire [23:0]                    weights_id,

  input  wire                           start,
  input  wire [ROWS*8-1:0]              row_data,

  output wire                           done,
  output wire [COLUMNS*COLUMN_BITS-1:0] column_data
);

  localparam FIRST_COUNT = MVM_CYCLES - 1;

  reg [COUNT_BITS-1:0] count;

  assign done = (count == {COUNT_BITS{1'b0}});

  always @(posedge clk) begin
    if (!rst_n) count <= {COUNT_BITS{1'b0}};
    else if (start) count <= FIRST_COUNT[COUNT_BITS-1:0];
    else if (!done) count <= count - 1'b1;
  end

`ifndef SYNTHESIS
  // Nobody may read a result before it is there.
  reg [COLUMNS*COLUMN_BITS-1:0] held_result;

  assign column_data = done ? held_result : {(COLUMNS*COLUMN_BITS){1'bx}};

  // Written for speed of simulation: as many slices as 64 bits hold the sums of stand in one word,
  // so that one addition makes many. Rows whose digit is zero are left out.

  localparam SLICES = 8 / BITS_PER_CELL;
  localparam PHASES = 8 / INPUT_BITS_PER_CYCLE;
  localparam MOST_DIGIT = (1 << INPUT_BITS_PER_CYCLE) - 1;
  localparam MOST_CELL = (1 << BITS_PER_CELL) - 1;
  localparam WIDTH = $clog2(ROWS * MOST_DIGIT * MOST_CELL + 1);
  localparam PER_WORD = 64 / WIDTH;
  localparam WORDS = (COLUMNS*SLICES + PER_WORD - 1) / PER_WORD;
  localparam MOST_CODE = (1 << ADC_BITS) - 1;
  localparam BIT_BY_BIT = (INPUT_BITS_PER_CYCLE == 1) ? 1 : 0;
  localparam [7:0] FLIPPED = (INPUTS_SIGNED != 0 && BIT_BY_BIT == 0) ? 8'h80 : 8'h00;
  localparam NEGATIVE_PHASE = (INPUTS_SIGNED != 0 && BIT_BY_BIT != 0) ? PHASES - 1 : PHASES;

  reg [7:0]  weights [0:ROWS*COLUMNS-1];
  reg [63:0] words [0:ROWS*WORDS-1];
  reg [31:0] weight_sums [0:COLUMNS-1];

  wire unused_programmed = program_cells(weights_id);

  function program_cells(input [23:0] id);
    reg [8*32-1:0] name;
    reg [7:0]      digits;
    integer        row;
    integer        place;
    begin
      $sformat(name, "mem/macro_%0d.hex", id);
      $readmemh(name, weights);
      for (place = 0; place < ROWS*WORDS; place = place + 1) words[place] = 64'd0;
      for (place = 0; place < COLUMNS; place = place + 1) weight_sums[place] = 32'd0;
      for (row = 0; row < ROWS; row = row + 1) begin
        for (place = 0; place < COLUMNS*SLICES; place = place + 1) begin
          digits = weights[row*COLUMNS + place/SLICES];
          if (place % SLICES == 0) begin
            weight_sums[place/SLICES] = weight_sums[place/SLICES] + {{24{digits[7]}}, digits};
          end
          digits = ((digits ^ 8'h80) >> (place % SLICES * BITS_PER_CELL)) & MOST_CELL[7:0];
          words[row*WORDS + place/PER_WORD] = words[row*WORDS + place/PER_WORD]
              | ({56'd0, digits} << (place % PER_WORD * WIDTH));
        end
      end
      program_cells = 1'b1;
    end
  endfunction

  // The converter, its code times its step.
  function [31:0] convert(input [31:0] sum);
    reg [31:0] code;
    begin
      code = ((sum << 1) + ADC_STEP) / (2*ADC_STEP);
      if (code > MOST_CODE) code = MOST_CODE;
      convert = code * ADC_STEP;
    end
  endfunction

  always @(posedge clk) begin : multiply
    integer                       phase;
    integer                       row;
    integer                       word;
    integer                       place;
    integer                       slice;
    integer                       column;
    reg [7:0]                     digit;
    reg [31:0]                    unit;
    reg [31:0]                    value;
    reg [63:0]                    rest;
    reg [63:0]                    sums [0:WORDS-1];
    reg [31:0]                    totals [0:COLUMNS-1];
    reg [COLUMNS*COLUMN_BITS-1:0] result;
    if (start) begin
      for (column = 0; column < COLUMNS; column = column + 1) begin
        totals[column] = (FLIPPED != 8'h00) ? 32'd0 - (weight_sums[column] << 7) : 32'd0;
      end
      for (phase = 0; phase < PHASES; phase = phase + 1) begin
        unit = 32'd0;
        for (word = 0; word < WORDS; word = word + 1) sums[word] = 64'd0;
        for (row = 0; row < ROWS; row = row + 1) begin
          digit = row_data[row*8 +: 8] ^ FLIPPED;
          digit = (digit >> (phase * INPUT_BITS_PER_CYCLE)) & MOST_DIGIT[7:0];
          if (digit != 8'd0) begin
            unit = unit + {24'd0, digit};
            for (word = 0; word < WORDS; word = word + 1) begin
              sums[word] = sums[word] + {56'd0, digit} * words[row*WORDS + word];
            end
          end
        end
        slice = 0;
        for (word = 0; word < WORDS; word = word + 1) begin
          rest = sums[word];
          for (place = 0; place < PER_WORD; place = place + 1) begin
            if (slice < COLUMNS*SLICES) begin
              column = slice / SLICES;
              value = convert({{(32 - WIDTH){1'b0}}, rest[WIDTH-1:0]});
              value = value << (slice % SLICES * BITS_PER_CELL);
              if (slice % SLICES == 0) value = value - (unit << 7);
              value = value << (phase * INPUT_BITS_PER_CYCLE);
              if (phase == NEGATIVE_PHASE) value = -value;
              totals[column] = totals[column] + value;
            end
            rest = rest >> WIDTH;
            slice = slice + 1;
          end
        end
      end
      for (column = 0; column < COLUMNS; column = column + 1) begin
        value = totals[column];
        result[column*COLUMN_BITS +: COLUMN_BITS] = value[COLUMN_BITS-1:0];
      end
      held_result <= result;
    end
  end
`endif

endmodule

`default_nettype wire
