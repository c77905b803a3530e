// Input register of a core whose windows neither overlap nor reach beyond the map: a 1 x 1 kernel,
// for one or several pixels at once, or a kernel as large as the map. Beats go straight into the
// register; pixels between the strides are dropped.
//
// A patch of PATCH_HEIGHT x PATCH_WIDTH pixels makes a window, in raster order; where the map cuts
// it off, the register keeps older pixels. A whole map (WHOLE_MAP) stands in the order of the
// stream.
//
// 1. window_valid rises the cycle after the window's last beat was taken and holds until
//    window_taken.
// 2. in_ready is low only while a complete window waits; in the cycle of window_taken it is high.
`default_nettype none

module direct_input #(
  parameter CHANNELS = 4,
  parameter LANES = 2,
  parameter BEATS = 2,            // beats of a pixel
  parameter BEAT_BITS = 1,        // at least 1 and at least log2(BEATS)
  parameter WHOLE_MAP = 0,        // a window is the map
  parameter WINDOW_PIXELS = 1,    // PATCH_HEIGHT * PATCH_WIDTH, or all pixels of the map
  parameter PIXEL_BITS = 1,       // at least 1 and at least log2(WINDOW_PIXELS)
  parameter MAP_HEIGHT = 4,
  parameter MAP_WIDTH = 4,
  parameter ORDER_HEIGHT = 1,     // order of the stream; 1 x 1 is raster order
  parameter ORDER_WIDTH = 1,
  parameter OUT_HEIGHT = 2,       // of the map of output pixels
  parameter OUT_WIDTH = 2,
  parameter PATCH_HEIGHT = 1,     // output pixels of a window
  parameter PATCH_WIDTH = 1,
  parameter STRIDE_HEIGHT = 2,    // from output pixel to output pixel
  parameter STRIDE_WIDTH = 2,
  parameter COORDINATE_BITS = 3   // holds the map, the order and patch * stride
) (
  input  wire                                clk,
  input  wire                                rst_n,

  input  wire                                in_valid,
  output wire                                in_ready,
  input  wire [LANES*8-1:0]                  in_data,

  output reg                                 window_valid,
  input  wire                                window_taken,
  output wire [WINDOW_PIXELS*CHANNELS*8-1:0] window_data
);

  localparam STORE_BITS = BEATS * LANES * 8;
  localparam FINAL_BEAT = BEATS - 1;
  localparam EVERY_PIXEL = (PATCH_HEIGHT == 1) && (PATCH_WIDTH == 1)
      && (OUT_HEIGHT == MAP_HEIGHT) && (OUT_WIDTH == MAP_WIDTH);

  reg [BEAT_BITS-1:0]                  beat;
  reg [WINDOW_PIXELS*STORE_BITS-1:0]   store;

  wire                     keep;
  wire [WINDOW_PIXELS-1:0] slot;          // of the pixel in the window; one-hot
  wire                     final_pixel;   // the pixel is the window's last
  wire transfer = in_valid && in_ready;
  wire pixel_done = transfer && (beat == FINAL_BEAT[BEAT_BITS-1:0]);
  wire window_done = pixel_done && final_pixel;

  assign in_ready = !window_valid || window_taken;

  generate
    if (WHOLE_MAP != 0 && WINDOW_PIXELS > 1) begin : g_map
      reg [PIXEL_BITS-1:0] pixel;
      genvar k;

      assign keep = 1'b1;
      assign final_pixel = slot[WINDOW_PIXELS-1];
      for (k = 0; k < WINDOW_PIXELS; k = k + 1) begin : g_slot
        localparam PIXEL = k;
        assign slot[k] = (pixel == PIXEL[PIXEL_BITS-1:0]);
      end

      always @(posedge clk) begin
        if (!rst_n) pixel <= {PIXEL_BITS{1'b0}};
        else if (pixel_done) pixel <= final_pixel ? {PIXEL_BITS{1'b0}} : pixel + 1'b1;
      end
    end else if (WHOLE_MAP != 0 || EVERY_PIXEL) begin : g_every_pixel
      assign keep = 1'b1;
      assign slot = 1'b1;
      assign final_pixel = 1'b1;
    end else begin : g_strides
      stride_filter #(
        .MAP_HEIGHT      (MAP_HEIGHT),
        .MAP_WIDTH       (MAP_WIDTH),
        .ORDER_HEIGHT    (ORDER_HEIGHT),
        .ORDER_WIDTH     (ORDER_WIDTH),
        .OUT_HEIGHT      (OUT_HEIGHT),
        .OUT_WIDTH       (OUT_WIDTH),
        .PATCH_HEIGHT    (PATCH_HEIGHT),
        .PATCH_WIDTH     (PATCH_WIDTH),
        .STRIDE_HEIGHT   (STRIDE_HEIGHT),
        .STRIDE_WIDTH    (STRIDE_WIDTH),
        .COORDINATE_BITS (COORDINATE_BITS)
      ) u_strides (
        .clk        (clk),
        .rst_n      (rst_n),
        .pixel_done (pixel_done),
        .keep       (keep),
        .slot       (slot),
        .patch_done (final_pixel)
      );
    end
  endgenerate

  always @(posedge clk) begin
    if (!rst_n) begin
      beat <= {BEAT_BITS{1'b0}};
      window_valid <= 1'b0;
    end else begin
      if (transfer) beat <= (beat == FINAL_BEAT[BEAT_BITS-1:0]) ? {BEAT_BITS{1'b0}} : beat + 1'b1;
      if (window_done) window_valid <= 1'b1;
      else if (window_taken) window_valid <= 1'b0;
    end
  end

  generate
    genvar place;
    for (place = 0; place < WINDOW_PIXELS * BEATS; place = place + 1) begin : g_place
      localparam PLACE_BEAT = place % BEATS;
      localparam PLACE_PIXEL = place / BEATS;
      always @(posedge clk) begin
        if (transfer && keep && slot[PLACE_PIXEL] && beat == PLACE_BEAT[BEAT_BITS-1:0]) begin
          store[place*LANES*8 +: LANES*8] <= in_data;
        end
      end
    end
    for (place = 0; place < WINDOW_PIXELS; place = place + 1) begin : g_pixel
      assign window_data[place*CHANNELS*8 +: CHANNELS*8] = store[place*STORE_BITS +: CHANNELS*8];
    end
  endgenerate

endmodule

`default_nettype wire
