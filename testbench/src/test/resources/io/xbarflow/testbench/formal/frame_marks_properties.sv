// Properties of frame_marks with bad_frames, one input and one output.
//
// 1. When a frame's final beat is first offered it is marked if, and only if, the frame of its
//    number was found to be bad by then; other beats are not marked.
// 2. The mark holds while the beat waits.
// 3. A report waits only while ENTRIES bad frames have not left.
`default_nettype none

module frame_marks_properties #(
  parameter ENTRIES = 2,
  parameter NUMBER_BITS = 4
) (
  input wire clk,
  input wire found,       // the frame that comes is found to be bad
  input wire next,        // on to the next frame that comes
  input wire out_valid,
  input wire out_ready,
  input wire out_last
);

  localparam FRAMES = 1 << NUMBER_BITS;

  wire bad_ready;
  wire out_marked;

  reg                   started = 1'b0;
  reg                   bad_valid;
  reg [NUMBER_BITS-1:0] bad_frame;
  reg [NUMBER_BITS-1:0] in_frame;
  reg [NUMBER_BITS-1:0] out_frame;
  reg                   in_found;      // in_frame has been found to be bad
  reg [FRAMES-1:0]      bad;
  reg [7:0]             inside;        // bad frames reported that have not left

  wire [NUMBER_BITS-1:0] ahead = in_frame - out_frame;
  wire frame_done = out_valid && out_ready && out_last;
  wire is_bad = bad[out_frame] || (bad_valid && bad_frame == out_frame);
  wire taken = bad_valid && bad_ready;
  wire [NUMBER_BITS-1:0] report_ahead = bad_frame - out_frame;
  wire enters = taken && !report_ahead[NUMBER_BITS-1] && !(frame_done && bad_frame == out_frame);

  frame_marks #(
    .ENTRIES     (ENTRIES),
    .NUMBER_BITS (NUMBER_BITS)
  ) u_cell (
    .clk        (clk),
    .rst_n      (started),
    .bad_valid  (bad_valid),
    .bad_ready  (bad_ready),
    .bad_frame  (bad_frame),
    .out_valid  (out_valid),
    .out_ready  (out_ready),
    .out_last   (out_last),
    .out_marked (out_marked)
  );

  always @(posedge clk) begin
    started <= 1'b1;
    if (!started) begin
      bad_valid <= 1'b0;
      in_frame <= {NUMBER_BITS{1'b0}};
      out_frame <= {NUMBER_BITS{1'b0}};
      in_found <= 1'b0;
      bad <= {FRAMES{1'b0}};
      inside <= 8'd0;
    end else begin
      if (found) begin
        bad_valid <= 1'b1;
        bad_frame <= in_frame;
      end else if (bad_ready) bad_valid <= 1'b0;
      if (next) begin
        in_frame <= in_frame + 1'b1;
        in_found <= 1'b0;
      end else if (found) in_found <= 1'b1;
      if (frame_done) out_frame <= out_frame + 1'b1;
      if (taken) bad[bad_frame] <= 1'b1;
      if (frame_done) bad[out_frame] <= 1'b0;
      inside <= inside + enters - (frame_done && bad[out_frame] && inside != 8'd0);
    end

    assume (!found || !(bad_valid || in_found));
    assume (!next || !bad_valid);
    // The output gives frames that have come, and the one that comes; far fewer than numbers.
    assume (ahead < FRAMES / 2 - 1 || (ahead == FRAMES - 1));
    assume (!(frame_done && ahead == FRAMES - 1));

    if (started && $past(started)) begin
      if ($past(out_valid && !out_ready)) begin
        assume (out_valid);
        assume (out_last == $past(out_last));
        // 2.
        mark_holds: assert (out_marked == $past(out_marked));
      end else if (out_valid) begin
        // 1.
        marks_what_is_bad: assert (out_marked == (out_last && is_bad));
      end
      // 3.
      if (!bad_ready) waits_only_when_full: assert (inside == ENTRIES);

      marked: cover (frame_done && out_marked && ahead >= 2);
      full: cover (bad_valid && !bad_ready);
      found_too_late: cover (taken && ahead == FRAMES - 1);
      right_between_wrong: cover (frame_done && !out_marked && bad != {FRAMES{1'b0}});
    end
  end

endmodule

`default_nettype wire
