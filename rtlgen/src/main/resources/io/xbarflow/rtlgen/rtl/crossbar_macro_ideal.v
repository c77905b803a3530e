// Behavioural model of one crossbar macro of core type ideal: an exact integer matrix-vector
// multiplication. For synthesis the analog macro takes its place (syn/ holds a stub).
//
//   column_data[c] = sum over r of row_data[r] * weight[r][c]
//
// 1. In the cycle of start the row drivers sample row_data.
// 2. done rises MVM_CYCLES cycles later; column_data then holds the result until the next start.
//
// row_data: 8 bits a row, row 0 lowest, int8 or uint8. column_data: COLUMN_BITS signed bits a
// column, column 0 lowest. WEIGHT_FILE: int8 in hexadecimal, one row of the macro per line.
`default_nettype none

module crossbar_macro_ideal #(
  parameter ROWS = 4,              // rows and columns used
  parameter COLUMNS = 4,
  parameter COLUMN_BITS = 20,      // at most 32
  parameter INPUTS_SIGNED = 1,
  parameter MVM_CYCLES = 8,
  parameter COUNT_BITS = 3,        // at least 1 and at least log2(MVM_CYCLES)
  parameter WEIGHT_FILE = ""
) (
  input  wire                           clk,
  input  wire                           rst_n,

  input  wire                           start,
  input  wire [ROWS*8-1:0]              row_data,

  output wire                           done,
  output reg  [COLUMNS*COLUMN_BITS-1:0] column_data
);

  localparam FIRST_COUNT = MVM_CYCLES - 1;

  reg [7:0]            weights [0:ROWS*COLUMNS-1];
  reg [COUNT_BITS-1:0] count;

  initial begin
    if (WEIGHT_FILE != "") $readmemh(WEIGHT_FILE, weights);
  end

  assign done = (count == {COUNT_BITS{1'b0}});

  always @(posedge clk) begin
    if (!rst_n) count <= {COUNT_BITS{1'b0}};
    else if (start) count <= FIRST_COUNT[COUNT_BITS-1:0];
    else if (!done) count <= count - 1'b1;
  end

  // Row by row, rows at zero left out: the order that simulates fastest.
  function [COLUMNS*COLUMN_BITS-1:0] multiply(input [ROWS*8-1:0] inputs);
    reg signed [31:0] sums [0:COLUMNS-1];
    reg signed [31:0] value;
    integer           row;
    integer           column;
    begin
      for (column = 0; column < COLUMNS; column = column + 1) sums[column] = 32'sd0;
      for (row = 0; row < ROWS; row = row + 1) begin
        value = {{24{(INPUTS_SIGNED != 0) && inputs[row*8 + 7]}}, inputs[row*8 +: 8]};
        if (value != 32'sd0) begin
          for (column = 0; column < COLUMNS; column = column + 1) begin
            sums[column] = sums[column]
                + value * $signed({{24{weights[row*COLUMNS + column][7]}},
                                   weights[row*COLUMNS + column]});
          end
        end
      end
      for (column = 0; column < COLUMNS; column = column + 1) begin
        multiply[column*COLUMN_BITS +: COLUMN_BITS] = sums[column][COLUMN_BITS-1:0];
      end
    end
  endfunction

  always @(posedge clk) begin
    if (start) column_data <= multiply(row_data);
  end

endmodule

`default_nettype wire
