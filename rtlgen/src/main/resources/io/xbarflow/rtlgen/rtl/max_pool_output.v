// Greatest value of each channel over the taps of a window, sent in BEATS beats of LANES.
//
// 1. window_taken loads a window; it may fall into the cycle in which the last beat of the one
//    before enters the output register.
// 2. Taps outside the map hold the type's least value.
`default_nettype none

module max_pool_output #(
  parameter TAPS = 4,
  parameter CHANNELS = 4,      // LANES * BEATS
  parameter LANES = 2,
  parameter BEATS = 2,
  parameter BEAT_BITS = 1,     // at least 1 and at least log2(BEATS)
  parameter PIXELS = 16,       // of an image
  parameter PIXEL_BITS = 4,    // at least 1 and at least log2(PIXELS)
  parameter VALUES_SIGNED = 1
) (
  input  wire                       clk,
  input  wire                       rst_n,

  input  wire                       window_valid,
  output wire                       window_taken,
  input  wire [TAPS*CHANNELS*8-1:0] window_data,

  output reg                        out_valid,
  input  wire                       out_ready,
  output reg  [LANES*8-1:0]         out_data,
  output reg                        out_last
);

  localparam FINAL_BEAT = BEATS - 1;
  localparam FINAL_PIXEL = PIXELS - 1;
  // Flipping the sign bit of int8 values orders them as unsigned ones.
  localparam [7:0] ORDER = (VALUES_SIGNED != 0) ? 8'h80 : 8'h00;

  reg                       held_valid;
  reg [TAPS*CHANNELS*8-1:0] held;
  reg [BEAT_BITS-1:0]       beat;
  reg [PIXEL_BITS-1:0]      pixel;
  reg [LANES*8-1:0]         greatest;
  reg [7:0]                 best;
  reg [7:0]                 value;
  integer                   lane;
  integer                   tap;

  wire enter = held_valid && (!out_valid || out_ready);
  wire final_beat = (beat == FINAL_BEAT[BEAT_BITS-1:0]);
  wire final_pixel = (pixel == FINAL_PIXEL[PIXEL_BITS-1:0]);

  assign window_taken = window_valid && (!held_valid || (enter && final_beat));

  always @* begin
    value = 8'd0;
    for (lane = 0; lane < LANES; lane = lane + 1) begin
      best = 8'd0;
      for (tap = 0; tap < TAPS; tap = tap + 1) begin
        value = held[(tap * CHANNELS + beat * LANES + lane) * 8 +: 8] ^ ORDER;
        if (value > best) best = value;
      end
      greatest[lane*8 +: 8] = best ^ ORDER;
    end
  end

  always @(posedge clk) begin
    if (!rst_n) begin
      held_valid <= 1'b0;
      out_valid <= 1'b0;
      beat <= {BEAT_BITS{1'b0}};
      pixel <= {PIXEL_BITS{1'b0}};
    end else begin
      if (window_taken) held_valid <= 1'b1;
      else if (enter && final_beat) held_valid <= 1'b0;
      if (enter) out_valid <= 1'b1;
      else if (out_ready) out_valid <= 1'b0;
      if (enter) beat <= final_beat ? {BEAT_BITS{1'b0}} : beat + 1'b1;
      if (enter && final_beat) pixel <= final_pixel ? {PIXEL_BITS{1'b0}} : pixel + 1'b1;
    end
  end

  always @(posedge clk) begin
    if (window_taken) held <= window_data;
    if (enter) begin
      out_data <= greatest;
      out_last <= final_beat && final_pixel;
    end
  end

endmodule

`default_nettype wire
