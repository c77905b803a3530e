// The last row that a step of windows needs in the map: its class, and its row within the class.
// Every step lies STRIDE rows below the one before; from the map's last row on it stays there.
`default_nettype none

module newest_row #(
  parameter CLASSES = 2,           // row y is in class y modulo CLASSES
  parameter CLASS_BITS = 1,        // at least 1 and at least log2(CLASSES)
  parameter MAP_HEIGHT = 5,
  parameter FIRST_ROW = 1,         // of the first step, not clipped to the map
  parameter STRIDE = 1,            // rows from step to step
  parameter COORDINATE_BITS = 5    // signed, holds every row
) (
  input  wire                       clk,
  input  wire                       rst_n,

  input  wire                       row_done,        // on to the next step
  input  wire                       final_row,       // the step is the last one of its image

  output wire [CLASS_BITS-1:0]      row_class,
  output wire [CLASS_BITS-1:0]      row_class_next,
  output wire [COORDINATE_BITS-1:0] class_row_next
);

  localparam FINAL_MAP_ROW = MAP_HEIGHT - 1;
  localparam FIRST_CLIPPED = (FIRST_ROW > FINAL_MAP_ROW) ? FINAL_MAP_ROW : FIRST_ROW;

  reg [COORDINATE_BITS-1:0] row;

  wire [COORDINATE_BITS-1:0] row_below = row + STRIDE[COORDINATE_BITS-1:0];
  wire below_map = (row_below > FINAL_MAP_ROW[COORDINATE_BITS-1:0]);
  wire [COORDINATE_BITS-1:0] row_clipped =
      below_map ? FINAL_MAP_ROW[COORDINATE_BITS-1:0] : row_below;
  wire [COORDINATE_BITS-1:0] row_next =
      final_row ? FIRST_CLIPPED[COORDINATE_BITS-1:0] : row_clipped;

  always @(posedge clk) begin
    if (!rst_n) row <= FIRST_CLIPPED[COORDINATE_BITS-1:0];
    else if (row_done) row <= row_next;
  end

  generate
    if (CLASSES == 1) begin : g_raster
      assign row_class = {CLASS_BITS{1'b0}};
      assign row_class_next = {CLASS_BITS{1'b0}};
      assign class_row_next = row_next;
    end else begin : g_classes
      localparam CLASS_STEP = STRIDE / CLASSES;
      localparam REST = STRIDE % CLASSES;
      localparam LIMIT = CLASSES - REST;
      localparam FIRST_CLASS = FIRST_CLIPPED % CLASSES;
      localparam FIRST_CLASS_ROW = FIRST_CLIPPED / CLASSES;
      localparam FINAL_CLASS = FINAL_MAP_ROW % CLASSES;
      localparam FINAL_CLASS_ROW = FINAL_MAP_ROW / CLASSES;

      reg [CLASS_BITS-1:0]      newest_class;
      reg [COORDINATE_BITS-1:0] newest_class_row;

      wire carry = ({1'b0, newest_class} >= LIMIT[CLASS_BITS:0]);
      wire [CLASS_BITS-1:0] class_below = carry ? newest_class - LIMIT[CLASS_BITS-1:0]
                                                : newest_class + REST[CLASS_BITS-1:0];
      wire [COORDINATE_BITS-1:0] class_row_below = newest_class_row
          + CLASS_STEP[COORDINATE_BITS-1:0] + {{(COORDINATE_BITS - 1){1'b0}}, carry};

      assign row_class = newest_class;
      assign row_class_next = final_row ? FIRST_CLASS[CLASS_BITS-1:0]
          : below_map ? FINAL_CLASS[CLASS_BITS-1:0] : class_below;
      assign class_row_next = final_row ? FIRST_CLASS_ROW[COORDINATE_BITS-1:0]
          : below_map ? FINAL_CLASS_ROW[COORDINATE_BITS-1:0] : class_row_below;

      always @(posedge clk) begin
        if (!rst_n) begin
          newest_class <= FIRST_CLASS[CLASS_BITS-1:0];
          newest_class_row <= FIRST_CLASS_ROW[COORDINATE_BITS-1:0];
        end else if (row_done) begin
          newest_class <= row_class_next;
          newest_class_row <= class_row_next;
        end
      end
    end
  endgenerate

endmodule

`default_nettype wire
