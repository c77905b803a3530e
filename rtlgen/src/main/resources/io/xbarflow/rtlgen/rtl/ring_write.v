// Writer of an activation memory: takes the pixels of a stream in any order. Row y of the map is in
// class y modulo CLASSES, CLASSES being the rows of a patch of the stream, so that every class is
// written in raster order.
//
// The first beat of a pixel waits until its class has room for a pixel; in_ready comes from
// registers only.
`default_nettype none

module ring_write #(
  parameter CLASSES = 1,               // rows of a patch of the stream
  parameter PATCH_WIDTH = 1,           // columns of a patch of the stream
  parameter MAP_HEIGHT = 4,
  parameter MAP_WIDTH = 4,
  parameter BEATS = 2,                 // beats of a pixel
  parameter BANKS = 3,
  parameter BANK_BITS = 2,             // at least 1 and at least log2(BANKS)
  parameter [CLASSES*32-1:0] SLOTS = 4,   // places per bank, 32 bits a class
  parameter WORD_BITS = 3,             // at least 1 and at least log2(SLOTS * BEATS)
  parameter PITCH = 4,                 // places from a row of a class to the next
  parameter READERS = 1,
  parameter COORDINATE_BITS = 5,
  parameter PLACE_BITS = 7
) (
  input  wire                                  clk,
  input  wire                                  rst_n,

  input  wire                                  in_valid,
  output wire                                  in_ready,

  input  wire [READERS*CLASSES*PLACE_BITS-1:0] free_places,   // places before it were read

  output wire [CLASSES-1:0]                    write,
  output wire [CLASSES*BANK_BITS-1:0]          banks,
  output wire [CLASSES*WORD_BITS-1:0]          addresses,
  output wire [CLASSES*PLACE_BITS-1:0]         places         // places before it are written
);

  localparam FINAL_BEAT = BEATS - 1;
  localparam FINAL_COLUMN = MAP_WIDTH - 1;

  reg [WORD_BITS-1:0] beat;

  wire [COORDINATE_BITS-1:0] unused_row;
  wire [COORDINATE_BITS-1:0] unused_column_phase;
  wire                       unused_patch_done;
  wire [COORDINATE_BITS-1:0] column;
  wire [COORDINATE_BITS-1:0] row_class;
  wire [CLASSES-1:0]         selected;   // the class of the pixel
  wire [CLASSES-1:0]         room;

  wire transfer = in_valid && in_ready;
  wire pixel_done = transfer && (beat == FINAL_BEAT[WORD_BITS-1:0]);
  wire row_done = (column == FINAL_COLUMN[COORDINATE_BITS-1:0]);

  assign in_ready = (beat != {WORD_BITS{1'b0}}) || ((room & selected) != {CLASSES{1'b0}});
  assign write = selected & {CLASSES{transfer}};

  stream_walk #(
    .MAP_HEIGHT      (MAP_HEIGHT),
    .MAP_WIDTH       (MAP_WIDTH),
    .PATCH_HEIGHT    (CLASSES),
    .PATCH_WIDTH     (PATCH_WIDTH),
    .ROW_PERIOD      (CLASSES),
    .COLUMN_PERIOD   (1),
    .COORDINATE_BITS (COORDINATE_BITS)
  ) u_walk (
    .clk          (clk),
    .rst_n        (rst_n),
    .step         (pixel_done),
    .row          (unused_row),
    .column       (column),
    .row_phase    (row_class),
    .column_phase (unused_column_phase),
    .patch_done   (unused_patch_done)
  );

  always @(posedge clk) begin
    if (!rst_n) beat <= {WORD_BITS{1'b0}};
    else if (transfer) beat <= pixel_done ? {WORD_BITS{1'b0}} : beat + 1'b1;
  end

  generate
    genvar c;
    genvar reader;
    for (c = 0; c < CLASSES; c = c + 1) begin : g_class
      localparam CLASS = c;
      localparam integer CLASS_SLOTS = SLOTS[c*32 +: 32];
      localparam DEPTH = CLASS_SLOTS * BANKS;
      localparam ROW_STEP = PITCH - MAP_WIDTH + 1;
      wire [WORD_BITS-1:0]  word;
      wire [PLACE_BITS-1:0] place;
      wire [READERS-1:0]    reader_room;

      assign selected[c] = (row_class == CLASS[COORDINATE_BITS-1:0]);
      assign addresses[c*WORD_BITS +: WORD_BITS] = word + beat;
      assign places[c*PLACE_BITS +: PLACE_BITS] = place;
      assign room[c] = &reader_room;

      ring_pointer #(
        .BANKS       (BANKS),
        .BANK_BITS   (BANK_BITS),
        .WORDS       (CLASS_SLOTS * BEATS),
        .WORD_BITS   (WORD_BITS),
        .BEATS       (BEATS),
        .PLACE_BITS  (PLACE_BITS),
        .FIRST_PLACE (0),
        .ROW_STEP    (ROW_STEP),
        .IMAGE_STEP  (ROW_STEP)
      ) u_pointer (
        .clk        (clk),
        .rst_n      (rst_n),
        .step       (pixel_done && selected[c]),
        .row_done   (row_done),
        .image_done (1'b0),
        .bank       (banks[c*BANK_BITS +: BANK_BITS]),
        .word       (word),
        .place      (place)
      );

      // A reader that skips the end of an image gives it back before it is written.
      for (reader = 0; reader < READERS; reader = reader + 1) begin : g_reader
        wire [PLACE_BITS-1:0] held =
            place - free_places[(reader*CLASSES+c)*PLACE_BITS +: PLACE_BITS];
        assign reader_room[reader] = held[PLACE_BITS-1] || (held < DEPTH[PLACE_BITS-1:0]);
      end
    end
  endgenerate

endmodule

`default_nettype wire
