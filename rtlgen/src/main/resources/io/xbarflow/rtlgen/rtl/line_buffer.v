// Windows of a map without padding, from its pixels in raster order: KERNEL_HEIGHT - 1 rows are
// delayed, and every beat moves one word further through the window.
//
//   rows[r]   delayed by KERNEL_HEIGHT - 1 - r rows; the undelayed one is the stream itself
//   line r    rows[r] <- delay of a row <- rows[r+1]
//   window    the latest KERNEL_WIDTH pixels of every row
//
// A word is LANES values, a row is ROW_WORDS of them. The newest word of a delayed row stands in
// its memory's output register, so the window has no copy of it. What a row writes is a word old:
// a memory never reads and writes one address at once. The first beat after reset writes what
// nobody reads to the last word.
//
// 1. window_valid rises the cycle after the last beat of the window's last pixel was taken and
//    holds until window_taken.
// 2. in_ready is low only while a complete window waits; in the cycle of window_taken it is high.
// 3. The first rows of the next image enter behind the last of this one: nothing drains.
`default_nettype none

module line_buffer #(
  parameter CHANNELS = 4,
  parameter LANES = 2,
  parameter BEATS = 2,            // beats of a pixel
  parameter BEAT_BITS = 1,        // at least 1 and at least log2(BEATS)
  parameter MAP_HEIGHT = 4,
  parameter ROW_WORDS = 8,        // columns of the map * BEATS; at least 2
  parameter WORD_BITS = 3,        // at least 1 and at least log2(ROW_WORDS)
  parameter KERNEL_HEIGHT = 3,    // at least 2
  parameter KERNEL_WIDTH = 3,     // at least 2
  parameter STRIDE_HEIGHT = 1,
  parameter STRIDE_WIDTH = 1,
  parameter COORDINATE_BITS = 3   // holds MAP_HEIGHT, the kernel and the strides
) (
  input  wire                                              clk,
  input  wire                                              rst_n,

  input  wire                                              in_valid,
  output wire                                              in_ready,
  input  wire [LANES*8-1:0]                                in_data,

  output reg                                               window_valid,
  input  wire                                              window_taken,
  output wire [KERNEL_HEIGHT*KERNEL_WIDTH*CHANNELS*8-1:0]  window_data
);

  localparam WORD_WIDTH = LANES * 8;
  localparam STORE_BITS = BEATS * WORD_WIDTH;          // a pixel with its idle lanes
  localparam OLDER_BITS = KERNEL_WIDTH * STORE_BITS - WORD_WIDTH;
  localparam FINAL_BEAT = BEATS - 1;
  localparam FINAL_WORD = ROW_WORDS - 1;
  localparam FINAL_ROW = MAP_HEIGHT - 1;

  // Pixels and rows until the first and the next window are complete, counted down to 0.
  localparam FIRST_COLUMNS = KERNEL_WIDTH - 1;
  localparam NEXT_COLUMNS = STRIDE_WIDTH - 1;
  localparam FIRST_ROWS = KERNEL_HEIGHT - 1;
  localparam NEXT_ROWS = STRIDE_HEIGHT - 1;
  localparam [COORDINATE_BITS-1:0] NONE = 0;

  reg [BEAT_BITS-1:0]       beat;
  reg [WORD_BITS-1:0]       word;            // of the row
  reg [WORD_BITS-1:0]       word_before;
  reg [COORDINATE_BITS-1:0] row;
  reg [COORDINATE_BITS-1:0] columns_to_window;
  reg [COORDINATE_BITS-1:0] rows_to_window;
  reg [WORD_WIDTH-1:0]      newest;          // of the stream itself

  wire transfer = in_valid && in_ready;
  wire pixel_done = transfer && (beat == FINAL_BEAT[BEAT_BITS-1:0]);
  wire row_done = transfer && (word == FINAL_WORD[WORD_BITS-1:0]);
  wire final_row = (row == FINAL_ROW[COORDINATE_BITS-1:0]);
  wire column_completes = (columns_to_window == NONE);
  wire row_completes = (rows_to_window == NONE);

  assign in_ready = !window_valid || window_taken;

  always @(posedge clk) begin
    if (!rst_n) begin
      beat <= {BEAT_BITS{1'b0}};
      word <= {WORD_BITS{1'b0}};
      word_before <= FINAL_WORD[WORD_BITS-1:0];
      row <= NONE;
      columns_to_window <= FIRST_COLUMNS[COORDINATE_BITS-1:0];
      rows_to_window <= FIRST_ROWS[COORDINATE_BITS-1:0];
      window_valid <= 1'b0;
    end else begin
      if (transfer) begin
        beat <= pixel_done ? {BEAT_BITS{1'b0}} : beat + 1'b1;
        word <= row_done ? {WORD_BITS{1'b0}} : word + 1'b1;
        word_before <= word;
      end
      if (row_done) begin
        row <= final_row ? NONE : row + 1'b1;
        columns_to_window <= FIRST_COLUMNS[COORDINATE_BITS-1:0];
        rows_to_window <= final_row ? FIRST_ROWS[COORDINATE_BITS-1:0]
            : row_completes ? NEXT_ROWS[COORDINATE_BITS-1:0] : rows_to_window - 1'b1;
      end else if (pixel_done) begin
        columns_to_window <= column_completes ? NEXT_COLUMNS[COORDINATE_BITS-1:0]
                                              : columns_to_window - 1'b1;
      end
      if (pixel_done && column_completes && row_completes) window_valid <= 1'b1;
      else if (window_taken) window_valid <= 1'b0;
    end
  end

  always @(posedge clk) begin
    if (transfer) newest <= in_data;
  end

  wire [KERNEL_HEIGHT*WORD_WIDTH-1:0] rows;   // newest word of each row, the top row lowest

  assign rows[(KERNEL_HEIGHT-1)*WORD_WIDTH +: WORD_WIDTH] = newest;

  generate
    genvar r;
    genvar column;
    for (r = 0; r < KERNEL_HEIGHT - 1; r = r + 1) begin : g_line
      ram_1r1w #(
        .DEPTH        (ROW_WORDS),
        .WIDTH        (WORD_WIDTH),
        .ADDRESS_BITS (WORD_BITS)
      ) u_delay (
        .clk           (clk),
        .write_enable  (transfer),
        .write_address (word_before),
        .write_data    (rows[(r+1)*WORD_WIDTH +: WORD_WIDTH]),
        .read_enable   (transfer),
        .read_address  (word),
        .read_data     (rows[r*WORD_WIDTH +: WORD_WIDTH])
      );
    end
    for (r = 0; r < KERNEL_HEIGHT; r = r + 1) begin : g_row
      reg  [OLDER_BITS-1:0]            older;
      wire [OLDER_BITS+WORD_WIDTH-1:0] pixels = {rows[r*WORD_WIDTH +: WORD_WIDTH], older};

      always @(posedge clk) begin
        if (transfer) older <= pixels[OLDER_BITS+WORD_WIDTH-1:WORD_WIDTH];
      end

      for (column = 0; column < KERNEL_WIDTH; column = column + 1) begin : g_column
        assign window_data[(r*KERNEL_WIDTH+column)*CHANNELS*8 +: CHANNELS*8] =
            pixels[column*STORE_BITS +: CHANNELS*8];
      end
    end
  endgenerate

endmodule

`default_nettype wire
