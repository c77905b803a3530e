// Properties of ring_pointer.
//
// 1. bank and word stand at FIRST_PLACE plus all steps taken, modulo the ring.
// 2. place is the same sum, counted over all images.
// 3. The pointer never leaves the ring and always stands on the first word of a place.
`default_nettype none

module ring_pointer_properties #(
  parameter BANKS = 3,
  parameter BANK_BITS = 2,
  parameter WORDS = 8,
  parameter WORD_BITS = 3,
  parameter BEATS = 2,
  parameter PLACE_BITS = 7,
  parameter FIRST_PLACE = 0,
  parameter ROW_STEP = 3,
  parameter IMAGE_STEP = 3
) (
  input wire clk,
  input wire step,
  input wire row_done,
  input wire image_done
);

  localparam DEPTH = WORDS / BEATS * BANKS;
  localparam BITS = BANK_BITS + WORD_BITS + 2;

  wire [BANK_BITS-1:0]  bank;
  wire [WORD_BITS-1:0]  word;
  wire [PLACE_BITS-1:0] place;

  reg                  started = 1'b0;
  reg [BITS-1:0]       ring_place;
  reg [PLACE_BITS-1:0] sum;

  wire [31:0] distance = !row_done ? 1 : image_done ? IMAGE_STEP : ROW_STEP;

  wire [BITS-1:0] bank_wide = {{(BITS - BANK_BITS){1'b0}}, bank};
  wire [BITS-1:0] word_wide = {{(BITS - WORD_BITS){1'b0}}, word};

  ring_pointer #(
    .BANKS       (BANKS),
    .BANK_BITS   (BANK_BITS),
    .WORDS       (WORDS),
    .WORD_BITS   (WORD_BITS),
    .BEATS       (BEATS),
    .PLACE_BITS  (PLACE_BITS),
    .FIRST_PLACE (FIRST_PLACE),
    .ROW_STEP    (ROW_STEP),
    .IMAGE_STEP  (IMAGE_STEP)
  ) u_cell (
    .clk        (clk),
    .rst_n      (started),
    .step       (step),
    .row_done   (row_done),
    .image_done (image_done),
    .bank       (bank),
    .word       (word),
    .place      (place)
  );

  wire [BITS-1:0] moved = ring_place + distance % DEPTH;

  always @(posedge clk) begin
    started <= 1'b1;
    if (!started) begin
      ring_place <= FIRST_PLACE % DEPTH;
      sum <= FIRST_PLACE;
    end else if (step) begin
      ring_place <= (moved >= DEPTH) ? moved - DEPTH : moved;
      sum <= sum + distance;
    end

    if (started) begin
      // 1.
      stands_at_the_sum: assert (
          word_wide / BEATS * BANKS + bank_wide == ring_place);
      // 2.
      counts_the_sum: assert (place == sum);
      // 3.
      stays_in_the_ring: assert (
          bank_wide < BANKS && word_wide < WORDS && word_wide % BEATS == 0 && ring_place < DEPTH);

      wrapped: cover ($past(started) && ring_place < $past(ring_place));
    end
  end

endmodule

`default_nettype wire
