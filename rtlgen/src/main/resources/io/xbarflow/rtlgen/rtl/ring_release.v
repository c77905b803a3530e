// What a reader has given back of one class of a ring: every place before free_place.
//
// The reader goes over the map in steps of STRIDE rows, in each from left to right. A step starts
// at some top row, and the first row of the class at or below it is the oldest that the step needs.
// While no later step needs that row, its pixels are given back column by column; at the end of the
// step everything above the next step's oldest row is. Rows of a class are counted from 0 in each
// image; above the map they are negative.
`default_nettype none

module ring_release #(
  parameter CLASS = 0,
  parameter CLASSES = 2,           // row y is in class y modulo CLASSES
  parameter MAP_HEIGHT = 5,
  parameter PITCH = 4,             // places from a row of the class to the next
  parameter FIRST_ROW = 0,         // top row of the first step, at most 0
  parameter STRIDE = 1,            // rows from step to step
  parameter COLUMN_STEP = 1,       // columns given back at once
  parameter BY_COLUMNS = 1,        // 0: only at the end of a step
  parameter BY_ROWS = 1,           // 0: only at the end of an image
  parameter COORDINATE_BITS = 5,   // signed, holds every row
  parameter PLACE_BITS = 7         // more than COORDINATE_BITS
) (
  input  wire                  clk,
  input  wire                  rst_n,

  input  wire                  column_done,        // columns were read, not the step's last
  input  wire                  row_done,           // the last column of a step was read
  input  wire                  final_row,          // the step is the last one of its image

  output wire                  further,            // the next step's row is one further than usual
  output wire [PLACE_BITS-1:0] image_place_next,   // first place of the image of the next step
  output reg  [PLACE_BITS-1:0] free_place
);

  localparam CLASS_HEIGHT = (MAP_HEIGHT - CLASS + CLASSES - 1) / CLASSES;
  localparam FIRST_OFFSET = (CLASS - FIRST_ROW) % CLASSES;
  localparam FIRST_CLASS_ROW = (FIRST_ROW + FIRST_OFFSET - CLASS) / CLASSES;
  localparam CLASS_STEP = STRIDE / CLASSES;
  localparam REST = STRIDE % CLASSES;
  localparam IMAGE_PLACES = CLASS_HEIGHT * PITCH;
  localparam [COORDINATE_BITS-1:0] ORIGIN = 0;

  reg [COORDINATE_BITS-1:0] class_row;     // the oldest row needed, signed
  reg [PLACE_BITS-1:0]      image_place;   // of the image's first pixel

  wire [COORDINATE_BITS-1:0] class_row_below = class_row + CLASS_STEP[COORDINATE_BITS-1:0]
      + {{(COORDINATE_BITS - 1){1'b0}}, further};
  wire [COORDINATE_BITS-1:0] in_map = class_row[COORDINATE_BITS-1] ? ORIGIN : class_row;
  wire [COORDINATE_BITS-1:0] below_in_map =
      class_row_below[COORDINATE_BITS-1] ? ORIGIN : class_row_below;
  wire [COORDINATE_BITS-1:0] next_in_map = final_row ? ORIGIN : below_in_map;
  wire [PLACE_BITS-1:0] next_place = image_place_next
      + {{(PLACE_BITS - COORDINATE_BITS){1'b0}}, next_in_map} * PITCH[PLACE_BITS-1:0];

  // The class has a row in this step that is not needed again.
  wire row_in_map = (CLASSES == 1) || (in_map != CLASS_HEIGHT[COORDINATE_BITS-1:0]);
  wire row_ends = final_row ? row_in_map : (below_in_map != in_map);
  wire release_columns = column_done && (BY_COLUMNS != 0) && row_ends;
  wire release_rows = (BY_ROWS != 0) || final_row;

  assign image_place_next =
      final_row ? image_place + IMAGE_PLACES[PLACE_BITS-1:0] : image_place;

  always @(posedge clk) begin
    if (!rst_n) begin
      class_row <= FIRST_CLASS_ROW[COORDINATE_BITS-1:0];
      image_place <= {PLACE_BITS{1'b0}};
      free_place <= {PLACE_BITS{1'b0}};
    end else if (row_done) begin
      class_row <= final_row ? FIRST_CLASS_ROW[COORDINATE_BITS-1:0] : class_row_below;
      image_place <= image_place_next;
      if (release_rows) free_place <= next_place;
    end else if (release_columns) begin
      free_place <= free_place + COLUMN_STEP[PLACE_BITS-1:0];
    end
  end

  generate
    if (REST == 0) begin : g_even
      assign further = 1'b0;
    end else begin : g_uneven
      localparam GAIN = CLASSES - REST;
      reg [COORDINATE_BITS-1:0] offset;   // from the step's top row to the class's first row

      assign further = (offset < REST[COORDINATE_BITS-1:0]);

      always @(posedge clk) begin
        if (!rst_n) begin
          offset <= FIRST_OFFSET[COORDINATE_BITS-1:0];
        end else if (row_done) begin
          offset <= final_row ? FIRST_OFFSET[COORDINATE_BITS-1:0]
                  : further ? offset + GAIN[COORDINATE_BITS-1:0]
                            : offset - REST[COORDINATE_BITS-1:0];
        end
      end
    end
  endgenerate

endmodule

`default_nettype wire
