// Concatenation of streams along the channels, whole pixels at a time: operands and output may have
// beats of different widths. Where a pixel has few beats on every link it keeps that pace, which
// stream_concat, with one operand after the other, cannot if its common lanes are few.
//
// Operand n has beats of the bits from IN_ENDS[n-1] to IN_ENDS[n] - 1 of in_data, LAST_BEATS[n] + 1
// of them a pixel. Its channels become the bits from PIXEL_ENDS[n-1] to PIXEL_ENDS[n] - 1 of the
// pixel. Operand 0 begins at 0 and stands in the low bits of the vectors.
//
// 1. Operands are taken side by side; the final beats of a pixel in the same cycle, once all are on
//    offer and the pixel before has left or leaves.
// 2. The first beat is offered the cycle after.
// 3. out_last is that of the final operand.
`default_nettype none

module pixel_concat #(
  parameter OPERANDS = 2,
  parameter IN_BITS = 24,
  parameter PIXEL_BITS = 32,
  parameter OUT_BITS = 16,
  parameter COUNT_BITS = 1,
  parameter [OPERANDS*32-1:0] IN_ENDS = {32'd24, 32'd16},
  parameter [OPERANDS*32-1:0] PIXEL_ENDS = {32'd32, 32'd16},
  parameter [OPERANDS*COUNT_BITS-1:0] LAST_BEATS = {1'd1, 1'd0},
  parameter [COUNT_BITS-1:0] LAST_OUT_BEAT = 1'd1
) (
  input  wire                clk,
  input  wire                rst_n,

  input  wire [OPERANDS-1:0] in_valid,
  output wire [OPERANDS-1:0] in_ready,
  input  wire [IN_BITS-1:0]  in_data,
  input  wire                in_last,    // of the final operand

  output reg                 out_valid,
  input  wire                out_ready,
  output wire [OUT_BITS-1:0] out_data,
  output wire                out_last
);

  reg [PIXEL_BITS-1:0] rest;             // what has not left of the pixel, from the low bits on
  reg [COUNT_BITS-1:0] beat;             // number of the beat on offer in its pixel
  reg                  last;             // whether the pixel is an image's final one

  wire final_beat = beat == LAST_OUT_BEAT;

  wire [OPERANDS-1:0]   complete;
  wire [PIXEL_BITS-1:0] pixel;
  wire                  take = (&complete) && (!out_valid || (out_ready && final_beat));

  genvar operand;

  generate
    for (operand = 0; operand < OPERANDS; operand = operand + 1) begin : g_operand
      localparam BEFORE = operand == 0 ? 0 : operand - 1;
      localparam IN_FROM = operand == 0 ? 32'd0 : IN_ENDS[BEFORE*32 +: 32];
      localparam PIXEL_FROM = operand == 0 ? 32'd0 : PIXEL_ENDS[BEFORE*32 +: 32];
      localparam BEAT = IN_ENDS[operand*32 +: 32] - IN_FROM;
      localparam PIXEL = PIXEL_ENDS[operand*32 +: 32] - PIXEL_FROM;

      pixel_collect #(
        .BEAT_BITS (BEAT),
        .PIXEL_BITS(PIXEL),
        .COUNT_BITS(COUNT_BITS),
        .LAST_BEAT (LAST_BEATS[operand*COUNT_BITS +: COUNT_BITS])
      ) u_collect (
        .clk        (clk),
        .rst_n      (rst_n),
        .in_valid   (in_valid[operand]),
        .in_ready   (in_ready[operand]),
        .in_data    (in_data[IN_FROM +: BEAT]),
        .pixel_valid(complete[operand]),
        .pixel_ready(take),
        .pixel_data (pixel[PIXEL_FROM +: PIXEL])
      );
    end
  endgenerate

  assign out_data = rest[OUT_BITS-1:0];
  assign out_last = last && final_beat;

  always @(posedge clk) begin
    if (!rst_n) begin
      out_valid <= 1'b0;
      beat <= {COUNT_BITS{1'b0}};
    end else if (take) begin
      out_valid <= 1'b1;
      beat <= {COUNT_BITS{1'b0}};
    end else if (out_valid && out_ready) begin
      if (final_beat) out_valid <= 1'b0;
      else beat <= beat + 1'b1;
    end
  end

  always @(posedge clk) begin
    if (take) begin
      rest <= pixel;
      last <= in_last;
    end else if (out_valid && out_ready) begin
      rest <= rest >> OUT_BITS;
    end
  end

endmodule

`default_nettype wire
