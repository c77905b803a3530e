// Behavioural model of one crossbar macro of core type ideal: an exact integer matrix-vector
// multiplication. For synthesis the analog macro takes its place (syn/ holds a stub).
//
//   column_data[c] = sum over r of row_data[r] * weight[r][c]
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

module crossbar_macro_ideal #(
  parameter ROWS = 4,              // rows and columns used
  parameter COLUMNS = 4,
  parameter COLUMN_BITS = 20,      // at most 32
  parameter INPUTS_SIGNED = 1,
  parameter MVM_CYCLES = 8,
  parameter COUNT_BITS = 3         // at least 1 and at least log2(MVM_CYCLES)
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
  localparam PAIRS = (COLUMNS + 1) / 2;

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

  // Written for speed of simulation: the weights of columns 2p and 2p + 1 stand in one word,
  // odd * 2^32 + even, so that one multiplication makes two products. Rows at zero are left out.

  reg [7:0]         weights [0:ROWS*COLUMNS-1];
  reg signed [63:0] pairs [0:ROWS*PAIRS-1];

  wire unused_programmed = program_cells(weights_id);

  function program_cells(input [23:0] id);
    reg [8*32-1:0] name;
    reg [7:0]      even;
    reg [7:0]      odd;
    integer        row;
    integer        pair;
    begin
      $sformat(name, "mem/macro_%0d.hex", id);
      $readmemh(name, weights);
      for (row = 0; row < ROWS; row = row + 1) begin
        for (pair = 0; pair < PAIRS; pair = pair + 1) begin
          even = weights[row*COLUMNS + pair*2];
          odd = (pair*2 + 1 < COLUMNS) ? weights[row*COLUMNS + pair*2 + 1] : 8'd0;
          pairs[row*PAIRS + pair] =
              $signed({{24{odd[7]}}, odd, 32'd0}) + $signed({{56{even[7]}}, even});
        end
      end
      program_cells = 1'b1;
    end
  endfunction

  always @(posedge clk) begin : multiply
    integer                       row;
    integer                       pair;
    reg signed [63:0]             value;
    reg signed [63:0]             sums [0:PAIRS-1];
    reg [COLUMN_BITS-1:0]         odd_sum;
    reg [COLUMNS*COLUMN_BITS-1:0] result;
    if (start) begin
      for (pair = 0; pair < PAIRS; pair = pair + 1) sums[pair] = 64'sd0;
      for (row = 0; row < ROWS; row = row + 1) begin
        value = {{56{(INPUTS_SIGNED != 0) && row_data[row*8 + 7]}}, row_data[row*8 +: 8]};
        if (value != 64'sd0) begin
          for (pair = 0; pair < PAIRS; pair = pair + 1) begin
            sums[pair] = sums[pair] + value * pairs[row*PAIRS + pair];
          end
        end
      end
      for (pair = 0; pair < PAIRS; pair = pair + 1) begin
        // A negative even sum has borrowed one from the odd one.
        odd_sum = sums[pair][32 +: COLUMN_BITS]
            + {{(COLUMN_BITS - 1){1'b0}}, sums[pair][31]};
        result[pair*2*COLUMN_BITS +: COLUMN_BITS] = sums[pair][COLUMN_BITS-1:0];
        if (pair*2 + 1 < COLUMNS) begin
          result[(pair*2 + 1)*COLUMN_BITS +: COLUMN_BITS] = odd_sum;
        end
      end
      held_result <= result;
    end
  end
`endif

endmodule

`default_nettype wire
