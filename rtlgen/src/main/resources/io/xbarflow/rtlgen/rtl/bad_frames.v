// Numbers of bad frames of one input which one output has yet to give, the oldest first.
//
// 1. bad_frame is taken in the cycle of take; bad_ready is low only while all ENTRIES are taken.
// 2. marked: frame is the number of a bad frame, one that is just offered included.
// 3. A number leaves with its frame. One whose frame has left already is not kept: the output had
//    all it needed before the frame was found to be bad.
`default_nettype none

module bad_frames #(
  parameter ENTRIES = 4,
  parameter NUMBER_BITS = 16
) (
  input  wire                   clk,
  input  wire                   rst_n,

  input  wire                   bad_valid,
  output wire                   bad_ready,
  input  wire                   take,
  input  wire [NUMBER_BITS-1:0] bad_frame,

  input  wire [NUMBER_BITS-1:0] frame,        // that the output is giving
  input  wire                   frame_done,
  output wire                   marked
);

  reg [ENTRIES-1:0]             held;
  reg [ENTRIES*NUMBER_BITS-1:0] frames;       // the oldest lowest

  wire is_oldest = held[0] && (frames[NUMBER_BITS-1:0] == frame);
  wire is_new = bad_valid && (bad_frame == frame);
  wire leaves = frame_done && is_oldest;

  wire [NUMBER_BITS-1:0] ahead = bad_frame - frame;
  wire keep = take && !ahead[NUMBER_BITS-1] && !(frame_done && is_new);

  wire [ENTRIES-1:0]             held_moved = leaves ? (held >> 1) : held;
  wire [ENTRIES*NUMBER_BITS-1:0] frames_moved = leaves ? (frames >> NUMBER_BITS) : frames;
  wire [ENTRIES:0]               held_below = {held_moved, 1'b1};
  wire                           unused_held_below = held_below[ENTRIES];

  assign bad_ready = !held[ENTRIES-1];
  assign marked = is_oldest || is_new;

  always @(posedge clk) begin
    if (!rst_n) held <= {ENTRIES{1'b0}};
    else held <= held_moved | (held_below[ENTRIES-1:0] & {ENTRIES{keep}});
  end

  generate
    genvar i;
    for (i = 0; i < ENTRIES; i = i + 1) begin : g_entry
      always @(posedge clk) begin
        frames[i*NUMBER_BITS +: NUMBER_BITS] <= held_moved[i]
            ? frames_moved[i*NUMBER_BITS +: NUMBER_BITS] : bad_frame;
      end
    end
  endgenerate

endmodule

`default_nettype wire
