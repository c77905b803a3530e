// Properties of frame_align.
//
// 1. What leaves is frames of FRAME_BEATS beats, with out_last on the final one.
// 2. The first FRAME_BEATS beats of a frame pass in the cycle in which they are taken; those after
//    them are dropped.
// 3. A beat that leaves without one that comes is FILL, and belongs to a frame that ended early.
// 4. frame_error, frame_error_index and frame_error_count say which frames that came were of another
//    length, from the cycle after the one in which that could be seen.
// 5. bad_valid gives the number of each of them, and holds until it is taken; the frame does not end
//    before. The next one starts only then.
// 6. A source that waits is served as soon as the sink is ready, unless a frame is being filled up.
// 7. A beat on offer stays on offer, unchanged, if it does so at the input.
`default_nettype none

module frame_align_properties #(
  parameter FRAME_BEATS = 3,
  parameter COUNT_BITS = 2,
  parameter DATA_BITS = 2,
  parameter NUMBER_BITS = 3
) (
  input wire                 clk,
  input wire                 in_valid,
  input wire [DATA_BITS-1:0] in_data,
  input wire                 in_last,
  input wire                 out_ready,
  input wire                 bad_ready
);

  localparam [DATA_BITS-1:0] FILL = 2;

  wire                   in_ready;
  wire                   out_valid;
  wire [DATA_BITS-1:0]   out_data;
  wire                   out_last;
  wire                   bad_valid;
  wire [NUMBER_BITS-1:0] bad_frame;
  wire                   frame_error;
  wire [31:0]            frame_error_index;
  wire [31:0]            frame_error_count;

  // State of the cell that the invariants speak of.
  (* hierconn *) wire [COUNT_BITS-1:0] \u_cell.beat ;
  (* hierconn *) wire [31:0]           \u_cell.frame ;
  (* hierconn *) wire                  \u_cell.filling ;
  (* hierconn *) wire                  \u_cell.dropping ;

  frame_align #(
    .FRAME_BEATS (FRAME_BEATS),
    .COUNT_BITS  (COUNT_BITS),
    .DATA_BITS   (DATA_BITS),
    .FILL        (FILL),
    .NUMBER_BITS (NUMBER_BITS)
  ) u_cell (
    .clk               (clk),
    .rst_n             (started),
    .in_valid          (in_valid),
    .in_ready          (in_ready),
    .in_data           (in_data),
    .in_last           (in_last),
    .out_valid         (out_valid),
    .out_ready         (out_ready),
    .out_data          (out_data),
    .out_last          (out_last),
    .bad_valid         (bad_valid),
    .bad_ready         (bad_ready),
    .bad_frame         (bad_frame),
    .frame_error       (frame_error),
    .frame_error_index (frame_error_index),
    .frame_error_count (frame_error_count)
  );

  reg        started = 1'b0;
  reg [7:0]  taken;              // beats of the frame that comes, at most FRAME_BEATS
  reg [7:0]  given;              // beats of the frame that leaves
  reg [31:0] came;               // frames
  reg [31:0] left;
  reg [31:0] wrong;
  reg [31:0] first_wrong;
  reg [31:0] last_wrong;

  wire in_transfer = in_valid && in_ready;
  wire out_transfer = out_valid && out_ready;
  wire surplus = (taken == FRAME_BEATS);
  wire seen_short = in_transfer && in_last && taken < FRAME_BEATS - 1;
  wire seen_long = in_transfer && !in_last && taken == FRAME_BEATS - 1;

  always @(posedge clk) begin
    started <= 1'b1;
    if (!started) begin
      taken <= 8'd0;
      given <= 8'd0;
      came <= 32'd0;
      left <= 32'd0;
      wrong <= 32'd0;
      first_wrong <= 32'd0;
    end else begin
      if (in_transfer) begin
        taken <= in_last ? 8'd0 : surplus ? taken : taken + 8'd1;
        if (in_last) came <= came + 32'd1;
      end
      if (out_transfer) begin
        given <= (given == FRAME_BEATS - 1) ? 8'd0 : given + 8'd1;
        if (given == FRAME_BEATS - 1) left <= left + 32'd1;
      end
      if (seen_short || seen_long) begin
        wrong <= wrong + 32'd1;
        if (wrong == 32'd0) first_wrong <= came;
        last_wrong <= came;
      end
    end

    // Fewer wrong frames than the counter holds.
    assume (wrong < 32'hffff_fff0);

    if (started && $past(started)) begin
      if ($past(in_valid && !in_ready)) begin
        assume (in_valid);
        assume (in_data == $past(in_data));
        assume (in_last == $past(in_last));
      end

      // 1.
      if (out_valid) last_on_the_final_beat: assert (out_last == (given == FRAME_BEATS - 1));
      frames_stay_in_step: assert (came == left || came == left + 32'd1 || left == came + 32'd1);
      // 2.
      if (in_transfer && !surplus) begin
        passes_at_once: assert (out_transfer && out_data == in_data);
      end
      if (in_transfer && surplus) drops_what_is_too_long: assert (!out_valid);
      // 3.
      if (out_transfer && !in_transfer) begin
        fills_up_what_is_short: assert (out_data == FILL && came == left + 32'd1);
      end
      // 4.
      error_exactly_when_wrong: assert (frame_error == (wrong != 32'd0));
      counts_the_wrong_ones: assert (frame_error_count == wrong);
      keeps_the_first: assert (frame_error_index == first_wrong);
      // 5.
      if ($past(seen_short || seen_long)) reports_each: assert (bad_valid);
      if (bad_valid) reports_its_number: assert (bad_frame == last_wrong[NUMBER_BITS-1:0]);
      if ($past(bad_valid && !bad_ready)) report_holds: assert (bad_valid);
      if (bad_valid) waits_for_the_report: assert (
          !(out_transfer && out_last) && !(in_transfer && in_last));
      // 6.
      if (came == left && in_valid) serves_at_once: assert (in_ready == out_ready);
      if (left == came + 32'd1 && !bad_valid) drops_at_once: assert (in_ready);
      // 7.
      if ($past(out_valid && !out_ready)) begin
        valid_holds: assert (out_valid);
        payload_holds: assert (out_data == $past(out_data) && out_last == $past(out_last));
      end

      // The invariants that close the induction.
      beats_agree: assert (\u_cell.beat == given && given < FRAME_BEATS);
      frames_agree: assert (\u_cell.frame == left);
      filling_agrees: assert (\u_cell.filling == (came == left + 32'd1));
      dropping_agrees: assert (\u_cell.dropping == (left == came + 32'd1));
      if (came == left) in_step: assert (taken == given);
      if (\u_cell.filling ) ended_early: assert (taken == 8'd0 && given != 8'd0);
      if (\u_cell.dropping ) ended_late: assert (surplus && given == 8'd0);
      if (bad_valid) while_it_reports: assert (\u_cell.filling || \u_cell.dropping );
      if (bad_valid) last_one: assert (
          last_wrong == (\u_cell.filling ? left : came));

      right_after_wrong: cover (wrong == 32'd1 && came == left && left == 32'd2 && $past(in_last));
      too_long: cover (in_transfer && surplus && in_last && !$past(surplus, 2));
      if (FRAME_BEATS > 1) begin
        too_short: cover (\u_cell.filling && out_transfer && out_last);
        waited_for: cover (\u_cell.filling && $past(bad_valid && !bad_ready) && bad_ready);
      end
    end
  end

endmodule

`default_nettype wire
