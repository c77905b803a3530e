// Channels chosen, put in another order or put in as a constant, pixel by pixel:
//
//   out[o] = in[SOURCES[o]], FILL where SOURCES[o] is IN_CHANNELS
//
// 1. A pixel is collected while the one before it is sent.
// 2. Its first beat is offered the cycle after its last one was taken.
// 3. The last beat of a pixel is taken when the pixel before it has gone, or goes in that cycle.
`default_nettype none

module channel_gather #(
  parameter IN_CHANNELS = 4,
  parameter IN_LANES = 2,
  parameter IN_BEATS = 2,
  parameter IN_BEAT_BITS = 1,                 // at least 1 and at least log2(IN_BEATS)
  parameter OUT_CHANNELS = 4,
  parameter OUT_LANES = 2,
  parameter OUT_BEATS = 2,
  parameter OUT_BEAT_BITS = 1,
  parameter SOURCE_BITS = 3,                  // holds IN_CHANNELS
  parameter [OUT_CHANNELS*SOURCE_BITS-1:0] SOURCES = {OUT_CHANNELS*SOURCE_BITS{1'b0}},
  parameter [7:0] FILL = 8'd0
) (
  input  wire                   clk,
  input  wire                   rst_n,

  input  wire                   in_valid,
  output wire                   in_ready,
  input  wire [IN_LANES*8-1:0]  in_data,
  input  wire                   in_last,

  output reg                    out_valid,
  input  wire                   out_ready,
  output wire [OUT_LANES*8-1:0] out_data,
  output wire                   out_last
);

  localparam FINAL_IN = IN_BEATS - 1;
  localparam FINAL_OUT = OUT_BEATS - 1;

  reg [IN_BEAT_BITS-1:0]   in_beat;
  reg [OUT_BEAT_BITS-1:0]  out_beat;
  reg [OUT_CHANNELS*8-1:0] chosen;            // of the pixel that is sent
  reg                      last_pixel;

  wire [IN_CHANNELS*8-1:0]  pixel;            // complete with the final beat
  wire [OUT_CHANNELS*8-1:0] gathered;
  wire                      unused_channels = ^pixel;   // some may be chosen nowhere
  wire final_in = (in_beat == FINAL_IN[IN_BEAT_BITS-1:0]);
  wire final_out = (out_beat == FINAL_OUT[OUT_BEAT_BITS-1:0]);
  wire free = !out_valid || (out_ready && final_out);
  wire taken = in_valid && in_ready;

  assign in_ready = !final_in || free;
  assign out_data = chosen[OUT_LANES*8-1:0];
  assign out_last = last_pixel && final_out;

  generate
    genvar o;
    for (o = 0; o < OUT_CHANNELS; o = o + 1) begin : g_out
      localparam [SOURCE_BITS-1:0] SOURCE = SOURCES[o*SOURCE_BITS +: SOURCE_BITS];
      if (SOURCE == IN_CHANNELS[SOURCE_BITS-1:0]) begin : g_fill
        assign gathered[o*8 +: 8] = FILL;
      end else begin : g_choose
        assign gathered[o*8 +: 8] = pixel[SOURCE*8 +: 8];
      end
    end

    if (IN_BEATS == 1) begin : g_whole
      assign pixel = in_data;
    end else begin : g_collect
      reg [(IN_BEATS-1)*IN_LANES*8-1:0] collected;
      assign pixel = {in_data, collected};
      always @(posedge clk) begin
        // The pixel's beats move down to their places as they come.
        if (taken) collected <= pixel[IN_CHANNELS*8-1:IN_LANES*8];
      end
    end

    if (OUT_BEATS == 1) begin : g_at_once
      always @(posedge clk) begin
        if (taken && final_in) chosen <= gathered;
      end
    end else begin : g_beats
      always @(posedge clk) begin
        if (taken && final_in) chosen <= gathered;
        else if (out_valid && out_ready) chosen <= chosen >> (OUT_LANES * 8);
      end
    end
  endgenerate

  always @(posedge clk) begin
    if (!rst_n) begin
      in_beat <= {IN_BEAT_BITS{1'b0}};
      out_beat <= {OUT_BEAT_BITS{1'b0}};
      out_valid <= 1'b0;
    end else begin
      if (taken) in_beat <= final_in ? {IN_BEAT_BITS{1'b0}} : in_beat + 1'b1;
      if (out_valid && out_ready) begin
        out_beat <= final_out ? {OUT_BEAT_BITS{1'b0}} : out_beat + 1'b1;
      end
      if (free) out_valid <= taken && final_in;
    end
  end

  always @(posedge clk) begin
    if (taken && final_in) last_pixel <= in_last;
  end

endmodule

`default_nettype wire
