// Reader of an activation memory that repeats the stream, in an order of its own: control and
// addresses; the memories stand outside.
//
// Rows that lie PERIOD apart are read by one pointer, as both their class and their row in a patch
// are the same. A pixel is read the cycle after its last beat was written, or later; it is offered
// the cycle after it was read. Places are given back patch by patch.
`default_nettype none

module ring_repeat #(
  parameter CLASSES = 1,               // rows of a patch of the stream written
  parameter PATCH_HEIGHT = 1,          // of the stream given
  parameter PATCH_WIDTH = 1,
  parameter PERIOD = 1,                // least common multiple of CLASSES and PATCH_HEIGHT
  parameter MAP_HEIGHT = 4,
  parameter MAP_WIDTH = 4,
  parameter BEATS = 2,                 // beats of a pixel
  parameter BANKS = 3,
  parameter BANK_BITS = 2,             // at least 1 and at least log2(BANKS)
  parameter [CLASSES*32-1:0] SLOTS = 4,   // places per bank, 32 bits a class
  parameter WORD_BITS = 3,             // at least 1 and at least log2(SLOTS * BEATS)
  parameter PITCH = 4,                 // places from a row of a class to the next
  parameter CLASS_BITS = 1,            // at least 1 and at least log2(CLASSES)
  parameter COORDINATE_BITS = 5,
  parameter PLACE_BITS = 7
) (
  input  wire                          clk,
  input  wire                          rst_n,

  input  wire [CLASSES*PLACE_BITS-1:0] write_places,   // places before it are written
  output wire [CLASSES*PLACE_BITS-1:0] free_places,    // places before it were read

  output wire [CLASSES-1:0]            read,
  output wire [BANK_BITS-1:0]          bank,
  output wire [WORD_BITS-1:0]          address,
  output reg  [CLASS_BITS-1:0]         data_class,     // where the beat offered was read
  output reg  [BANK_BITS-1:0]          data_bank,

  output reg                           out_valid,
  input  wire                          out_ready,
  output reg                           out_last
);

  localparam FINAL_BEAT = BEATS - 1;
  localparam FINAL_ROW = MAP_HEIGHT - 1;
  localparam FINAL_COLUMN = MAP_WIDTH - 1;

  reg [WORD_BITS-1:0] beat;

  wire [COORDINATE_BITS-1:0] unused_column_phase;
  wire [COORDINATE_BITS-1:0] row;
  wire [COORDINATE_BITS-1:0] column;
  wire [COORDINATE_BITS-1:0] row_phase;
  wire                       patch_done;

  wire [PERIOD*BANK_BITS-1:0]  pointer_banks;
  wire [PERIOD*WORD_BITS-1:0]  pointer_words;
  wire [PERIOD*PLACE_BITS-1:0] pointer_places;
  wire [PERIOD*CLASS_BITS-1:0] pointer_classes;

  wire [CLASS_BITS-1:0] pixel_class = pointer_classes[row_phase*CLASS_BITS +: CLASS_BITS];
  wire [PLACE_BITS-1:0] ahead = write_places[pixel_class*PLACE_BITS +: PLACE_BITS]
      - pointer_places[row_phase*PLACE_BITS +: PLACE_BITS];
  wire written = !ahead[PLACE_BITS-1] && (ahead != {PLACE_BITS{1'b0}});
  wire issue = written && (!out_valid || out_ready);
  wire pixel_done = issue && (beat == FINAL_BEAT[WORD_BITS-1:0]);
  wire row_done = (column == FINAL_COLUMN[COORDINATE_BITS-1:0]);
  wire patches_done = pixel_done && patch_done;
  wire final_row = (row == FINAL_ROW[COORDINATE_BITS-1:0]);   // with patch_done: final patches
  wire image_done = row_done && final_row;

  assign bank = pointer_banks[row_phase*BANK_BITS +: BANK_BITS];
  assign address = pointer_words[row_phase*WORD_BITS +: WORD_BITS] + beat;

  stream_walk #(
    .MAP_HEIGHT      (MAP_HEIGHT),
    .MAP_WIDTH       (MAP_WIDTH),
    .PATCH_HEIGHT    (PATCH_HEIGHT),
    .PATCH_WIDTH     (PATCH_WIDTH),
    .ROW_PERIOD      (PERIOD),
    .COLUMN_PERIOD   (1),
    .COORDINATE_BITS (COORDINATE_BITS)
  ) u_walk (
    .clk          (clk),
    .rst_n        (rst_n),
    .step         (pixel_done),
    .row          (row),
    .column       (column),
    .row_phase    (row_phase),
    .column_phase (unused_column_phase),
    .patch_done   (patch_done)
  );

  generate
    genvar r;
    for (r = 0; r < PERIOD; r = r + 1) begin : g_pointer
      localparam ROW = r;
      localparam integer CLASS = r % CLASSES;
      localparam integer CLASS_SLOTS = SLOTS[CLASS*32 +: 32];
      localparam CLASS_HEIGHT = (MAP_HEIGHT - CLASS + CLASSES - 1) / CLASSES;
      // The last of the pointer's rows in the map.
      localparam LAST_ROW = (FINAL_ROW - ROW) / PERIOD * PERIOD + ROW;

      assign pointer_classes[r*CLASS_BITS +: CLASS_BITS] = CLASS[CLASS_BITS-1:0];

      ring_pointer #(
        .BANKS       (BANKS),
        .BANK_BITS   (BANK_BITS),
        .WORDS       (CLASS_SLOTS * BEATS),
        .WORD_BITS   (WORD_BITS),
        .BEATS       (BEATS),
        .PLACE_BITS  (PLACE_BITS),
        .FIRST_PLACE (ROW / CLASSES * PITCH),
        .ROW_STEP    (PERIOD / CLASSES * PITCH - FINAL_COLUMN),
        .IMAGE_STEP  ((CLASS_HEIGHT - (LAST_ROW - ROW) / CLASSES) * PITCH - FINAL_COLUMN)
      ) u_pointer (
        .clk        (clk),
        .rst_n      (rst_n),
        .step       (pixel_done && row_phase == ROW[COORDINATE_BITS-1:0]),
        .row_done   (row_done),
        .image_done (row == LAST_ROW[COORDINATE_BITS-1:0]),
        .bank       (pointer_banks[r*BANK_BITS +: BANK_BITS]),
        .word       (pointer_words[r*WORD_BITS +: WORD_BITS]),
        .place      (pointer_places[r*PLACE_BITS +: PLACE_BITS])
      );
    end

    genvar c;
    for (c = 0; c < CLASSES; c = c + 1) begin : g_class
      localparam CLASS = c;
      wire                  unused_further;
      wire [PLACE_BITS-1:0] unused_image_place_next;

      assign read[c] = issue && (pixel_class == CLASS[CLASS_BITS-1:0]);

      ring_release #(
        .CLASS           (CLASS),
        .CLASSES         (CLASSES),
        .MAP_HEIGHT      (MAP_HEIGHT),
        .PITCH           (PITCH),
        .FIRST_ROW       (0),
        .STRIDE          (PATCH_HEIGHT),
        .COLUMN_STEP     (PATCH_WIDTH),
        .BY_COLUMNS      (1),
        .BY_ROWS         (1),
        .COORDINATE_BITS (COORDINATE_BITS),
        .PLACE_BITS      (PLACE_BITS)
      ) u_release (
        .clk              (clk),
        .rst_n            (rst_n),
        .column_done      (patches_done && !row_done),
        .row_done         (patches_done && row_done),
        .final_row        (final_row),
        .further          (unused_further),
        .image_place_next (unused_image_place_next),
        .free_place       (free_places[c*PLACE_BITS +: PLACE_BITS])
      );
    end
  endgenerate

  always @(posedge clk) begin
    if (!rst_n) begin
      out_valid <= 1'b0;
      beat <= {WORD_BITS{1'b0}};
    end else begin
      if (issue) out_valid <= 1'b1;
      else if (out_ready) out_valid <= 1'b0;
      if (issue) beat <= pixel_done ? {WORD_BITS{1'b0}} : beat + 1'b1;
    end
  end

  always @(posedge clk) begin
    if (issue) begin
      data_class <= pixel_class;
      data_bank <= bank;
      out_last <= pixel_done && image_done;
    end
  end

endmodule

`default_nettype wire
