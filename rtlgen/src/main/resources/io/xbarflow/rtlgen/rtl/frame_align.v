// Chip input that keeps frames apart: what leaves is frames of FRAME_BEATS beats, whatever comes.
//
// A frame ends with its last. One that ends early is filled up with FILL; of one that ends late the
// first FRAME_BEATS beats pass and the others are taken and dropped, up to and including its last.
//
// 1. Nothing is added to a frame of the right length: its beats pass in the cycle in which they
//    come, and out_last stands on the final one.
// 2. A wrong length is seen with the early last, or with the final beat that has none. From the
//    next cycle on bad_valid offers the frame's number, counted from 0 since reset; it holds until
//    it is taken, and the frame does not end before.
// 3. frame_error rises at the same time and stays; frame_error_index is the number of the first bad
//    frame, frame_error_count how many there were, up to 2^32 - 1.
// 4. Nothing is taken during reset. in_ready never depends on in_valid.
`default_nettype none

module frame_align #(
  parameter FRAME_BEATS = 4,
  parameter COUNT_BITS = 2,     // at least 1 and at least log2(FRAME_BEATS)
  parameter DATA_BITS = 8,
  parameter [DATA_BITS-1:0] FILL = 0,
  parameter NUMBER_BITS = 16    // of the numbers given; frames in the chip must be fewer by far
) (
  input  wire                   clk,
  input  wire                   rst_n,

  input  wire                   in_valid,
  output wire                   in_ready,
  input  wire [DATA_BITS-1:0]   in_data,
  input  wire                   in_last,

  output wire                   out_valid,
  input  wire                   out_ready,
  output wire [DATA_BITS-1:0]   out_data,
  output wire                   out_last,

  output reg                    bad_valid,
  input  wire                   bad_ready,
  output reg  [NUMBER_BITS-1:0] bad_frame,

  output reg                    frame_error,
  output reg  [31:0]            frame_error_index,
  output reg  [31:0]            frame_error_count
);

  localparam FINAL_BEAT = FRAME_BEATS - 1;

  reg [COUNT_BITS-1:0] beat;       // of the frame that leaves
  reg [31:0]           frame;
  reg                  filling;    // the frame that came has ended, the one that leaves has not
  reg                  dropping;   // the other way round

  wire final_beat = (beat == FINAL_BEAT[COUNT_BITS-1:0]);
  wire in_transfer = in_valid && in_ready;
  wire out_transfer = out_valid && out_ready;
  wire early = in_transfer && !dropping && in_last && !final_beat;
  wire late = in_transfer && !dropping && !in_last && final_beat;

  assign in_ready = rst_n && (dropping ? !bad_valid : out_ready && !filling);
  assign out_valid = rst_n && (filling ? !bad_valid || !final_beat : in_valid && !dropping);
  assign out_data = filling ? FILL : in_data;
  assign out_last = final_beat;

  always @(posedge clk) begin
    if (!rst_n) begin
      beat <= {COUNT_BITS{1'b0}};
      frame <= 32'd0;
      filling <= 1'b0;
      dropping <= 1'b0;
      bad_valid <= 1'b0;
      frame_error <= 1'b0;
      frame_error_index <= 32'd0;
      frame_error_count <= 32'd0;
    end else begin
      if (out_transfer) beat <= final_beat ? {COUNT_BITS{1'b0}} : beat + 1'b1;
      if (out_transfer && final_beat) frame <= frame + 32'd1;
      if (early) filling <= 1'b1;
      else if (out_transfer && final_beat) filling <= 1'b0;
      if (late) dropping <= 1'b1;
      else if (in_transfer && in_last) dropping <= 1'b0;
      if (early || late) bad_valid <= 1'b1;
      else if (bad_ready) bad_valid <= 1'b0;
      if (early || late) begin
        frame_error <= 1'b1;
        if (!frame_error) frame_error_index <= frame;
        if (frame_error_count != 32'hffff_ffff) frame_error_count <= frame_error_count + 32'd1;
      end
    end
  end

  always @(posedge clk) begin
    if (early || late) bad_frame <= frame[NUMBER_BITS-1:0];
  end

endmodule

`default_nettype wire
