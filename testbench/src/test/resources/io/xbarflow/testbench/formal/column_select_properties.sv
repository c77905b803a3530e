// Properties of column_select.
//
// 1. The sums that it holds are those of the copy that handed its own over last.
// 2. Lane l of a beat is the sum of channel beat * LANES + l of the pixel, if the tile has it:
//    column pixel * CHANNELS + channel - FIRST_CHANNEL - FIRST_COLUMN of it.
// 3. All other lanes are zero, and all without select.
`default_nettype none

module column_select_properties #(
  parameter COPIES = 2,
  parameter COLUMNS = 4,
  parameter COLUMN_BITS = 3,
  parameter FIRST_COLUMN = 2,
  parameter FIRST_CHANNEL = 0,
  parameter CHANNELS = 3,
  parameter LANES = 2,
  parameter BEATS = 3,
  parameter PIXELS = 3
) (
  input wire                                  clk,
  input wire [COPIES-1:0]                     capture,
  input wire [COPIES*COLUMNS*COLUMN_BITS-1:0] column_data,
  input wire                                  select,
  input wire [3:0]                            pixel,
  input wire [3:0]                            beat
);

  localparam RESULT_BITS = COLUMNS * COLUMN_BITS;

  wire [LANES*COLUMN_BITS-1:0] lane_data;

  // State of the cell that the invariants speak of.
  (* hierconn *) wire [RESULT_BITS-1:0] \u_cell.result ;

  reg                         started = 1'b0;
  reg                         captured = 1'b0;
  reg [RESULT_BITS-1:0]       sums;
  reg [LANES*COLUMN_BITS-1:0] expected;

  column_select #(
    .COPIES        (COPIES),
    .COLUMNS       (COLUMNS),
    .COLUMN_BITS   (COLUMN_BITS),
    .FIRST_COLUMN  (FIRST_COLUMN),
    .FIRST_CHANNEL (FIRST_CHANNEL),
    .CHANNELS      (CHANNELS),
    .LANES         (LANES)
  ) u_cell (
    .clk         (clk),
    .capture     (capture),
    .column_data (column_data),
    .select      (select),
    .pixel       ({28'd0, pixel}),
    .beat        ({28'd0, beat}),
    .lane_data   (lane_data)
  );

  always @* begin : choose
    integer lane;
    integer of_pixel;
    integer of_channel;
    integer column;
    expected = {LANES*COLUMN_BITS{1'b0}};
    // Every channel of the block, every pixel, every lane: one at most is asked for in a lane.
    for (of_pixel = 0; of_pixel < PIXELS; of_pixel = of_pixel + 1) begin
      for (of_channel = 0; of_channel < CHANNELS; of_channel = of_channel + 1) begin
        column = of_pixel * CHANNELS + of_channel - FIRST_COLUMN;
        lane = (FIRST_CHANNEL + of_channel) % LANES;
        if (column >= 0 && column < COLUMNS && select && pixel == of_pixel
            && beat == (FIRST_CHANNEL + of_channel) / LANES) begin
          expected[lane*COLUMN_BITS +: COLUMN_BITS] = sums[column*COLUMN_BITS +: COLUMN_BITS];
        end
      end
    end
  end

  integer copy;

  always @(posedge clk) begin
    assume ((capture & (capture - 1'b1)) == {COPIES{1'b0}});
    assume (pixel < PIXELS && beat < BEATS);

    started <= 1'b1;
    captured <= captured || capture != {COPIES{1'b0}};
    for (copy = 0; copy < COPIES; copy = copy + 1) begin
      if (capture[copy]) sums <= column_data[copy*RESULT_BITS +: RESULT_BITS];
    end

    if (captured) begin
      // 1.
      holds_the_last_sums: assert (\u_cell.result == sums);
      // 2, 3.
      lanes_of_the_beat: assert (lane_data == expected);

      all_lanes: cover (&lane_data);
    end
    if (!select) nothing_unselected: assert (lane_data == {LANES*COLUMN_BITS{1'b0}});
  end

endmodule

`default_nettype wire
