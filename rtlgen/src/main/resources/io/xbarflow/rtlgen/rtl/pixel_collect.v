// One operand of a pixel_concat: collects the beats of a pixel, of which it holds all but the final
// one, and offers the pixel while that is on offer. LAST_BEAT + 1 beats of BEAT_BITS make a pixel.
//
// 1. Every beat but a pixel's final one is taken as it comes.
// 2. The final beat is taken in the cycle in which the pixel is.
`default_nettype none

module pixel_collect #(
  parameter BEAT_BITS = 8,
  parameter PIXEL_BITS = 16,
  parameter COUNT_BITS = 1,
  parameter [COUNT_BITS-1:0] LAST_BEAT = {COUNT_BITS{1'b1}}
) (
  input  wire                  clk,
  input  wire                  rst_n,

  input  wire                  in_valid,
  output wire                  in_ready,
  input  wire [BEAT_BITS-1:0]  in_data,

  output wire                  pixel_valid,
  input  wire                  pixel_ready,
  output wire [PIXEL_BITS-1:0] pixel_data
);

  generate
    if (PIXEL_BITS == BEAT_BITS) begin : g_one_beat
      wire unused = &{1'b0, clk, rst_n, LAST_BEAT, 1'b0};
      assign in_ready = pixel_ready;
      assign pixel_valid = in_valid;
      assign pixel_data = in_data;
    end else begin : g_beats
      reg [COUNT_BITS-1:0]           beat;        // number of the next beat in its pixel
      reg [PIXEL_BITS-BEAT_BITS-1:0] held;        // the beats before it, the latest on top

      wire final_beat = beat == LAST_BEAT;

      assign in_ready = !final_beat || pixel_ready;
      assign pixel_valid = in_valid && final_beat;
      assign pixel_data = {in_data, held};

      always @(posedge clk) begin
        if (!rst_n) beat <= {COUNT_BITS{1'b0}};
        else if (in_valid && in_ready) beat <= final_beat ? {COUNT_BITS{1'b0}} : beat + 1'b1;
      end

      always @(posedge clk) begin
        if (in_valid && in_ready) held <= pixel_data[PIXEL_BITS-1:BEAT_BITS];
      end
    end
  endgenerate

endmodule

`default_nettype wire
