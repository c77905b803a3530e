// Goes over rows of one class of a ring, pixel by pixel: place counted over all images, and the
// bank and word where it stands (place_step).
`default_nettype none

module ring_pointer #(
  parameter BANKS = 3,
  parameter BANK_BITS = 2,     // at least 1 and at least log2(BANKS)
  parameter WORDS = 8,         // words of a bank
  parameter WORD_BITS = 3,     // at least 1 and at least log2(WORDS)
  parameter BEATS = 2,         // words of a place
  parameter PLACE_BITS = 7,
  parameter FIRST_PLACE = 0,
  parameter ROW_STEP = 3,      // places from a row's last pixel to the next row's first
  parameter IMAGE_STEP = 3     // the same, to the first row of the next image
) (
  input  wire                  clk,
  input  wire                  rst_n,

  input  wire                  step,
  input  wire                  row_done,     // the pixel is the last one of its row
  input  wire                  image_done,   // the row is the last one of its image

  output reg  [BANK_BITS-1:0]  bank,
  output reg  [WORD_BITS-1:0]  word,
  output reg  [PLACE_BITS-1:0] place
);

  localparam FIRST_RING_PLACE = FIRST_PLACE % (WORDS / BEATS * BANKS);
  localparam FIRST_BANK = FIRST_RING_PLACE % BANKS;
  localparam FIRST_WORD = FIRST_RING_PLACE / BANKS * BEATS;
  localparam [PLACE_BITS-1:0] ONE_PLACE = 1;

  wire [BANK_BITS-1:0] row_bank_next;
  wire [WORD_BITS-1:0] row_word_next;
  wire [BANK_BITS-1:0] bank_next;
  wire [WORD_BITS-1:0] word_next;

  wire long_image = (IMAGE_STEP != ROW_STEP) && row_done && image_done;

  place_step #(
    .BANKS     (BANKS),
    .BANK_BITS (BANK_BITS),
    .WORDS     (WORDS),
    .WORD_BITS (WORD_BITS),
    .BEATS     (BEATS),
    .STEP      (1),
    .LONG_STEP (ROW_STEP)
  ) u_step (
    .bank      (bank),
    .word      (word),
    .long_step (row_done),
    .bank_next (row_bank_next),
    .word_next (row_word_next)
  );

  generate
    if (IMAGE_STEP == ROW_STEP) begin : g_rows
      assign bank_next = row_bank_next;
      assign word_next = row_word_next;
    end else begin : g_images
      wire [BANK_BITS-1:0] image_bank_next;
      wire [WORD_BITS-1:0] image_word_next;
      place_step #(
        .BANKS     (BANKS),
        .BANK_BITS (BANK_BITS),
        .WORDS     (WORDS),
        .WORD_BITS (WORD_BITS),
        .BEATS     (BEATS),
        .STEP      (IMAGE_STEP),
        .LONG_STEP (IMAGE_STEP)
      ) u_image_step (
        .bank      (bank),
        .word      (word),
        .long_step (1'b0),
        .bank_next (image_bank_next),
        .word_next (image_word_next)
      );
      assign bank_next = long_image ? image_bank_next : row_bank_next;
      assign word_next = long_image ? image_word_next : row_word_next;
    end
  endgenerate

  always @(posedge clk) begin
    if (!rst_n) begin
      bank <= FIRST_BANK[BANK_BITS-1:0];
      word <= FIRST_WORD[WORD_BITS-1:0];
      place <= FIRST_PLACE[PLACE_BITS-1:0];
    end else if (step) begin
      bank <= bank_next;
      word <= word_next;
      place <= place + (long_image ? IMAGE_STEP[PLACE_BITS-1:0]
                                   : row_done ? ROW_STEP[PLACE_BITS-1:0] : ONE_PLACE);
    end
  end

endmodule

`default_nettype wire
