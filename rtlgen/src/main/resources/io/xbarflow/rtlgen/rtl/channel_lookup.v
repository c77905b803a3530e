// Unary function of each channel: y = entries[table of the channel][x]. Channels of one function
// share a table; a <block>_constants table says which one each lane of a beat has.
//
// Layout of FILE: 256 bytes a table, for x = 0 .. 255 as unsigned byte.
// A beat is offered the cycle after it was taken.
`default_nettype none

module channel_lookup #(
  parameter LANES = 2,
  parameter BEATS = 2,
  parameter BEAT_BITS = 1,                    // at least 1 and at least log2(BEATS)
  parameter TABLES = 2,
  parameter TABLE_BITS = 1,
  parameter FILE = ""
) (
  input  wire                        clk,
  input  wire                        rst_n,

  input  wire                        in_valid,
  output wire                        in_ready,
  input  wire [LANES*8-1:0]          in_data,
  input  wire                        in_last,

  output reg  [BEAT_BITS-1:0]        beat,    // asks for the numbers of the tables
  input  wire [LANES*TABLE_BITS-1:0] tables,

  output reg                         out_valid,
  input  wire                        out_ready,
  output reg  [LANES*8-1:0]          out_data,
  output reg                         out_last
);

  localparam FINAL_BEAT = BEATS - 1;

  reg [7:0] entries [0:TABLES*256-1];

  initial begin
    if (FILE != "") $readmemh(FILE, entries);
  end

  wire final_beat = (beat == FINAL_BEAT[BEAT_BITS-1:0]);

  assign in_ready = !out_valid || out_ready;

  always @(posedge clk) begin
    if (!rst_n) begin
      out_valid <= 1'b0;
      beat <= {BEAT_BITS{1'b0}};
    end else if (in_ready) begin
      out_valid <= in_valid;
      if (in_valid) beat <= final_beat ? {BEAT_BITS{1'b0}} : beat + 1'b1;
    end
  end

  always @(posedge clk) begin
    if (in_ready) out_last <= in_last;
  end

  generate
    genvar lane;
    for (lane = 0; lane < LANES; lane = lane + 1) begin : g_lane
      wire [TABLE_BITS+7:0] address =
          {tables[lane*TABLE_BITS +: TABLE_BITS], in_data[lane*8 +: 8]};
      always @(posedge clk) begin
        if (in_ready) out_data[lane*8 +: 8] <= entries[address];
      end
    end
  endgenerate

endmodule

`default_nettype wire
