// Behavioural model of one macro of core type pcm: an analog array of phase-change devices with
// row drivers and one analog-to-digital converter a column. For synthesis the analog macro takes
// its place (syn/ holds a stub). All arithmetic is on integers and equals the golden model's.
//
//   drive[r]       = clamp(round((row_data[r] - ZERO_POINT) / Q) * Q), Q = 2^(8 - INPUT_BITS)
//   sum[c]         = sum over r of drive[r] * G[r][c]
//   noise[c]       = (isqrt(sum over r of drive[r]^2) * n[c] * z(mvm, c)) >>> 12
//   column_data[c] = clamp(round((sum[c] + noise[c]) / divisor[c]))
//
// The driver rounds half up, the converter half away from zero. mvm counts MVMs since reset; z is
// the sum of the bytes of output 65536 * mvm + c of a splitmix64 generator, less its mean 1020.
//
// 1. In the cycle of start the row drivers sample row_data.
// 2. done rises MVM_CYCLES cycles later; column_data then holds the result until the next start.
//    Until then it is X.
// 3. What programming left in the array is read from mem/macro_<weights_id>.hex when the simulation
//    begins, 32-bit words in hexadecimal: the generator's state (high, low); divisor and n of every
//    column; then row by row two columns' G in a word, the even one low. weights_id is constant.
//
// row_data: 8 bits a row, row 0 lowest, int8 or uint8. column_data: COLUMN_BITS signed bits a
// column, column 0 lowest.
`default_nettype none

module crossbar_macro_pcm #(
  parameter ROWS = 4,              // rows and columns used; at most 512 rows
  parameter COLUMNS = 4,
  parameter COLUMN_BITS = 8,       // of a converter
  parameter INPUTS_SIGNED = 1,
  parameter MVM_CYCLES = 8,
  parameter COUNT_BITS = 3,        // at least 1 and at least log2(MVM_CYCLES)
  parameter ZERO_POINT = 0,        // the raw input that the drivers apply no voltage for
  parameter INPUT_BITS = 8         // magnitude bits of a driver, 1 to 8
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

  // Written for speed of simulation: the cells of columns 2p and 2p + 1 stand in one word,
  // odd * 2^32 + even, so that one multiplication makes two products. Rows at zero are left out.

  localparam PAIRS = (COLUMNS + 1) / 2;
  localparam HEADER = 2 + 2*COLUMNS;
  localparam SHIFT = 8 - INPUT_BITS;
  localparam signed [31:0] HALF = (1 << SHIFT) / 2;
  localparam signed [31:0] MOST_DRIVE = 256 - (1 << SHIFT);
  localparam signed [63:0] MOST_CODE = (64'sd1 <<< (COLUMN_BITS - 1)) - 64'sd1;

  reg [31:0]        words [0:HEADER+ROWS*PAIRS-1];
  reg signed [63:0] pairs [0:ROWS*PAIRS-1];
  reg [47:0]        mvm;

  wire unused_programmed = program_cells(weights_id);

  function program_cells(input [23:0] id);
    reg [8*32-1:0] name;
    reg [31:0]     cells;
    integer        place;
    begin
      $sformat(name, "mem/macro_%0d.hex", id);
      $readmemh(name, words);
      for (place = 0; place < ROWS*PAIRS; place = place + 1) begin
        cells = words[HEADER + place];
        pairs[place] = $signed({{16{cells[31]}}, cells[31:16], 32'd0})
            + $signed({{48{cells[15]}}, cells[15:0]});
      end
      program_cells = 1'b1;
    end
  endfunction

  function signed [31:0] drive(input [7:0] raw);
    reg signed [31:0] value;
    begin
      value = $signed({{24{(INPUTS_SIGNED != 0) && raw[7]}}, raw}) - ZERO_POINT;
      value = ((value + HALF) >>> SHIFT) <<< SHIFT;
      if (value > MOST_DRIVE) value = MOST_DRIVE;
      if (value < -MOST_DRIVE) value = -MOST_DRIVE;
      drive = value;
    end
  endfunction

  // The integer square root, bit by bit.
  function [31:0] square_root(input [31:0] square);
    reg [31:0] root;
    reg [31:0] rest;
    reg [31:0] place;
    begin
      root = 32'd0;
      rest = square;
      for (place = 32'h4000_0000; place != 32'd0; place = place >> 2) begin
        if (rest >= root + place) begin
          rest = rest - (root + place);
          root = (root >> 1) + place;
        end else begin
          root = root >> 1;
        end
      end
      square_root = root;
    end
  endfunction

  // z: the place-th output of the generator, its bytes summed, less their mean.
  function signed [63:0] deviate(input [63:0] state, input [63:0] place);
    reg [63:0] mixed;
    begin
      mixed = state + (place + 64'd1) * 64'h9E37_79B9_7F4A_7C15;
      mixed = (mixed ^ (mixed >> 30)) * 64'hBF58_476D_1CE4_E5B9;
      mixed = (mixed ^ (mixed >> 27)) * 64'h94D0_49BB_1331_11EB;
      mixed = mixed ^ (mixed >> 31);
      deviate = $signed({56'd0, mixed[7:0]} + {56'd0, mixed[15:8]} + {56'd0, mixed[23:16]}
          + {56'd0, mixed[31:24]} + {56'd0, mixed[39:32]} + {56'd0, mixed[47:40]}
          + {56'd0, mixed[55:48]} + {56'd0, mixed[63:56]}) - 64'sd1020;
    end
  endfunction

  // The converter. A divisor is at least 1.
  function [COLUMN_BITS-1:0] convert(input signed [63:0] sum, input [31:0] divisor);
    reg [63:0]        magnitude;
    reg signed [63:0] code;
    begin
      magnitude = (sum < 64'sd0) ? -sum : sum;
      magnitude = ((magnitude << 1) + {32'd0, divisor}) / {31'd0, divisor, 1'b0};
      code = (sum < 64'sd0) ? -$signed(magnitude) : $signed(magnitude);
      if (code > MOST_CODE) code = MOST_CODE;
      if (code < -MOST_CODE - 64'sd1) code = -MOST_CODE - 64'sd1;
      convert = code[COLUMN_BITS-1:0];
    end
  endfunction

  always @(posedge clk) begin : multiply
    integer                       row;
    integer                       pair;
    integer                       column;
    reg signed [31:0]             level;
    reg signed [63:0]             value;
    reg signed [63:0]             sum;
    reg signed [63:0]             sums [0:PAIRS-1];
    reg [31:0]                    squares;
    reg signed [63:0]             amplitude;
    reg [COLUMNS*COLUMN_BITS-1:0] result;
    if (!rst_n) begin
      mvm <= 48'd0;
    end else if (start) begin
      mvm <= mvm + 48'd1;
      squares = 32'd0;
      for (pair = 0; pair < PAIRS; pair = pair + 1) sums[pair] = 64'sd0;
      for (row = 0; row < ROWS; row = row + 1) begin
        level = drive(row_data[row*8 +: 8]);
        if (level != 32'sd0) begin
          squares = squares + level * level;
          value = {{32{level[31]}}, level};
          for (pair = 0; pair < PAIRS; pair = pair + 1) begin
            sums[pair] = sums[pair] + value * pairs[row*PAIRS + pair];
          end
        end
      end
      amplitude = {32'd0, square_root(squares)};
      for (column = 0; column < COLUMNS; column = column + 1) begin
        // A negative even sum has borrowed one from the odd one.
        sum = sums[column / 2];
        if (column % 2 != 0) sum = $signed({{32{sum[63]}}, sum[63:32]} + {63'd0, sum[31]});
        else sum = $signed({{32{sum[31]}}, sum[31:0]});
        if (words[2*column + 3] != 32'd0) begin
          sum = sum + ((amplitude * $signed({32'd0, words[2*column + 3]})
              * deviate({words[0], words[1]}, {mvm, column[15:0]})) >>> 12);
        end
        result[column*COLUMN_BITS +: COLUMN_BITS] = convert(sum, words[2*column + 2]);
      end
      held_result <= result;
    end
  end
`endif

endmodule

`default_nettype wire
