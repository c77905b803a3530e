// Another frame around a map in raster order: pixels are dropped, pixels of FILL are put in.
//
//   out(y, x) = in(OUT_TOP - IN_TOP + y * ROW_STEP, OUT_LEFT - IN_LEFT + x * COLUMN_STEP),
//   FILL outside of in
//
// It walks over the smallest frame that holds both maps, pixel by pixel and beat by beat.
//
// 1. A beat that is given is taken; a beat that is wanted is offered the cycle after its step.
// 2. A beat that is given but not wanted is dropped, whatever stands at the output.
// 3. A frame begins only when its first beat of the input is there.
`default_nettype none

module stream_reframe #(
  parameter LANES = 1,
  parameter BEATS = 1,
  parameter BEAT_BITS = 1,
  parameter HEIGHT = 6,           // of the frame that holds both maps
  parameter WIDTH = 6,
  parameter IN_TOP = 1,           // where the maps stand in it
  parameter IN_LEFT = 1,
  parameter IN_HEIGHT = 4,
  parameter IN_WIDTH = 4,
  parameter OUT_TOP = 0,
  parameter OUT_LEFT = 0,
  parameter OUT_HEIGHT = 6,
  parameter OUT_WIDTH = 6,
  parameter ROW_STEP = 1,
  parameter COLUMN_STEP = 1,
  parameter [7:0] FILL = 8'd0,
  parameter COORDINATE_BITS = 3
) (
  input  wire               clk,
  input  wire               rst_n,

  input  wire               in_valid,
  output wire               in_ready,
  input  wire [LANES*8-1:0] in_data,

  output reg                out_valid,
  input  wire               out_ready,
  output reg  [LANES*8-1:0] out_data,
  output reg                out_last
);

  localparam FINAL_BEAT = BEATS - 1;

  reg [BEAT_BITS-1:0] beat;

  wire first_row;
  wire first_column;
  wire final_column;
  wire given_row;
  wire given_column;
  wire wanted_row;
  wire wanted_column;
  wire final_wanted_row;
  wire final_wanted_column;
  wire unused_final_row;

  wire final_beat = (beat == FINAL_BEAT[BEAT_BITS-1:0]);
  wire start = first_row && first_column && (beat == {BEAT_BITS{1'b0}});
  wire given = given_row && given_column;
  wire wanted = wanted_row && wanted_column;
  wire free = !out_valid || out_ready;
  wire room = !wanted || free;
  wire step = room && (in_valid || !(given || start));

  assign in_ready = given && room;

  frame_axis #(
    .SIZE            (HEIGHT),
    .IN_FIRST        (IN_TOP),
    .IN_SIZE         (IN_HEIGHT),
    .OUT_FIRST       (OUT_TOP),
    .OUT_SIZE        (OUT_HEIGHT),
    .STEP            (ROW_STEP),
    .COORDINATE_BITS (COORDINATE_BITS)
  ) u_row (
    .clk          (clk),
    .rst_n        (rst_n),
    .step         (step && final_beat && final_column),
    .at_start     (first_row),
    .at_end       (unused_final_row),
    .given        (given_row),
    .wanted       (wanted_row),
    .final_wanted (final_wanted_row)
  );

  frame_axis #(
    .SIZE            (WIDTH),
    .IN_FIRST        (IN_LEFT),
    .IN_SIZE         (IN_WIDTH),
    .OUT_FIRST       (OUT_LEFT),
    .OUT_SIZE        (OUT_WIDTH),
    .STEP            (COLUMN_STEP),
    .COORDINATE_BITS (COORDINATE_BITS)
  ) u_column (
    .clk          (clk),
    .rst_n        (rst_n),
    .step         (step && final_beat),
    .at_start     (first_column),
    .at_end       (final_column),
    .given        (given_column),
    .wanted       (wanted_column),
    .final_wanted (final_wanted_column)
  );

  always @(posedge clk) begin
    if (!rst_n) begin
      out_valid <= 1'b0;
      beat <= {BEAT_BITS{1'b0}};
    end else begin
      if (free) out_valid <= step && wanted;
      if (step) beat <= final_beat ? {BEAT_BITS{1'b0}} : beat + 1'b1;
    end
  end

  always @(posedge clk) begin
    if (free) begin
      out_data <= given ? in_data : {LANES{FILL}};
      out_last <= final_wanted_row && final_wanted_column && final_beat;
    end
  end

endmodule

`default_nettype wire
