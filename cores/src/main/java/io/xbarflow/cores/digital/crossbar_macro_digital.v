// Behavioural model of one SRAM macro of core type digital: an exact integer matrix-vector
// multiplication with bit-serial inputs. For synthesis the custom macro takes its place (syn/ holds
// a stub).
//
//   column_data[c] = sum over r of row_data[r] * weight[r][c]
//
// With k = 8 / MVM_CYCLES bits of an input in a cycle, the highest first, every column does
//
//   sum[c] = sum[c] * 2^k + sum over r of bits[r] * weight[r][c]
//
// in every cycle; the first bits of an int8 input are signed, all others are not.
//
// 1. In the cycle of start, which is the first of the MVM, the row drivers sample row_data.
// 2. done rises MVM_CYCLES cycles later; column_data then holds the result until the next start.
//    Until then it is X. An MVM may start in the cycle in which the one before is done.
// 3. Weights are programmed before use: here they are read from mem/macro_<weights_id>.hex when the
//    simulation begins, int8 in hexadecimal, one row of the macro per line. weights_id is
//    constant.
//
// row_data: 8 bits a row, row 0 lowest, int8 or uint8. column_data: COLUMN_BITS signed bits a
// column, column 0 lowest.
`default_nettype none

module crossbar_macro_digital #(
  parameter ROWS = 4,              // rows and columns used
  parameter COLUMNS = 4,
  parameter COLUMN_BITS = 20,      // at most 32
  parameter INPUTS_SIGNED = 1,
  parameter MVM_CYCLES = 8,        // 1, 2, 4 or 8
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
  localparam GROUP_BITS = 8 / MVM_CYCLES;  // k
  localparam PAIRS = (COLUMNS + 1) / 2;

  reg [COUNT_BITS-1:0] count;      // cycles of the MVM that are left

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
  // odd * 2^32 + even, so that one multiplication makes two products. Rows whose bits are zero are
  // left out.

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

  reg [ROWS*8-1:0] drivers;        // inputs of the MVM that is running

  always @(posedge clk) begin : multiply
    integer                       row;
    integer                       pair;
    integer                       step;
    integer                       low;                // lowest of this cycle's bits
    reg signed [63:0]             sums [0:PAIRS-1];   // keeps its value from cycle to cycle
    reg signed [63:0]             value;
    reg [GROUP_BITS-1:0]          bits;
    reg [ROWS*8-1:0]              inputs;
    reg [COLUMN_BITS-1:0]         odd_sum;
    reg [COLUMNS*COLUMN_BITS-1:0] result;
    if (start || !done) begin
      step = start ? 0 : MVM_CYCLES - {{(32 - COUNT_BITS){1'b0}}, count};
      low = 8 - GROUP_BITS * (step + 1);
      inputs = start ? row_data : drivers;
      drivers <= inputs;
      for (pair = 0; pair < PAIRS; pair = pair + 1) begin
        sums[pair] = start ? 64'sd0 : (sums[pair] <<< GROUP_BITS);
      end
      for (row = 0; row < ROWS; row = row + 1) begin
        bits = inputs[row*8 + low +: GROUP_BITS];
        if (bits != {GROUP_BITS{1'b0}}) begin
          value = {{(64 - GROUP_BITS){start && (INPUTS_SIGNED != 0) && bits[GROUP_BITS-1]}}, bits};
          for (pair = 0; pair < PAIRS; pair = pair + 1) begin
            sums[pair] = sums[pair] + value * pairs[row*PAIRS + pair];
          end
        end
      end
      if (step == MVM_CYCLES - 1) begin
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
  end
`endif

endmodule

`default_nettype wire
