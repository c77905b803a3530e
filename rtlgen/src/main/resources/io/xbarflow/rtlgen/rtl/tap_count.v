// How many rows and columns of the waiting window's taps lie in the counted area: the map, grown by
// the padding that counts.
`default_nettype none

module tap_count #(
  parameter OUT_HEIGHT = 4,
  parameter OUT_WIDTH = 4,
  parameter KERNEL_HEIGHT = 3,
  parameter KERNEL_WIDTH = 3,
  parameter STRIDE_HEIGHT = 1,
  parameter STRIDE_WIDTH = 1,
  parameter DILATION_HEIGHT = 1,
  parameter DILATION_WIDTH = 1,
  parameter FIRST_ROW = -1,        // row and column of the first window's first tap
  parameter FIRST_COLUMN = -1,
  parameter LOW_ROW = 0,           // first and last row and column that count
  parameter HIGH_ROW = 3,
  parameter LOW_COLUMN = 0,
  parameter HIGH_COLUMN = 3,
  parameter COORDINATE_BITS = 5,   // signed, holds every row and column
  parameter COUNT_BITS = 2         // holds the kernel's height and width
) (
  input  wire                  clk,
  input  wire                  rst_n,

  input  wire                  window_taken,

  output reg  [COUNT_BITS-1:0] rows,
  output reg  [COUNT_BITS-1:0] columns
);

  localparam FINAL_COLUMN = FIRST_COLUMN + (OUT_WIDTH - 1) * STRIDE_WIDTH;
  localparam FINAL_ROW = FIRST_ROW + (OUT_HEIGHT - 1) * STRIDE_HEIGHT;

  reg signed [COORDINATE_BITS-1:0] row;
  reg signed [COORDINATE_BITS-1:0] column;
  reg signed [COORDINATE_BITS-1:0] position;
  integer                          tap;

  wire final_column = (column == $signed(FINAL_COLUMN[COORDINATE_BITS-1:0]));
  wire final_row = (row == $signed(FINAL_ROW[COORDINATE_BITS-1:0]));

  always @(posedge clk) begin
    if (!rst_n) begin
      row <= $signed(FIRST_ROW[COORDINATE_BITS-1:0]);
      column <= $signed(FIRST_COLUMN[COORDINATE_BITS-1:0]);
    end else if (window_taken) begin
      column <= final_column ? $signed(FIRST_COLUMN[COORDINATE_BITS-1:0])
                             : column + $signed(STRIDE_WIDTH[COORDINATE_BITS-1:0]);
      if (final_column) begin
        row <= final_row ? $signed(FIRST_ROW[COORDINATE_BITS-1:0])
                         : row + $signed(STRIDE_HEIGHT[COORDINATE_BITS-1:0]);
      end
    end
  end

  always @* begin
    rows = {COUNT_BITS{1'b0}};
    columns = {COUNT_BITS{1'b0}};
    position = row;
    for (tap = 0; tap < KERNEL_HEIGHT; tap = tap + 1) begin
      if (position >= $signed(LOW_ROW[COORDINATE_BITS-1:0])
          && position <= $signed(HIGH_ROW[COORDINATE_BITS-1:0])) begin
        rows = rows + 1'b1;
      end
      position = position + $signed(DILATION_HEIGHT[COORDINATE_BITS-1:0]);
    end
    position = column;
    for (tap = 0; tap < KERNEL_WIDTH; tap = tap + 1) begin
      if (position >= $signed(LOW_COLUMN[COORDINATE_BITS-1:0])
          && position <= $signed(HIGH_COLUMN[COORDINATE_BITS-1:0])) begin
        columns = columns + 1'b1;
      end
      position = position + $signed(DILATION_WIDTH[COORDINATE_BITS-1:0]);
    end
  end

endmodule

`default_nettype wire
