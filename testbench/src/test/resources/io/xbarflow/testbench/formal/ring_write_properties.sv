// Properties of ring_write, with one reader that gives places back in any rhythm, also before they
// are written, and never takes one back.
//
// 1. A pixel is written only where the pixel that stood there before was given back: less than a
//    ring lies between a class's place and the oldest that is still held.
// 2. Pixels go to the class row modulo CLASSES, and there to their place: rows, also of the next
//    image, PITCH places apart, columns one, modulo the ring; beat by beat into consecutive words.
// 3. A beat is written to one class when it is taken, and to none otherwise.
// 4. It is ready while a pixel has begun or its class has room.
`default_nettype none

module ring_write_properties #(
  parameter CLASSES = 2,
  parameter PATCH_WIDTH = 2,
  parameter MAP_HEIGHT = 3,
  parameter MAP_WIDTH = 3,
  parameter BEATS = 2,
  parameter BANKS = 2,
  parameter BANK_BITS = 1,
  parameter SLOTS = 3,             // of every class
  parameter WORD_BITS = 3,
  parameter PITCH = 4
) (
  input wire                  clk,
  input wire                  in_valid,
  input wire [2*CLASSES-1:0]  give_back      // of each class so many places
);

  localparam PLACE_BITS = 7;
  localparam COORDINATE_BITS = 4;
  localparam DEPTH = SLOTS * BANKS;
  localparam FINAL_BEAT = BEATS - 1;

  wire                          in_ready;
  wire [CLASSES-1:0]            write;
  wire [CLASSES*BANK_BITS-1:0]  banks;
  wire [CLASSES*WORD_BITS-1:0]  addresses;
  wire [CLASSES*PLACE_BITS-1:0] places;

  reg                          started = 1'b0;
  reg [CLASSES*PLACE_BITS-1:0] free_places;
  reg [7:0]                    patch_row;       // a row of patches is a row of every class
  reg [7:0]                    patch_column;
  reg [7:0]                    row_in_patch;
  reg [7:0]                    column_in_patch;
  reg [7:0]                    beat;
  reg [CLASSES*8-1:0]          rows;            // of the class, in earlier rows of patches

  wire [7:0] row = patch_row * CLASSES + row_in_patch;
  wire [7:0] column = patch_column * PATCH_WIDTH + column_in_patch;
  wire       column_end = column_in_patch == PATCH_WIDTH - 1 || column == MAP_WIDTH - 1;
  wire       row_end = row_in_patch == CLASSES - 1 || row == MAP_HEIGHT - 1;
  wire       patches_end = column == MAP_WIDTH - 1 && column_end && row_end;
  wire       transfer = in_valid && in_ready;
  wire       pixel_done = transfer && beat == FINAL_BEAT;

  // Of the class of the pixel.
  wire [7:0]            class_rows = rows[row_in_patch*8 +: 8];
  wire [PLACE_BITS-1:0] place = class_rows * PITCH + column;
  wire [7:0]            wide_place = class_rows * PITCH + column;
  wire [7:0]            ring_place = wide_place % DEPTH[7:0];
  wire [PLACE_BITS-1:0] held = place - free_places[row_in_patch*PLACE_BITS +: PLACE_BITS];
  wire                  room = held[PLACE_BITS-1] || held < DEPTH;
  wire [BANK_BITS-1:0]  bank = banks[row_in_patch*BANK_BITS +: BANK_BITS];
  wire [WORD_BITS-1:0]  address = addresses[row_in_patch*WORD_BITS +: WORD_BITS];

  ring_write #(
    .CLASSES         (CLASSES),
    .PATCH_WIDTH     (PATCH_WIDTH),
    .MAP_HEIGHT      (MAP_HEIGHT),
    .MAP_WIDTH       (MAP_WIDTH),
    .BEATS           (BEATS),
    .BANKS           (BANKS),
    .BANK_BITS       (BANK_BITS),
    .SLOTS           ({CLASSES{SLOTS[31:0]}}),
    .WORD_BITS       (WORD_BITS),
    .PITCH           (PITCH),
    .READERS         (1),
    .COORDINATE_BITS (COORDINATE_BITS),
    .PLACE_BITS      (PLACE_BITS)
  ) u_cell (
    .clk         (clk),
    .rst_n       (started),
    .in_valid    (in_valid),
    .in_ready    (in_ready),
    .free_places (free_places),
    .write       (write),
    .banks       (banks),
    .addresses   (addresses),
    .places      (places)
  );

  integer c;

  always @(posedge clk) begin
    started <= 1'b1;
    if (!started) begin
      free_places <= {CLASSES*PLACE_BITS{1'b0}};
      patch_row <= 8'd0;
      patch_column <= 8'd0;
      row_in_patch <= 8'd0;
      column_in_patch <= 8'd0;
      beat <= 8'd0;
      rows <= {CLASSES*8{1'b0}};
    end else begin
      for (c = 0; c < CLASSES; c = c + 1) begin
        free_places[c*PLACE_BITS +: PLACE_BITS] <=
            free_places[c*PLACE_BITS +: PLACE_BITS] + give_back[c*2 +: 2];
      end
      if (transfer) beat <= (beat == FINAL_BEAT) ? 8'd0 : beat + 8'd1;
      if (pixel_done) begin
        column_in_patch <= column_end ? 8'd0 : column_in_patch + 8'd1;
        if (column_end) row_in_patch <= row_end ? 8'd0 : row_in_patch + 8'd1;
        if (column == MAP_WIDTH - 1) begin
          rows[row_in_patch*8 +: 8] <= class_rows + 8'd1;
        end
        if (column_end && row_end) begin
          patch_column <= (column == MAP_WIDTH - 1) ? 8'd0 : patch_column + 8'd1;
        end
        if (patches_end) patch_row <= (row == MAP_HEIGHT - 1) ? 8'd0 : patch_row + 8'd1;
      end
    end

    // The reader is never more than a few places ahead of the writer.
    if (started) begin
      for (c = 0; c < CLASSES; c = c + 1) begin
        assume (give_back[c*2 +: 2] == 2'd0 || !places_ahead[c]);
      end
    end

    if (started) begin
      // 1.
      if (transfer) overwrites_nothing_held: assert (room);
      // 2.
      if (transfer) begin
        place_of_the_pixel: assert (places[row_in_patch*PLACE_BITS +: PLACE_BITS] == place);
        bank_of_the_pixel: assert (bank == ring_place % BANKS[7:0]);
        word_of_the_beat: assert (address == ring_place / BANKS[7:0] * BEATS + beat);
      end
      // 3.
      written_to_its_class: assert (
          write == (transfer ? {{(CLASSES - 1){1'b0}}, 1'b1} << row_in_patch : {CLASSES{1'b0}}));
      // 4.
      ready_with_room: assert (in_ready == (beat != 8'd0 || room));

      waits_for_room: cover (in_valid && !in_ready);
      goes_round: cover (transfer && held == DEPTH - 1 && place >= DEPTH);
    end
  end

  reg [CLASSES-1:0] places_ahead;      // the reader is

  always @* begin : look
    integer                n;
    reg [PLACE_BITS-1:0] ahead;
    for (n = 0; n < CLASSES; n = n + 1) begin
      ahead = free_places[n*PLACE_BITS +: PLACE_BITS] - places[n*PLACE_BITS +: PLACE_BITS];
      places_ahead[n] = !ahead[PLACE_BITS-1] && ahead > 2;
    end
  end

endmodule

`default_nettype wire
