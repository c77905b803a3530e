// Holds the column sums of one tile of the array, from whichever copy handed them over last, and
// gives those of the LANES channels that post-processing asks for.
//
//   column p * CHANNELS + c - FIRST_COLUMN of the tile: channel FIRST_CHANNEL + c of the patch's
//   pixel p; the tile belongs to a block of CHANNELS channels
//
// Lanes whose channel stands in another tile are zero, so that the tiles that share their rows are
// joined with an OR; all lanes are zero without select.
`default_nettype none

module column_select #(
  parameter COPIES = 1,
  parameter COLUMNS = 4,          // of the tile
  parameter COLUMN_BITS = 20,
  parameter FIRST_COLUMN = 0,     // columns of the block before the tile's
  parameter FIRST_CHANNEL = 0,    // channels before the block's
  parameter CHANNELS = 4,         // of the block
  parameter LANES = 2
) (
  input  wire                                  clk,

  input  wire [COPIES-1:0]                     capture,       // loads the sums of that copy
  input  wire [COPIES*COLUMNS*COLUMN_BITS-1:0] column_data,

  input  wire                                  select,
  input  wire [31:0]                           pixel,         // of the patch
  input  wire [31:0]                           beat,          // lane l is channel beat * LANES + l
  output reg  [LANES*COLUMN_BITS-1:0]          lane_data
);

  localparam RESULT_BITS = COLUMNS * COLUMN_BITS;
  localparam GROUP_BITS = LANES * COLUMN_BITS;

  reg [RESULT_BITS-1:0] result;

  always @(posedge clk) begin : hold
    integer copy;
    for (copy = 0; copy < COPIES; copy = copy + 1) begin
      if (capture[copy]) result <= column_data[copy*RESULT_BITS +: RESULT_BITS];
    end
  end

  generate
    if (COLUMNS % LANES == 0 && FIRST_COLUMN % LANES == 0 && FIRST_CHANNEL % LANES == 0
        && CHANNELS % LANES == 0) begin : g_groups
      // The lanes of a beat stand side by side.
      always @* begin : choose
        reg [31:0] block_beat;
        reg [31:0] group;
        block_beat = beat - FIRST_CHANNEL / LANES;
        group = pixel * (CHANNELS / LANES) + block_beat - FIRST_COLUMN / LANES;
        lane_data = {GROUP_BITS{1'b0}};
        if (select && block_beat < CHANNELS / LANES && group < COLUMNS / LANES) begin
          lane_data = result[group*GROUP_BITS +: GROUP_BITS];
        end
      end
    end else begin : g_single
      always @* begin : choose
        integer    lane;
        reg [31:0] block_channel;
        reg [31:0] column;
        lane = 0;
        block_channel = 32'd0;
        column = 32'd0;
        lane_data = {GROUP_BITS{1'b0}};
        if (select) begin
          for (lane = 0; lane < LANES; lane = lane + 1) begin
            block_channel = beat * LANES + lane - FIRST_CHANNEL;
            column = pixel * CHANNELS + block_channel - FIRST_COLUMN;
            if (block_channel < CHANNELS && column < COLUMNS) begin
              lane_data[lane*COLUMN_BITS +: COLUMN_BITS] =
                  result[column*COLUMN_BITS +: COLUMN_BITS];
            end
          end
        end
      end
    end
  endgenerate

endmodule

`default_nettype wire
