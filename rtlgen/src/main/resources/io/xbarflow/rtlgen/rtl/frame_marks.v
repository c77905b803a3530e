// Marks the frames at the chip's outputs that stem from a bad frame at one of its inputs. Frame n
// of an output is computed from frame n of each input that REACHES it.
//
// 1. out_marked is high on a frame's final beat if one of these frames was found to be bad in an
//    earlier cycle than the one in which the beat is first offered; on all other beats it is low.
//    It holds while the beat waits.
// 2. An input's bad_ready is low only while ENTRIES bad frames of it are on their way to an output.
`default_nettype none

module frame_marks #(
  parameter INPUTS = 1,
  parameter OUTPUTS = 1,
  parameter [INPUTS*OUTPUTS-1:0] REACHES = 1,   // bit o * INPUTS + i: input i reaches output o
  parameter ENTRIES = 4,
  parameter NUMBER_BITS = 16
) (
  input  wire                          clk,
  input  wire                          rst_n,

  input  wire [INPUTS-1:0]             bad_valid,
  output wire [INPUTS-1:0]             bad_ready,
  input  wire [INPUTS*NUMBER_BITS-1:0] bad_frame,

  input  wire [OUTPUTS-1:0]            out_valid,
  input  wire [OUTPUTS-1:0]            out_ready,
  input  wire [OUTPUTS-1:0]            out_last,
  output wire [OUTPUTS-1:0]            out_marked
);

  wire [INPUTS*OUTPUTS-1:0] pair_ready;    // by input, then by output
  wire [INPUTS*OUTPUTS-1:0] pair_marked;   // by output, then by input

  generate
    genvar i;
    genvar o;
    for (i = 0; i < INPUTS; i = i + 1) begin : g_input
      assign bad_ready[i] = &pair_ready[i*OUTPUTS +: OUTPUTS];
    end
    for (o = 0; o < OUTPUTS; o = o + 1) begin : g_output
      reg [NUMBER_BITS-1:0] frame;
      reg                   waits;          // the beat was offered and not taken
      reg                   waits_marked;

      wire frame_done = out_valid[o] && out_ready[o] && out_last[o];

      assign out_marked[o] = waits ? waits_marked
          : out_valid[o] && out_last[o] && (|pair_marked[o*INPUTS +: INPUTS]);

      always @(posedge clk) begin
        if (!rst_n) begin
          frame <= {NUMBER_BITS{1'b0}};
          waits <= 1'b0;
        end else begin
          if (frame_done) frame <= frame + 1'b1;
          waits <= out_valid[o] && !out_ready[o];
        end
      end

      always @(posedge clk) waits_marked <= out_marked[o];

      for (i = 0; i < INPUTS; i = i + 1) begin : g_from
        if (REACHES[o*INPUTS+i]) begin : g_pair
          bad_frames #(
            .ENTRIES     (ENTRIES),
            .NUMBER_BITS (NUMBER_BITS)
          ) u_frames (
            .clk        (clk),
            .rst_n      (rst_n),
            .bad_valid  (bad_valid[i]),
            .bad_ready  (pair_ready[i*OUTPUTS+o]),
            .take       (bad_valid[i] && bad_ready[i]),
            .bad_frame  (bad_frame[i*NUMBER_BITS +: NUMBER_BITS]),
            .frame      (frame),
            .frame_done (frame_done),
            .marked     (pair_marked[o*INPUTS+i])
          );
        end else begin : g_no_pair
          assign pair_ready[i*OUTPUTS+o] = 1'b1;
          assign pair_marked[o*INPUTS+i] = 1'b0;
        end
      end
    end
  endgenerate

endmodule

`default_nettype wire
