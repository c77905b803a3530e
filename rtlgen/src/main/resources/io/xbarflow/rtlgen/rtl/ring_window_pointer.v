// Where the rows of one class stand that a column of windows reads: TAPS of them, TAP_STEP places
// apart, which is such that they fall on different banks.
//
// The reader goes over the map in steps of STRIDE rows, in each from column 0 on. Rows above the
// map have places like all others; what is read there is replaced later.
`default_nettype none

module ring_window_pointer #(
  parameter CLASS = 0,
  parameter CLASSES = 1,           // row y is in class y modulo CLASSES
  parameter MAP_HEIGHT = 4,
  parameter OUT_HEIGHT = 4,        // steps of an image
  parameter STRIDE = 1,            // rows from step to step
  parameter PAD_TOP = 1,           // rows of the first step above the map
  parameter PITCH = 4,             // places from a row of the class to the next
  parameter BANKS = 3,
  parameter BANK_BITS = 2,         // at least 1 and at least log2(BANKS)
  parameter WORDS = 8,             // words of a bank
  parameter WORD_BITS = 3,         // at least 1 and at least log2(WORDS)
  parameter BEATS = 2,             // words of a place
  parameter TAPS = 3,
  parameter TAP_STEP = 4
) (
  input  wire                      clk,
  input  wire                      rst_n,

  input  wire                      column_done,   // on to the next column
  input  wire                      row_done,      // on to column 0 of the next step
  input  wire                      final_row,     // the step is the last one of its image
  input  wire                      further,       // the next step's row is one further than usual

  output wire [TAPS*BANK_BITS-1:0] tap_banks,
  output wire [TAPS*WORD_BITS-1:0] tap_words
);

  localparam DEPTH = WORDS / BEATS * BANKS;
  localparam CLASS_HEIGHT = (MAP_HEIGHT - CLASS + CLASSES - 1) / CLASSES;

  // The class's first row in the first and in the last step of an image.
  localparam FINAL_TOP = (OUT_HEIGHT - 1) * STRIDE - PAD_TOP;
  localparam FIRST_OFFSET = (CLASS + PAD_TOP) % CLASSES;
  localparam FINAL_OFFSET = (CLASS + PAD_TOP + (OUT_HEIGHT - 1) * STRIDE * (CLASSES - 1)) % CLASSES;
  localparam FIRST_CLASS_ROW = (FIRST_OFFSET - PAD_TOP - CLASS) / CLASSES;
  localparam FINAL_CLASS_ROW = (FINAL_TOP + FINAL_OFFSET - CLASS) / CLASSES;

  localparam FIRST_PLACE = ((FIRST_CLASS_ROW * PITCH) % DEPTH + DEPTH) % DEPTH;
  localparam FIRST_BANK = FIRST_PLACE % BANKS;
  localparam FIRST_WORD = FIRST_PLACE / BANKS * BEATS;
  localparam ROW_STEP = STRIDE / CLASSES * PITCH;
  localparam IMAGE_STEP =
      (((CLASS_HEIGHT + FIRST_CLASS_ROW - FINAL_CLASS_ROW) * PITCH) % DEPTH + DEPTH) % DEPTH;

  reg [BANK_BITS-1:0] row_bank;   // of the class's first row of the step, at column 0
  reg [WORD_BITS-1:0] row_word;
  reg [BANK_BITS-1:0] bank;       // of that row at the column
  reg [WORD_BITS-1:0] word;

  wire [BANK_BITS-1:0] row_bank_next;
  wire [WORD_BITS-1:0] row_word_next;
  wire [BANK_BITS-1:0] bank_next;
  wire [WORD_BITS-1:0] word_next;

  place_step #(
    .BANKS     (BANKS),
    .BANK_BITS (BANK_BITS),
    .WORDS     (WORDS),
    .WORD_BITS (WORD_BITS),
    .BEATS     (BEATS),
    .STEP      (1),
    .LONG_STEP (1)
  ) u_column_step (
    .bank      (bank),
    .word      (word),
    .long_step (1'b0),
    .bank_next (bank_next),
    .word_next (word_next)
  );

  generate
    if (STRIDE % CLASSES == 0) begin : g_even
      wire unused_further = further;
      place_step #(
        .BANKS     (BANKS),
        .BANK_BITS (BANK_BITS),
        .WORDS     (WORDS),
        .WORD_BITS (WORD_BITS),
        .BEATS     (BEATS),
        .STEP      (ROW_STEP),
        .LONG_STEP (IMAGE_STEP)
      ) u_row_step (
        .bank      (row_bank),
        .word      (row_word),
        .long_step (final_row),
        .bank_next (row_bank_next),
        .word_next (row_word_next)
      );
    end else begin : g_uneven
      wire [BANK_BITS-1:0] below_bank;
      wire [WORD_BITS-1:0] below_word;
      wire [BANK_BITS-1:0] image_bank;
      wire [WORD_BITS-1:0] image_word;

      place_step #(
        .BANKS     (BANKS),
        .BANK_BITS (BANK_BITS),
        .WORDS     (WORDS),
        .WORD_BITS (WORD_BITS),
        .BEATS     (BEATS),
        .STEP      (ROW_STEP),
        .LONG_STEP (ROW_STEP + PITCH)
      ) u_row_step (
        .bank      (row_bank),
        .word      (row_word),
        .long_step (further),
        .bank_next (below_bank),
        .word_next (below_word)
      );

      place_step #(
        .BANKS     (BANKS),
        .BANK_BITS (BANK_BITS),
        .WORDS     (WORDS),
        .WORD_BITS (WORD_BITS),
        .BEATS     (BEATS),
        .STEP      (IMAGE_STEP),
        .LONG_STEP (IMAGE_STEP)
      ) u_image_step (
        .bank      (row_bank),
        .word      (row_word),
        .long_step (1'b0),
        .bank_next (image_bank),
        .word_next (image_word)
      );

      assign row_bank_next = final_row ? image_bank : below_bank;
      assign row_word_next = final_row ? image_word : below_word;
    end

    genvar tap;
    for (tap = 0; tap < TAPS; tap = tap + 1) begin : g_tap
      place_step #(
        .BANKS     (BANKS),
        .BANK_BITS (BANK_BITS),
        .WORDS     (WORDS),
        .WORD_BITS (WORD_BITS),
        .BEATS     (BEATS),
        .STEP      (tap * TAP_STEP),
        .LONG_STEP (0)
      ) u_tap (
        .bank      (bank),
        .word      (word),
        .long_step (1'b0),
        .bank_next (tap_banks[tap*BANK_BITS +: BANK_BITS]),
        .word_next (tap_words[tap*WORD_BITS +: WORD_BITS])
      );
    end
  endgenerate

  always @(posedge clk) begin
    if (!rst_n) begin
      row_bank <= FIRST_BANK[BANK_BITS-1:0];
      row_word <= FIRST_WORD[WORD_BITS-1:0];
      bank <= FIRST_BANK[BANK_BITS-1:0];
      word <= FIRST_WORD[WORD_BITS-1:0];
    end else if (row_done) begin
      row_bank <= row_bank_next;
      row_word <= row_word_next;
      bank <= row_bank_next;
      word <= row_word_next;
    end else if (column_done) begin
      bank <= bank_next;
      word <= word_next;
    end
  end

endmodule

`default_nettype wire
