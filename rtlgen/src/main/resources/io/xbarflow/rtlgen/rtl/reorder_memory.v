// Activation memory between two orders: a stream of patches is written, the same pixels are read in
// patches of another size.
//
// Row y is in class y modulo IN_PATCH_HEIGHT, and each class is a ring of its own (ring_write,
// ring_repeat). A pixel is offered two cycles after its last beat was taken, or later.
`default_nettype none

module reorder_memory #(
  parameter LANES = 2,
  parameter BEATS = 2,                 // beats of a pixel
  parameter MAP_HEIGHT = 4,
  parameter MAP_WIDTH = 4,
  parameter IN_PATCH_HEIGHT = 2,       // order of the stream taken; 1 x 1 is raster order
  parameter IN_PATCH_WIDTH = 2,
  parameter OUT_PATCH_HEIGHT = 1,      // order of the stream given
  parameter OUT_PATCH_WIDTH = 1,
  parameter PERIOD = 2,                // least common multiple of both heights
  parameter [IN_PATCH_HEIGHT*32-1:0] SLOTS = {32'd8, 32'd8},   // pixels, 32 bits a class
  parameter WORD_BITS = 4,             // at least 1 and at least log2(SLOTS * BEATS)
  parameter PITCH = 4,                 // places from a row of a class to the next
  parameter CLASS_BITS = 1,            // at least 1 and at least log2(IN_PATCH_HEIGHT)
  parameter COORDINATE_BITS = 4,       // signed, holds the map, the patches and PERIOD
  parameter PLACE_BITS = 7             // more than COORDINATE_BITS; twice an image and a ring fit
) (
  input  wire               clk,
  input  wire               rst_n,

  input  wire               in_valid,
  output wire               in_ready,
  input  wire [LANES*8-1:0] in_data,

  output wire               out_valid,
  input  wire               out_ready,
  output wire [LANES*8-1:0] out_data,
  output wire               out_last
);

  localparam CLASSES = IN_PATCH_HEIGHT;
  localparam WORD_WIDTH = LANES * 8;

  wire [CLASSES*PLACE_BITS-1:0] write_places;
  wire [CLASSES*PLACE_BITS-1:0] free_places;
  wire [CLASSES-1:0]            write;
  wire [CLASSES*WORD_BITS-1:0]  write_addresses;
  wire [CLASSES-1:0]            unused_write_banks;
  wire [CLASSES-1:0]            read;
  wire [WORD_BITS-1:0]          read_address;
  wire                          unused_read_bank;
  wire [CLASS_BITS-1:0]         data_class;
  wire                          unused_data_bank;
  wire [CLASSES*WORD_WIDTH-1:0] class_data;

  assign out_data = class_data[data_class*WORD_WIDTH +: WORD_WIDTH];

  ring_write #(
    .CLASSES         (CLASSES),
    .PATCH_WIDTH     (IN_PATCH_WIDTH),
    .MAP_HEIGHT      (MAP_HEIGHT),
    .MAP_WIDTH       (MAP_WIDTH),
    .BEATS           (BEATS),
    .BANKS           (1),
    .BANK_BITS       (1),
    .SLOTS           (SLOTS),
    .WORD_BITS       (WORD_BITS),
    .PITCH           (PITCH),
    .READERS         (1),
    .COORDINATE_BITS (COORDINATE_BITS),
    .PLACE_BITS      (PLACE_BITS)
  ) u_write (
    .clk         (clk),
    .rst_n       (rst_n),
    .in_valid    (in_valid),
    .in_ready    (in_ready),
    .free_places (free_places),
    .write       (write),
    .banks       (unused_write_banks),
    .addresses   (write_addresses),
    .places      (write_places)
  );

  ring_repeat #(
    .CLASSES         (CLASSES),
    .PATCH_HEIGHT    (OUT_PATCH_HEIGHT),
    .PATCH_WIDTH     (OUT_PATCH_WIDTH),
    .PERIOD          (PERIOD),
    .MAP_HEIGHT      (MAP_HEIGHT),
    .MAP_WIDTH       (MAP_WIDTH),
    .BEATS           (BEATS),
    .BANKS           (1),
    .BANK_BITS       (1),
    .SLOTS           (SLOTS),
    .WORD_BITS       (WORD_BITS),
    .PITCH           (PITCH),
    .CLASS_BITS      (CLASS_BITS),
    .COORDINATE_BITS (COORDINATE_BITS),
    .PLACE_BITS      (PLACE_BITS)
  ) u_read (
    .clk          (clk),
    .rst_n        (rst_n),
    .write_places (write_places),
    .free_places  (free_places),
    .read         (read),
    .bank         (unused_read_bank),
    .address      (read_address),
    .data_class   (data_class),
    .data_bank    (unused_data_bank),
    .out_valid    (out_valid),
    .out_ready    (out_ready),
    .out_last     (out_last)
  );

  generate
    genvar c;
    for (c = 0; c < CLASSES; c = c + 1) begin : g_class
      localparam integer CLASS_SLOTS = SLOTS[c*32 +: 32];
      localparam WORDS = CLASS_SLOTS * BEATS;
      localparam ADDRESS_BITS = (WORDS <= 2) ? 1 : $clog2(WORDS);
      wire [WORD_BITS-1:0] write_address = write_addresses[c*WORD_BITS +: WORD_BITS];

      // Classes of less depth need fewer address bits.
      wire [WORD_BITS:0] unused_write_address = {1'b0, write_address};
      wire [WORD_BITS:0] unused_read_address = {1'b0, read_address};

      ram_1r1w #(
        .DEPTH        (WORDS),
        .WIDTH        (WORD_WIDTH),
        .ADDRESS_BITS (ADDRESS_BITS)
      ) u_pixels (
        .clk           (clk),
        .write_enable  (write[c]),
        .write_address (write_address[ADDRESS_BITS-1:0]),
        .write_data    (in_data),
        .read_enable   (read[c]),
        .read_address  (read_address[ADDRESS_BITS-1:0]),
        .read_data     (class_data[c*WORD_WIDTH +: WORD_WIDTH])
      );
    end
  endgenerate

endmodule

`default_nettype wire
