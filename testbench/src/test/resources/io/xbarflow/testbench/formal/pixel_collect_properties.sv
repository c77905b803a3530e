// Properties of pixel_collect.
//
// 1. A pixel is its LAST_BEAT + 1 beats, the first one lowest.
// 2. A pixel is on offer while its final beat is, and that beat is taken when the pixel is.
// 3. All other beats are taken as they come.
`default_nettype none

module pixel_collect_properties #(
  parameter BEAT_BITS = 2,
  parameter BEATS = 3,
  parameter COUNT_BITS = 2
) (
  input wire                 clk,
  input wire                 in_valid,
  input wire [BEAT_BITS-1:0] in_data,
  input wire                 pixel_ready
);

  localparam PIXEL_BITS = BEATS * BEAT_BITS;
  localparam FINAL_BEAT = BEATS - 1;

  wire                  in_ready;
  wire                  pixel_valid;
  wire [PIXEL_BITS-1:0] pixel_data;

  // State of the cell that the invariants speak of; there with more than one beat.
  (* hierconn *) wire [COUNT_BITS-1:0]           \u_cell.g_beats.beat ;
  (* hierconn *) wire [PIXEL_BITS-BEAT_BITS-1:0] \u_cell.g_beats.held ;

  reg                  started = 1'b0;
  reg [COUNT_BITS:0]   beat;
  reg [PIXEL_BITS-1:0] pixel;           // the beats before this one, each in its place

  wire [PIXEL_BITS-1:0] in_place = {{(PIXEL_BITS - BEAT_BITS){1'b0}}, in_data} << beat * BEAT_BITS;

  pixel_collect #(
    .BEAT_BITS  (BEAT_BITS),
    .PIXEL_BITS (PIXEL_BITS),
    .COUNT_BITS (COUNT_BITS),
    .LAST_BEAT  (FINAL_BEAT[COUNT_BITS-1:0])
  ) u_cell (
    .clk         (clk),
    .rst_n       (started),
    .in_valid    (in_valid),
    .in_ready    (in_ready),
    .in_data     (in_data),
    .pixel_valid (pixel_valid),
    .pixel_ready (pixel_ready),
    .pixel_data  (pixel_data)
  );

  always @(posedge clk) begin
    started <= 1'b1;
    if (!started) begin
      beat <= 0;
      pixel <= {PIXEL_BITS{1'b0}};
    end else if (in_valid && in_ready) begin
      beat <= (beat == FINAL_BEAT) ? 0 : beat + 1'b1;
      pixel <= (beat == FINAL_BEAT) ? {PIXEL_BITS{1'b0}} : pixel | in_place;
    end

    if (started && $past(started)) begin
      // 1.
      if (pixel_valid) pixel_of_its_beats: assert (pixel_data == (pixel | in_place));
      // 2.
      offered_with_the_final_beat: assert (pixel_valid == (in_valid && beat == FINAL_BEAT));
      // 2, 3.
      takes_what_is_not_final: assert (in_ready == (beat != FINAL_BEAT || pixel_ready));

      // The invariants that close the induction.
      beat_in_range: assert (beat < BEATS && (BEATS > 1 || pixel == {PIXEL_BITS{1'b0}}));
      if (BEATS > 1) begin
        beats_agree: assert (beat == \u_cell.g_beats.beat );
        held_are_the_beats: assert (
            pixel == (\u_cell.g_beats.held >> (FINAL_BEAT - beat) * BEAT_BITS));
      end

      pixel_taken: cover (pixel_valid && pixel_ready && pixel_data == {PIXEL_BITS{1'b1}});
    end
  end

endmodule

`default_nettype wire
